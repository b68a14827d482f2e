"""From a phone to a labour inspector, through the pages, on each database; and every refusal on the way."""

import io
import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from answers import ANSWERS, SOUND_INN, fields, picture
from network import Network
from pypdf import PdfReader
from sqlalchemy import select

from core.testing import Browser, drain
from core.toolkit import Denied, GuardFailed, now
from plugins.monitoring.models import Dossier, Report
from plugins.monitoring.services import findings, triage

BASE = "/ru/monitoring"


def path_id(answer: Any) -> UUID:
    """The id in the address that an answer leads to."""
    return UUID(re.findall(r"[0-9a-f]{8}-[0-9a-f-]{27}", answer.location)[-1])


def write(browser: Browser) -> UUID:
    """Fill the report step by step as a monitor does, and send it."""
    report_id = path_id(browser.post(f"{BASE}/reports/new"))
    draft = f"{BASE}/reports/{report_id}/draft"
    for step in ("safety", "origin", "employer"):
        assert browser.post(f"{draft}/{step}", **fields(ANSWERS[step])).status_code == 302, step
    for step in ("allegations", "sources"):
        for n, each in enumerate(ANSWERS[step]):
            answer = browser.post(f"{draft}/{step}/{n}", **fields(each))
            assert answer.status_code == 302, answer.get_data(as_text=True)
    photo = {"photo": (io.BytesIO(picture()), "DSC_0001.JPG"), "title": "Объявление", "source": "0"}
    assert browser.post(f"{draft}/evidence/0", **photo).status_code == 302
    checked = browser.get(f"{draft}/check").get_data(as_text=True)
    for shown in ("Пробный монтаж", SOUND_INN, "Бригаде не платят", "Объявление", "890000.50"):
        assert shown in checked
    answer = browser.post(f"{draft}/check")
    assert answer.status_code == 302
    assert answer.location.endswith(f"/reports/{report_id}/sent")
    return report_id


def do(browser: Browser, path: str, page: str = "", **values: Any) -> None:
    """Post a form and expect to be led on."""
    answer = browser.post(path, page, **values)
    assert answer.status_code == 302, answer.get_data(as_text=True)


def test_a_report_travels_from_the_phone_to_the_inspector(any_net: Network) -> None:
    net = any_net
    report_id = write(net.browser("monitor"))
    page = f"{BASE}/reports/{report_id}"
    reference = net.report(report_id).reference

    coordinator = net.browser("coordinator")
    assert f'href="{page}"' in coordinator.get(f"{BASE}/reports?state=submitted").get_data(as_text=True)
    assert "state=submitted" in coordinator.get("/ru/work").get_data(as_text=True)
    do(coordinator, f"{page}/move/take", page)
    do(coordinator, f"{page}/employer", legal_name="ООО «Пробный монтаж»")
    do(coordinator, f"{page}/verifiers", first=str(net.people["first"]), second=str(net.people["second"]))
    do(coordinator, f"{page}/move/verify", page)

    first, second = net.browser("first"), net.browser("second")
    do(first, f"{page}/findings", **{"verdict-0": "verified", "reason-0": "Сверено с табелем."})
    do(second, f"{page}/confirm")
    assert net.report(report_id).state == "verified"

    dossier_id = path_id(
        coordinator.post(f"{page}/dossier", addressee="labour_inspectorate", status_risk="agreed")
    )
    letter = f"{BASE}/dossiers/{dossier_id}"
    do(net.browser("lawyer"), f"{letter}/approve", letter)
    sent_on = now().date() - timedelta(days=3)
    do(coordinator, f"{letter}/sent", letter, day=f"{sent_on:%d.%m.%Y}", channel="epgu")
    registered_on = sent_on + timedelta(days=1)
    do(coordinator, f"{letter}/registered", letter, day=f"{registered_on:%d.%m.%Y}", number="77/7-1204")
    found = net.letter(dossier_id)
    assert found.state == "registered"
    assert found.answer_by == registered_on + timedelta(days=30)
    shown = net.app.jinja_env.filters["date"]
    with net.app.test_request_context("/ru/"):
        answer_by = shown(found.answer_by)
    assert answer_by in coordinator.get(letter).get_data(as_text=True)

    answer = coordinator.get(f"{letter}/dossier.pdf")
    assert answer.mimetype == "application/pdf"
    text = " ".join(" ".join(p.extract_text() for p in PdfReader(io.BytesIO(answer.data)).pages).split())
    photo = net.report(report_id).evidence[0].attachment
    for printed in (reference, "Пробный монтаж", SOUND_INN, "Бригаде не платят третий месяц", "Объявление"):
        assert printed in text
    bare = text.replace(" ", "")
    assert photo.copy_sha256 in bare
    assert found.content_hash in bare

    drain(net.app)
    assert reference in coordinator.get(f"/ru/search?q={reference}").get_data(as_text=True)
    assert net.passages(report_id) == ["submit", "take", "verify", "propose", "confirm_verified"]
    assert net.passages(dossier_id) == ["approve", "send", "register"]
    with net.site.database.reading() as session:
        assert session.scalars(select(Report)).one().state == "verified"
        assert session.scalars(select(Dossier)).one().pdf == answer.data


@pytest.mark.parametrize(
    ("first", "second", "code"),
    [
        ("first", "first", "second_is_first"),
        ("insider", "second", "first_of_reporting_organisation"),
        ("monitor", "second", "first_is_reporter"),
        ("first", "monitor", "second_is_reporter"),
        ("", "second", "first_verifier_missing"),
        ("first", "", "second_verifier_missing"),
    ],
)
def test_verification_does_not_start_with_the_wrong_people(
    net: Network, first: str, second: str, code: str
) -> None:
    report_id = net.ready(first, second)
    with pytest.raises(GuardFailed) as refused:
        net.act("coordinator", report_id, triage.move, "verify")
    assert code in refused.value.codes
    assert net.report(report_id).state == "triage"
    answer = net.browser("coordinator").post(
        f"{BASE}/reports/{report_id}/move/verify", f"{BASE}/reports/{report_id}"
    )
    assert answer.status_code == 422
    assert "error-summary" in answer.get_data(as_text=True)


def test_a_second_membership_in_the_reporting_ngo_disqualifies_the_first_verifier(net: Network) -> None:
    report_id = net.ready()
    net.join("first", "most", "core.member")
    with pytest.raises(GuardFailed) as refused:
        net.act("coordinator", report_id, triage.move, "verify")
    assert refused.value.codes == ["first_of_reporting_organisation"]


def test_the_page_of_verifiers_offers_nobody_who_does_not_fit(net: Network) -> None:
    report_id = net.sorting()
    page = net.browser("coordinator").get(f"{BASE}/reports/{report_id}/verifiers").get_data(as_text=True)
    offered = re.search(r'<select[^>]*name="first".*?</select>', page, re.DOTALL)
    assert offered is not None
    assert str(net.people["first"]) in offered[0]
    assert str(net.people["insider"]) not in offered[0]
    same = str(net.people["first"])
    answer = net.browser("coordinator").post(f"{BASE}/reports/{report_id}/verifiers", first=same, second=same)
    assert answer.status_code == 422


def sources(*changes: dict[str, Any]) -> list[dict[str, Any]]:
    """The sources of the sample answers, changed one by one."""
    return [{**given, **change} for given, change in zip(ANSWERS["sources"], changes, strict=False)]


GATES = [
    (sources({"group": "A"}, {"group": "A"}), ["independent_sources"]),
    (sources({"group": ""}, {"group": "B"}), ["independent_sources"]),
    (sources({}, {"supports": []}), ["independent_sources"]),
    (
        sources({"kind": "relative", "primary": False}, {"kind": "relative", "primary": False}),
        ["primary_source"],
    ),
    (sources({"group": "A"}, {"group": "A", "decision_in_force": True}), []),
    (sources({"group": "A", "decision_in_force": True}), ["independent_sources"]),
    (sources({}, {}), []),
]


@pytest.mark.parametrize(("given", "codes"), GATES)
def test_the_gate_stands_before_verified_and_only_there(
    net: Network, given: list[dict[str, Any]], codes: list[str]
) -> None:
    report_id = net.verifying(sources=given)
    if codes:
        with pytest.raises(GuardFailed) as refused:
            net.act("first", report_id, findings.judge, {0: ("verified", "Так сказали.")})
        assert refused.value.codes == codes
        assert net.report(report_id).allegations[0].verdict == ""
        net.act("first", report_id, findings.judge, {0: ("unverified", "Не подтвердилось.")})
    else:
        net.act("first", report_id, findings.judge, {0: ("verified", "Так и есть.")})
    assert net.report(report_id).state == "confirmation"


def test_a_missing_verdict_stops_the_proposal_and_keeps_what_was_typed(net: Network) -> None:
    report_id = net.verifying()
    answer = net.browser("first").post(
        f"{BASE}/reports/{report_id}/findings", **{"reason-0": "Говорили с бригадой."}
    )
    assert answer.status_code == 422
    assert "Говорили с бригадой." in answer.get_data(as_text=True)
    with pytest.raises(GuardFailed) as refused:
        net.act("first", report_id, findings.judge, {})
    assert refused.value.codes == ["verdict_missing"]
    made_up = net.browser("first").post(f"{BASE}/reports/{report_id}/findings", **{"verdict-0": "certain"})
    assert made_up.status_code == 422
    assert net.report(report_id).state == "verification"


def test_only_the_one_whose_turn_it_is_moves_a_report(net: Network) -> None:
    report_id = net.verifying()
    with pytest.raises(GuardFailed, match="not_first_verifier"):
        net.act("second", report_id, findings.judge, {0: ("verified", "Я тоже.")})
    with pytest.raises(Denied):
        net.act("idle", report_id, findings.judge, {0: ("verified", "И я.")})
    net.act("first", report_id, findings.judge, {0: ("verified", "Сверено.")})
    with pytest.raises(GuardFailed) as refused:
        net.act("first", report_id, findings.confirm)
    assert set(refused.value.codes) == {"not_second_verifier", "second_is_first"}
    with pytest.raises(GuardFailed, match="not_second_verifier"):
        net.act("first", report_id, triage.move, "send_back", reason="Передумал.")
    assert net.report(report_id).state == "confirmation"


def test_the_second_verifier_sends_back_with_a_reason_only(net: Network) -> None:
    report_id = net.proposed()
    page = f"{BASE}/reports/{report_id}"
    assert net.browser("second").post(f"{page}/move/send_back", page, reason=" ").status_code == 422
    do(net.browser("second"), f"{page}/move/send_back", page, reason="Где табель?")
    assert net.report(report_id).state == "verification"


def test_the_first_verifier_regroups_sources_and_so_passes_or_fails_the_gate(net: Network) -> None:
    report_id = net.verifying()
    judged = {"verdict-0": "verified", "reason-0": "Они братья.", "group-0": "A", "group-1": "A"}
    page = f"{BASE}/reports/{report_id}/findings"
    answer = net.browser("first").post(page, **judged)
    assert answer.status_code == 422
    assert [each.group for each in net.report(report_id).sources] == ["A", "B"]
    do(net.browser("first"), page, **judged | {"group-1": "C"})
    assert [each.group for each in net.report(report_id).sources] == ["A", "C"]


def test_one_refuted_allegation_beside_a_verified_one_leaves_the_report_verified(net: Network) -> None:
    both = [ANSWERS["allegations"][0], ANSWERS["allegations"][0] | {"violation": "passport_withheld"}]
    report_id = net.verifying(allegations=both)
    net.act("first", report_id, findings.judge, {0: ("verified", "Да."), 1: ("refuted", "Нет.")})
    net.act("second", report_id, findings.confirm)
    found = net.report(report_id)
    assert found.state == "verified"
    assert [each.state for each in found.allegations] == ["verified", "refuted"]


def test_a_wrong_company_number_stops_verification_but_not_intake(net: Network) -> None:
    wrong = SOUND_INN[:-1] + "4"
    employer = ANSWERS["employer"] | {"identifier": wrong}
    report_id = net.ready(employer=employer, number=wrong)
    assert net.report(report_id).identifier_problem == "checksum"
    with pytest.raises(GuardFailed) as refused:
        net.act("coordinator", report_id, triage.move, "verify")
    assert refused.value.codes == ["identifier_problem"]
    net.link(report_id)
    net.act("coordinator", report_id, triage.move, "verify")


def test_verification_waits_for_the_link_to_an_employer(net: Network) -> None:
    report_id = net.sorting()
    named = net.people["first"], net.people["second"]
    net.act("coordinator", report_id, triage.name_verifiers, *named)
    with pytest.raises(GuardFailed, match="employer_not_linked"):
        net.act("coordinator", report_id, triage.move, "verify")
