"""Writing a report: saved and found again, checked, refused in words, sent once."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from answers import ANSWERS, fields
from network import Network

from core.testing import hidden
from core.toolkit import Conflict, GuardFailed
from plugins.monitoring.models import Report
from plugins.monitoring.services import drafts
from plugins.monitoring.taxonomy import TAXONOMY

BASE = "/ru/monitoring/reports"


def test_a_draft_is_saved_half_done_and_found_again_on_another_day(net: Network) -> None:
    report_id = net.draft(employer={}, allegations=[], sources=[])
    page = f"{BASE}/{report_id}/draft/employer"
    half = {"name": "прораб Вадик", "identifier": "12", "later": "1"}
    answer = net.browser("monitor").post(page, **half)
    assert answer.status_code == 302
    assert answer.location.endswith(f"/{report_id}/draft")
    again = net.browser("colleague").get(page).get_data(as_text=True)
    assert 'value="прораб Вадик"' in again
    assert 'value="12"' in again
    assert net.report(report_id).state == "draft"
    assert net.audited("monitoring.report.save", report_id) == 1


def test_a_date_that_was_kept_for_later_is_sent_as_it_was_meant(net: Network) -> None:
    report_id, browser = net.draft(origin={}), net.browser("monitor")
    asked = {"method": "interview", "received_on": "27.3.2026", "wishes": "pay", "later": "1"}
    assert browser.post(f"{BASE}/{report_id}/draft/origin", **asked).status_code == 302
    assert browser.post(f"{BASE}/{report_id}/draft/check").status_code == 302
    assert net.report(report_id).received_on == date(2026, 3, 27)


def test_what_is_unfinished_is_named_and_cannot_be_sent(net: Network) -> None:
    report_id = net.draft(sources=[])
    answer = net.browser("monitor").post(f"{BASE}/{report_id}/draft/check")
    assert answer.status_code == 422
    assert f"/{report_id}/draft/sources/" in answer.get_data(as_text=True)
    with pytest.raises(GuardFailed, match="source_missing"):
        net.act("monitor", report_id, drafts.send)
    assert net.report(report_id).state == "draft"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"safety": {}}, "safety_unanswered"),
        ({"allegations": []}, "allegation_missing"),
        ({"sources": [ANSWERS["sources"][0] | {"consent_on": ""}]}, "consent_not_asked"),
        ({"employer": ANSWERS["employer"] | {"name": ""}}, "employer_missing"),
    ],
)
def test_the_machine_itself_guards_sending(net: Network, changes: dict[str, Any], code: str) -> None:
    report_id = net.draft(**changes)
    with pytest.raises(GuardFailed) as refused:
        net.act("monitor", report_id, drafts.send)
    assert refused.value.codes == [code]
    found = net.report(report_id)
    assert (found.state, found.allegations, found.answers is None) == ("draft", [], False)


BAD = [
    ("origin", {"received_on": "31.02.2026"}, "received_on"),
    ("origin", {"received_on": "1.1.2999"}, "received_on"),
    ("origin", {"method": "telepathy"}, "method"),
    ("origin", {"wishes": []}, "wishes"),
    ("safety", {"danger": ""}, "danger"),
    ("employer", {"name": "  "}, "name"),
    ("employer", {"scheme": ""}, "identifier"),
    ("employer", {"country": "KG"}, "region"),
    ("allegations/0", {"women": "два"}, "women"),
    ("allegations/0", {"women": "", "men": ""}, "unknown"),
    ("allegations/0", {"minors": "99"}, "minors"),
    ("allegations/0", {"amount": "много"}, "amount"),
    ("allegations/0", {"amount": "NaN"}, "amount"),
    ("allegations/0", {"currency": ""}, "currency"),
    ("allegations/0", {"to_month": "2025-12"}, "to_month"),
    ("allegations/0", {"facts": "ф" * 10_001}, "facts"),
    ("sources/0", {"supports": ["7"]}, "supports"),
    ("sources/0", {"consent_on": ""}, "consent_on"),
]


@pytest.mark.parametrize(("step", "change", "field"), BAD)
def test_bad_input_is_named_at_the_field_and_above_and_nothing_typed_is_lost(
    net: Network, step: str, change: dict[str, Any], field: str
) -> None:
    report_id = net.draft()
    before = net.report(report_id)
    name = step.split("/")[0]
    good = ANSWERS[name][0] if name != step else ANSWERS[name]
    answer = net.browser("monitor").post(f"{BASE}/{report_id}/draft/{step}", **fields(good | change))
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    summary = re.search(r'<div class="error-summary".*?</div>', page, re.DOTALL)
    assert summary is not None
    said = re.search(rf'href="#{field}[^"]*">([^<]+)<', summary[0])
    assert said is not None
    assert re.search("[а-я]", said[1]), "the sentence is in the visitor's language"
    assert page.count(said[1]) >= 2, "the sentence stands at the field too"
    for key, typed in (good | change).items():
        if (
            isinstance(typed, str)
            and typed.strip()
            and key not in {"consent_on", "received_on"} | set(change)
        ):
            assert typed in page, key
    for typed in change.values():
        if isinstance(typed, str) and typed.strip() and typed != "telepathy":
            assert typed in page
    assert (net.report(report_id).answers, net.report(report_id).revision) == (
        before.answers,
        before.revision,
    )


def test_a_wrong_check_digit_warns_before_sending_and_lets_it_go(net: Network) -> None:
    report_id = net.draft(employer=ANSWERS["employer"] | {"identifier": "7707083894"})
    monitor = net.browser("monitor")
    assert 'class="notice warn' in monitor.get(f"{BASE}/{report_id}/draft/check").get_data(as_text=True)
    assert monitor.post(f"{BASE}/{report_id}/draft/check").status_code == 302
    assert net.report(report_id).identifier_problem == "checksum"


def test_a_draft_changed_in_another_window_keeps_what_was_typed(net: Network) -> None:
    report_id = net.draft()
    page, monitor = f"{BASE}/{report_id}/draft/employer", net.browser("monitor")
    typed = fields(ANSWERS["employer"] | {"name": "второе окно", "site": "Химки"})
    answer = monitor.post(page, **typed | {"revision": "0"})
    shown = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert 'value="второе окно"' in shown
    assert 'value="Химки"' in shown
    kept = net.report(report_id)
    assert kept.answers is not None
    assert kept.answers["employer"]["name"] == ANSWERS["employer"]["name"]
    assert monitor.post(page, **typed | {"revision": str(kept.revision)}).status_code == 302
    after = net.report(report_id).answers
    assert after is not None
    assert after["employer"]["name"] == "второе окно"


def test_a_double_click_begins_one_draft_and_sends_one_report(any_net: Network) -> None:
    net, draft_id = any_net, uuid4()

    def clicks(path: str, **values: str) -> list[int]:
        """The form as it stands in four windows, sent from all of them at once."""
        windows = [net.browser("monitor") for _ in range(4)]
        forms = [hidden(each.get(path).get_data(as_text=True)) | values for each in windows]
        with ThreadPoolExecutor(4) as pool:
            sent = pool.map(lambda each, form: each.client.post(path, data=form), windows, forms)
            return [answer.status_code for answer in sent]

    assert clicks(f"{BASE}/new", draft_id=str(draft_id)) == [302] * 4
    assert net.count(Report) == 1
    report_id = net.draft()
    answers = clicks(f"{BASE}/{report_id}/draft/check")
    assert set(answers) <= {302, 405}
    assert 302 in answers
    net.agree()
    assert net.passages(report_id) == ["submit"]
    assert len(net.report(report_id).allegations) == 1


def test_two_windows_at_once_lose_no_update(any_net: Network) -> None:
    net = any_net
    report_id = net.draft()
    revision = net.report(report_id).revision

    def save(n: int) -> bool:
        try:
            with net.app.app_context(), net.site.database.transaction() as session:
                actor = net.actor(session, "monitor")
                draft = drafts.open_draft(session, actor, report_id, lock=True)
                drafts.save(session, actor, draft, "origin", {"method": str(n)}, revision=revision)
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        saved = list(pool.map(save, range(4)))
    assert saved.count(True) == 1
    after = net.report(report_id)
    assert after.answers is not None
    assert after.answers["origin"] == {"method": str(saved.index(True))}
    assert after.revision == revision + 1


def test_a_sent_report_is_no_draft_any_more(net: Network) -> None:
    report_id = net.sent()
    monitor = net.browser("monitor")
    for page in ("draft", "draft/employer", "draft/sources/0", "draft/check"):
        assert monitor.get(f"{BASE}/{report_id}/{page}").location.endswith(f"/{report_id}/sent"), page
    revision = net.report(report_id).revision
    with pytest.raises(Conflict):
        net.act("monitor", report_id, drafts.save, "employer", {"name": "позже"})
    assert net.report(report_id).revision == revision
    net.act("monitor", report_id, drafts.send)
    assert net.passages(report_id) == ["submit"]


def test_the_coordinators_of_the_country_hear_of_it_and_nobody_else(net: Network) -> None:
    net.sent(safety=ANSWERS["safety"] | {"violence": "yes"})
    for who, told in (("coordinator", 1), ("coordinator2", 1), ("kg_coordinator", 0), ("first", 0)):
        page = net.browser(who).get("/ru/account/notifications").get_data(as_text=True)
        assert len(re.findall(r"M-\w{4}-\w{4}", page)) == told, who


def test_removing_an_allegation_renumbers_what_the_sources_support(net: Network) -> None:
    three = [ANSWERS["allegations"][0] | {"facts": f"Факт {n}."} for n in range(3)]
    backed = [
        ANSWERS["sources"][0] | {"supports": ["0", "1", "2"]},
        ANSWERS["sources"][1] | {"supports": ["1"]},
    ]
    report_id = net.draft(allegations=three, sources=backed)
    page = f"{BASE}/{report_id}/draft/allegations/1"
    assert net.browser("monitor").post(f"{page}/remove", page).status_code == 302
    answers = net.report(report_id).answers
    assert answers is not None
    assert [each["facts"] for each in answers["allegations"]] == ["Факт 0.", "Факт 2."]
    assert [each["supports"] for each in answers["sources"]] == [["0", "1"], []]


def test_a_person_without_an_organisation_that_reports_begins_nothing(net: Network) -> None:
    assert net.browser("coordinator").get(f"{BASE}/new").status_code == 403
    draft_id = net.draft("other")
    taken = net.browser("monitor").post(f"{BASE}/new", draft_id=str(draft_id))
    assert taken.status_code == 404
    assert net.count(Report) == 1


def test_the_step_of_another_name_or_a_gap_in_the_list_is_not_found(net: Network) -> None:
    report_id, monitor = net.draft(), net.browser("monitor")
    for path in ("draft/secrets", "draft/allegations/9", "draft/sources/-1"):
        assert monitor.get(f"{BASE}/{report_id}/{path}").status_code == 404, path


def test_sex_age_and_citizenship_are_counted_for_each_allegation_and_never_exceed_it(net: Network) -> None:
    counts = {"other": "1", "age_18": "9", "age_45": "2", "citizens_kg": "10", "citizens_other": "3"}
    told = [{**ANSWERS["allegations"][0], **counts}]
    kept = net.report(net.sent(allegations=told)).allegations[0]
    assert (kept.workers, kept.ages) == (15, {"18-29": 9, "45+": 2})
    assert kept.citizenship == {"KG": 10, "other": 3}
    draft = net.draft()
    page, monitor = f"/ru/monitoring/reports/{draft}/draft/allegations/0", net.browser("monitor")
    for wrong in ({"age_45": "99"}, {"citizens_other": "99"}, {"age_18": "много"}):
        answer = monitor.post(page, **fields(told[0] | wrong))
        assert answer.status_code == 422, wrong
        assert "Бригаде не платят" in answer.get_data(as_text=True)
    assert monitor.post(page, **fields(told[0])).status_code == 302


def test_the_rest_of_the_form_is_kept_as_it_was_told(net: Network) -> None:
    source = {**ANSWERS["sources"][0], "consent_how": "call", "withhold": "Село, от работодателя"}
    employer = ANSWERS["employer"] | {"legal_name": "ООО «Пробный монтаж»"}
    draft = net.draft(photo=True, sources=[source], employer=employer)
    page = f"/ru/monitoring/reports/{draft}/draft/evidence/0"
    said = {"kind": "payroll", "maker": "employer", "taken_on": "2.3.2026", "chain": "работник, потом я"}
    photo = {"title": "Табель", "source": "0", "supports": ["0"], **said}
    assert net.browser("monitor").post(page, **photo).status_code == 302
    net.act("monitor", draft, drafts.send)
    kept = net.report(draft)
    assert (kept.employer_legal_name, kept.taxonomy) == ("ООО «Пробный монтаж»", TAXONOMY.version)
    assert (kept.sources[0].consent_how, kept.sources[0].withhold) == ("call", "Село, от работодателя")
    found = kept.evidence[0]
    assert (found.kind, found.maker, f"{found.taken_on}") == ("payroll", "employer", "2026-03-02")
    assert (found.chain, found.supports) == ("работник, потом я", [0])
    shown = net.browser("coordinator").get(f"/ru/monitoring/reports/{draft}").get_data(as_text=True)
    assert "Ведомость или табель" in shown
