"""The pages of the register in a browser: adding, merging, undoing; and the history, which each sees in part only."""

import re
from uuid import UUID

import pytest
from network import Network
from sqlalchemy import select

from plugins.monitoring.models import Employer, Merge
from plugins.monitoring.services import chronicle, triage

BASE = "/ru/monitoring/employers"
FACTS = {"legal_form": "", "region": "", "sector": "", "scheme": "", "number": "", "country": "RU"}


def register(net: Network, name: str, **more: str) -> UUID:
    answer = net.browser("coordinator").post(f"{BASE}/new", **FACTS | {"legal_name": name} | more)
    assert answer.status_code == 302, answer.get_data(as_text=True)
    return UUID(answer.location.rsplit("/", 1)[1])


def test_a_coordinator_merges_two_and_takes_it_back(net: Network) -> None:
    one, two = register(net, "ООО «Гранит Плюс»"), register(net, "OOO Granit Plus")
    browser = net.browser("coordinator")
    assert f"/employers/{two}/merge/{one}" in browser.get(f"{BASE}/{one}/duplicates").get_data(as_text=True)
    page = f"{BASE}/{two}/merge/{one}"
    assert browser.post(page, reason="").status_code == 422
    assert browser.post(page, reason="Та же вывеска.").status_code == 302
    listed = browser.get(BASE).get_data(as_text=True)
    assert (str(one) in listed, str(two) in listed) == (True, False)
    merged = browser.get(f"{BASE}/{two}").get_data(as_text=True)
    assert f"/employers/{one}" in merged
    assert browser.post(page, reason="Ещё раз.").status_code == 409
    with net.site.database.reading() as session:
        edge = session.scalars(select(Merge.id)).one()
    assert browser.post(f"{BASE}/merges/{edge}/undo", reason="Ошиблись.").status_code == 302
    assert str(two) in browser.get(BASE).get_data(as_text=True)
    assert "Ошиблись." in browser.get(f"{BASE}/{one}").get_data(as_text=True)


@pytest.mark.parametrize(
    ("scheme", "number"), [("ru-inn", "7707083894"), ("kg-inn", "21503199001234"), ("", "7707083893")]
)
def test_a_wrong_number_or_one_that_tells_a_birthday_is_not_taken(
    net: Network, scheme: str, number: str
) -> None:
    values = FACTS | {"legal_name": "ИП «Проба»", "scheme": scheme, "number": number}
    assert net.browser("coordinator").post(f"{BASE}/new", **values).status_code == 422
    assert net.count(Employer) == 0


def test_the_history_shows_each_reader_their_reports_only_and_counts_no_others(net: Network) -> None:
    mine = net.verifying()
    employer = net.report(mine).employer_id
    theirs = net.sorting("kg_coordinator", who="kg_monitor", employer=_kyrgyz())
    with net.site.database.transaction() as session:
        session.merge(net.report(theirs)).employer_id = employer
    numbers = {each: net.report(each).reference for each in (mine, theirs)}
    seen = {}
    for who in ("coordinator", "kg_coordinator", "first", "idle", "lawyer"):
        page = net.browser(who).get(f"{BASE}/{employer}").get_data(as_text=True)
        counted = re.search(r"<dd>(\d+)</dd>", page[page.index("<aside") if "<aside" in page else 0 :])
        found = {each for each in numbers if numbers[each] in page}
        with net.app.app_context(), net.site.database.reading() as session:
            told = chronicle.figures(session, net.actor(session, who), [employer] if employer else [])
        assert sum(told.reports.values()) == len(found), who
        assert counted, who
        seen[who] = found
    assert seen == {
        "coordinator": {mine}, "kg_coordinator": {theirs}, "first": {mine}, "idle": set(), "lawyer": {mine},
    }  # fmt: skip


def _kyrgyz() -> dict[str, str]:
    return {
        "name": "Пробный монтаж", "role": "employer", "country": "KG", "region": "KG-O", "scheme": "",
        "identifier": "", "sector": "construction", "site": "Ош",
    }  # fmt: skip


def test_a_long_history_goes_on_on_the_next_page(net: Network) -> None:
    firm = register(net, "ООО «Гранит»")
    browser = net.browser("coordinator")
    for number in range(chronicle.LENGTH + 1):
        values = {"label": f"Место {number}", "region": "", "reason": "Видели."}
        assert browser.post(f"{BASE}/{firm}/sites", **values).status_code == 302
    page = browser.get(f"{BASE}/{firm}").get_data(as_text=True)
    older = re.search(r'rel="next" href="([^"]+)"', page)
    assert older
    assert "Внесён в реестр" not in page.partition('class="timeline"')[2]
    assert "Внесён в реестр" in browser.get(older[1].replace("&amp;", "&")).get_data(as_text=True)


def test_the_proposals_for_a_report_say_why(net: Network) -> None:
    net.link(net.sorting())
    report_id = net.sorting()
    page = (
        net.browser("coordinator").get(f"/ru/monitoring/reports/{report_id}/employer").get_data(as_text=True)
    )
    assert "Тот же номер" in page
    with net.site.database.reading() as session:
        assert [each.why for each in triage.proposals(session, net.report(report_id))] == ["number"]
