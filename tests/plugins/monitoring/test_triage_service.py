"""Sorting: proposals of employers, links, names; as services, so that no page stands before the rule."""

from uuid import uuid4

import pytest
from answers import ANSWERS, SOUND_INN
from network import Network

from core.toolkit import Conflict, Denied
from plugins.monitoring.models import Employer
from plugins.monitoring.services import triage


def proposed(net: Network, **employer: str) -> list[str]:
    """The names that a coordinator is offered for a new report."""
    report_id = net.sorting(employer=ANSWERS["employer"] | employer)
    with net.site.database.reading() as session:
        return [each.employer.legal_name for each in triage.proposals(session, net.report(report_id))]


def test_the_same_number_is_proposed_first_whatever_the_name(net: Network) -> None:
    net.link(net.sorting())
    assert proposed(net, name="кафе «Совсем иное»")[:1] == ["ООО «Пробный монтаж»"]


def test_a_like_name_is_proposed_without_a_number(net: Network) -> None:
    net.link(net.sorting())
    assert proposed(net, name="Пробный-монтаж", identifier="", scheme="") == ["ООО «Пробный монтаж»"]
    assert proposed(net, name="Zephyr Ltd", identifier="", scheme="") == []


def test_a_link_keeps_the_name_as_heard_and_search_finds_it(net: Network) -> None:
    report_id = net.sorting()
    employer_id = net.link(report_id)
    found = net.report(report_id)
    assert found.employer_id == employer_id
    assert found.employer is not None
    assert found.employer.aliases == [ANSWERS["employer"]["name"]]
    assert net.audited("monitoring.report.link_employer", report_id) == 1
    assert net.audited("monitoring.employer.add", employer_id) == 1
    page = net.browser("coordinator").get(f"/ru/monitoring/employers/{employer_id}").get_data(as_text=True)
    assert ANSWERS["employer"]["name"] in page
    assert found.reference in page
    assert found.reference not in net.browser("idle").get(f"/ru/monitoring/employers/{employer_id}").get_data(
        as_text=True
    )


def test_an_employer_who_does_not_exist_is_not_linked(net: Network) -> None:
    report_id = net.sorting()
    with pytest.raises(Denied):
        net.act("coordinator", report_id, triage.link_employer, uuid4())
    page = f"/ru/monitoring/reports/{report_id}"
    answer = net.browser("coordinator").post(f"{page}/employer/{uuid4()}", f"{page}/employer")
    assert answer.status_code == 404
    assert net.report(report_id).employer_id is None


def test_the_register_takes_no_wrong_number_from_the_page(net: Network) -> None:
    report_id = net.sorting()
    answer = net.browser("coordinator").post(
        f"/ru/monitoring/reports/{report_id}/employer", legal_name="ООО «Опечатка»", number="7707083894"
    )
    assert answer.status_code == 422
    assert "ООО «Опечатка»" in answer.get_data(as_text=True)
    assert net.count(Employer) == 0


@pytest.mark.parametrize("who", ["monitor", "kg_coordinator", "first", "lawyer", "admin"])
def test_nobody_else_sorts(net: Network, who: str) -> None:
    report_id = net.sorting()
    with pytest.raises(Denied):
        net.act(who, report_id, triage.name_verifiers, net.people["first"], net.people["second"])
    with pytest.raises(Denied):
        net.act(who, report_id, triage.move, "reject", reason="Так.")
    with pytest.raises(Denied):
        net.link(report_id, SOUND_INN, who)
    found = net.report(report_id)
    assert (found.state, found.verifier_id, found.employer_id) == ("triage", None, None)


def test_names_are_given_while_sorting_only(net: Network) -> None:
    report_id = net.verifying()
    with pytest.raises(Conflict):
        net.act("coordinator", report_id, triage.name_verifiers, net.people["idle"], net.people["second"])
    assert net.report(report_id).verifier_id == net.people["first"]


def test_verifiers_hear_of_their_turn(net: Network) -> None:
    report_id = net.verifying()
    reference = net.report(report_id).reference
    notices = "/ru/account/notifications"
    assert reference in net.browser("first").get(notices).get_data(as_text=True)
    assert reference not in net.browser("second").get(notices).get_data(as_text=True)
    assert "state=verification" in net.browser("first").get("/ru/work").get_data(as_text=True)
