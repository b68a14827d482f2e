"""Dossiers: only what was consented to, never approved by the author, in order, frozen, and watched."""

import io
from datetime import timedelta
from typing import Any

import pytest
from answers import ANSWERS
from network import Network
from pypdf import PdfReader

from core import audit
from core.toolkit import Conflict, Denied, GuardFailed, approvals, now
from plugins.monitoring.dossier.letter import canonical
from plugins.monitoring.models import Allegation, Dossier, Employer
from plugins.monitoring.services import dossiers, findings, following

BASE = "/ru/monitoring"


def step(net: Network, who: str, dossier_id: Any, service: Any, *values: Any, **named: Any) -> None:
    """One service call on a dossier, with the revision that stands now."""
    with net.app.app_context(), net.site.database.transaction() as session:
        mine = session.get_one(Dossier, dossier_id)
        named.setdefault("revision", mine.revision)
        service(session, net.actor(session, who), mine, *values, **named)


def text_of(pdf: bytes) -> str:
    """What the pages of a PDF say, in one line."""
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


def agreed(*uses: list[str]) -> list[dict[str, Any]]:
    """Two independent sources with these consents, and the one without which nothing can be sent."""
    return [
        {**each, "consents": ["coordination", *use]}
        for each, use in zip(ANSWERS["sources"], uses, strict=True)
    ]


def test_no_dossier_before_the_report_is_verified(net: Network) -> None:
    for report_id in (net.sent(), net.proposed()):
        with pytest.raises(GuardFailed) as refused:
            net.dossier(report_id)
        assert "report_not_verified" in refused.value.codes
    assert net.count(Dossier) == 0


def test_no_dossier_on_a_report_that_was_not_confirmed(net: Network) -> None:
    from_unverified = net.verified(verdict="unverified")
    assert net.report(from_unverified).state == "unverified"
    with pytest.raises(GuardFailed, match="report_not_verified"):
        net.dossier(from_unverified)


def test_no_dossier_without_the_consent_to_it(net: Network) -> None:
    others = ["statistics", "dossier_named", "publication"]
    report_id = net.verified(sources=agreed(others, others))
    with pytest.raises(GuardFailed) as refused:
        net.dossier(report_id)
    assert refused.value.codes == ["no_consent"]
    page = net.browser("coordinator").post(
        f"{BASE}/reports/{report_id}/dossier", addressee="labour_inspectorate", status_risk="agreed"
    )
    assert page.status_code == 422
    assert "соглас" in page.get_data(as_text=True)
    assert net.count(Dossier) == 0


def test_only_what_agreeing_sources_support_stands_in_the_letter(net: Network) -> None:
    two = [
        ANSWERS["allegations"][0] | {"facts": "Не платят за март."},
        ANSWERS["allegations"][0] | {"violation": "passport_withheld", "facts": "Паспорта в сейфе."},
    ]
    backed = agreed(["dossier_anonymous"], ["statistics"])
    backed[0]["supports"], backed[1]["supports"] = ["0"], ["0", "1"]
    backed.append(backed[1] | {"group": "C"})
    report_id = net.verifying(allegations=two, sources=backed)
    net.act("first", report_id, findings.judge, {0: ("verified", "Да."), 1: ("verified", "Да.")})
    net.act("second", report_id, findings.confirm)
    found = net.letter(net.dossier(report_id, "approved"))
    assert found.pdf is not None
    said = text_of(found.pdf)
    assert "Не платят за март" in said
    assert "Паспорта в сейфе" not in said


def test_a_photo_of_a_source_that_did_not_agree_stays_at_home(net: Network) -> None:
    given = agreed(["statistics"], ["dossier_anonymous"])
    found = net.letter(net.dossier(net.verified(sources=given, photo=True), "approved"))
    assert found.pdf is not None
    assert found.content is not None
    assert found.content["annexes"] == []
    assert "Объявление" not in text_of(found.pdf)


def test_nobody_approves_what_they_wrote(net: Network) -> None:
    dossier_id = net.dossier(net.verified())
    net.join("coordinator", "neva", "monitoring.legal_officer")
    with pytest.raises(GuardFailed) as refused:
        step(net, "coordinator", dossier_id, dossiers.approve)
    assert refused.value.codes == ["author_approves"]
    page = f"{BASE}/dossiers/{dossier_id}"
    answer = net.browser("coordinator").post(f"{page}/approve", page, revision="1")
    assert answer.status_code == 422
    assert (net.letter(dossier_id).state, net.letter(dossier_id).pdf) == ("drafting", None)


def test_approval_is_a_right_of_its_own(net: Network) -> None:
    dossier_id = net.dossier(net.verified())
    for who in ("coordinator2", "monitor", "first", "kg_lawyer", "admin"):
        with pytest.raises(Denied):
            step(net, who, dossier_id, dossiers.approve)
    with pytest.raises(Denied):
        step(net, "lawyer", dossier_id, dossiers.send, now().date(), "epgu")
    assert net.letter(dossier_id).state == "drafting"


def test_the_steps_come_in_their_order(net: Network) -> None:
    dossier_id, today = net.dossier(net.verified()), now().date()
    page, coordinator = f"{BASE}/dossiers/{dossier_id}", net.browser("coordinator")

    def refused(name: str, **values: str) -> None:
        before = net.letter(dossier_id)
        assert coordinator.post(f"{page}/{name}", page, **values).status_code == 409, name
        after = net.letter(dossier_id)
        assert (after.state, after.revision) == (before.state, before.revision)
        assert (after.sent_on, after.registered_on) == (before.sent_on, before.registered_on)

    day = f"{today:%d.%m.%Y}"
    refused("sent", day=day, channel="epgu")
    refused("registered", day=day, number="1")
    step(net, "lawyer", dossier_id, dossiers.approve)
    refused("registered", day=day, number="1")
    refused("answered", reason="Ответили.")
    step(net, "coordinator", dossier_id, dossiers.send, today, "epgu")
    refused("sent", day=day, channel="epgu")
    early = coordinator.post(
        f"{page}/registered", page, day=f"{today - timedelta(days=1):%d.%m.%Y}", number="1"
    )
    assert early.status_code == 422
    step(net, "coordinator", dossier_id, following.register, today, "77-1")
    assert coordinator.post(f"{page}/answered", page, reason=" ").status_code == 422
    assert coordinator.post(f"{page}/answered", page, reason="Проверка прошла.").status_code == 302
    assert net.letter(dossier_id).state == "answered"
    assert net.letter(dossier_id).answer_by == today + timedelta(days=30)


@pytest.mark.parametrize(
    ("name", "values", "field"),
    [
        ("sent", {"day": "30.02.2026", "channel": "epgu"}, "day"),
        ("sent", {"day": "1.1.2999", "channel": "epgu"}, "day"),
        ("sent", {"day": "1.3.2026", "channel": "pigeon"}, "channel"),
        ("sent", {"day": "", "channel": "epgu"}, "day"),
    ],
)
def test_bad_input_is_refused_with_what_was_typed(
    net: Network, name: str, values: dict[str, str], field: str
) -> None:
    dossier_id = net.dossier(net.verified(), "approved")
    page = f"{BASE}/dossiers/{dossier_id}"
    answer = net.browser("coordinator").post(f"{page}/{name}", page, **values)
    shown = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert f'href="#{field}' in shown
    assert values["day"] in shown
    assert net.letter(dossier_id).sent_on is None


def test_what_was_approved_never_changes_though_the_register_does(net: Network) -> None:
    dossier_id = net.dossier(net.verified(photo=True), "approved")
    before = net.letter(dossier_id)
    with net.site.database.transaction() as session:
        for employer in session.query(Employer):
            employer.legal_name = "ООО «Переименовано»"
    after = net.letter(dossier_id)
    assert (after.pdf, after.content_hash) == (before.pdf, before.content_hash)
    answer = net.browser("coordinator").get(f"{BASE}/dossiers/{dossier_id}/dossier.pdf")
    assert answer.data == before.pdf
    assert "Переименовано" not in text_of(answer.data)
    assert net.audited("monitoring.dossier.read", dossier_id) == 1


def test_the_letter_names_no_person_and_a_draft_says_that_it_is_one(net: Network) -> None:
    dossier_id = net.dossier(net.verified())
    draft = net.browser("coordinator").get(f"{BASE}/dossiers/{dossier_id}/dossier.pdf").data
    step(net, "lawyer", dossier_id, dossiers.approve)
    final = net.letter(dossier_id).pdf
    assert final is not None
    assert "ПРОЕКТ" in text_of(draft).upper()
    assert "ПРОЕКТ" not in text_of(final).upper()
    for name in ("Monitor", "Coordinator", "First", "Second", "Lawyer", "@example.org"):
        assert name not in text_of(final)


def test_a_change_after_the_proposal_voids_it_until_it_is_proposed_again(net: Network) -> None:
    dossier_id = net.dossier(net.verified())
    with net.site.database.transaction() as session:
        session.query(Allegation).first().facts = "Дописано после предложения."  # type: ignore[union-attr]
    with pytest.raises(GuardFailed) as refused:
        step(net, "lawyer", dossier_id, dossiers.approve)
    assert refused.value.codes == ["content_changed"]
    page = f"{BASE}/dossiers/{dossier_id}"
    assert f'action="{page}/approve"' not in net.browser("lawyer").get(page).get_data(as_text=True)
    assert net.browser("lawyer").post(f"{page}/propose", page).status_code == 403
    assert net.browser("coordinator").post(f"{page}/propose", page).status_code == 302
    step(net, "lawyer", dossier_id, dossiers.approve)
    assert net.letter(dossier_id).state == "approved"


def test_what_was_edited_after_approval_does_not_leave(net: Network) -> None:
    dossier_id = net.dossier(net.verified(), "approved")
    with net.site.database.transaction() as session:
        changed = session.get_one(Dossier, dossier_id)
        changed.content = {**(changed.content or {}), "reference": "RP-0000-0000"}
        changed.content_hash = approvals.fingerprint(canonical(changed.content))
    with pytest.raises(GuardFailed) as refused:
        step(net, "coordinator", dossier_id, dossiers.send, now().date(), "epgu")
    assert refused.value.codes == ["content_changed"]


def test_a_second_dossier_is_a_new_version(net: Network) -> None:
    report_id = net.verified()
    ids = [net.dossier(report_id, "approved"), net.dossier(report_id)]
    assert [net.letter(each).version for each in ids] == [1, 2]
    assert net.letter(ids[0]).content_hash != net.letter(ids[1]).content_hash


def test_a_stale_approval_is_told_what_happened(net: Network) -> None:
    dossier_id = net.dossier(net.verified())
    seen = net.letter(dossier_id).revision
    step(net, "lawyer", dossier_id, dossiers.approve)
    page = f"{BASE}/dossiers/{dossier_id}"
    answer = net.browser("lawyer").post(f"{page}/approve", page, revision=str(seen))
    assert answer.status_code == 409
    assert "Lawyer" in answer.get_data(as_text=True)
    with pytest.raises(Conflict):
        step(net, "lawyer", dossier_id, dossiers.approve, revision=seen)
    assert net.passages(dossier_id) == ["approve"]


def test_the_chain_is_whole_after_it_all(net: Network) -> None:
    net.dossier(net.verified(photo=True), "registered")
    with net.site.database.reading() as session:
        assert audit.verify(session) == []
