"""The inspector's link: one dossier for whoever holds it, nothing else, and answers that a person must accept."""

import hashlib
import io
import re
import zipfile
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from docx import Document
from network import Network
from test_dossiers import step, text_of

from core.accounts.models import Notification
from core.toolkit import Denied, GuardFailed, now
from core.web.limits import ON, PER_MINUTE
from plugins.monitoring.models import Allegation, Dossier, IncomingAnswer, InspectorLink, LinkOpening
from plugins.monitoring.services import following, sharing

BASE = "/ru/monitoring"


def link(net: Network, dossier_id: UUID, days: int = 30) -> str:
    """The address that somebody outside is given."""
    made: list[str] = []
    with net.app.app_context(), net.site.database.transaction() as session:
        mine = session.get_one(Dossier, dossier_id)
        made.append(sharing.open_link(session, net.actor(session, "coordinator"), mine, "ГИТ, отдел 3", days))
    return f"{BASE}/shared/{made[0]}"


@pytest.fixture
def sent(net: Network) -> UUID:
    return net.dossier(net.verified(photo=True), "registered")


def without_names(page: str) -> str:
    """An error page without what differs from one request to the next."""
    cleaned = re.sub(r'class="reference">[^<]*<|name="csrf_token"[^>]*>', "", page)
    return re.sub(r"/shared/[^\"'/? <]+", "/shared/TOKEN", cleaned)


def test_a_link_shows_one_dossier_and_nothing_else(net: Network, sent: UUID) -> None:
    address, visitor = link(net, sent), net.browser()
    answer = visitor.get(address)
    shown = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert '<html lang="ru"' in shown
    assert "<title>Документы - camove</title>" in shown
    assert 'name="robots" content="noindex' in shown
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Пробный монтаж" in shown
    for hidden in ("@example.org", "Coordinator", "/dossiers/", "/monitoring/reports"):
        assert hidden not in shown
    pdf, packed = visitor.get(f"{address}/letter.pdf"), visitor.get(f"{address}/letter.zip")
    assert pdf.data == net.letter(sent).pdf
    assert zipfile.ZipFile(io.BytesIO(packed.data)).testzip() is None
    for each in (pdf, packed):
        assert (each.headers["Cache-Control"], "noindex" in each.headers["X-Robots-Tag"]) == (
            "no-store",
            True,
        )
    assert visitor.get(f"{BASE}/dossiers/{sent}").status_code == 302


def test_only_a_hash_of_the_token_is_kept_and_it_is_256_bits(net: Network, sent: UUID) -> None:
    tokens = {link(net, sent).rsplit("/", 1)[1] for _ in range(5)}
    assert len(tokens) == 5
    assert {len(each) for each in tokens} == {43}
    with net.site.database.reading() as session:
        kept = {each.token_hash for each in session.query(InspectorLink)}
    assert kept == {hashlib.sha256(each.encode()).hexdigest() for each in tokens}
    for file in net.site.settings.data.glob("*.sqlite*"):
        assert not any(each.encode() in file.read_bytes() for each in tokens)


def test_wrong_expired_and_closed_links_are_the_same_page(net: Network, sent: UUID) -> None:
    visitor = net.browser()
    expired, closed, withdrawn = link(net, sent), link(net, sent), link(net, sent)
    with net.site.database.transaction() as session:
        first, second, _ = session.query(InspectorLink).order_by(InspectorLink.id)
        first.expires_at = now() - timedelta(seconds=1)
        closing = second.id
    page = f"{BASE}/dossiers/{sent}"
    assert net.browser("coordinator").post(f"{page}/links/{closing}/close", page).status_code == 302
    assert visitor.get(withdrawn).status_code == 200
    step(net, "coordinator", sent, following.move, "withdraw", "Работники попросили.")
    seen = set()
    for address in (f"{BASE}/shared/no-such-token", expired, closed, withdrawn):
        for tail in ("", "/letter.pdf", "/letter.zip"):
            answer = visitor.get(address + tail)
            assert answer.status_code == 404
            seen.add(without_names(answer.get_data(as_text=True).replace(tail, "") if tail else answer.text))
        assert visitor.client.post(address).status_code in (400, 404)
    assert len(seen) == 1
    assert net.count(LinkOpening) == 1


def test_each_opening_is_kept_and_shown(net: Network, sent: UUID) -> None:
    address, visitor = link(net, sent), net.browser()
    for tail in ("", "", "/letter.pdf", "/letter.zip"):
        visitor.get(address + tail).close()
    with net.site.database.reading() as session:
        whats = sorted(each.what for each in session.query(LinkOpening))
    assert whats == ["page", "page", "pdf", "zip"]
    assert net.audited("monitoring.link.page", sent) == 2
    shown = net.browser("coordinator").get(f"{BASE}/dossiers/{sent}").get_data(as_text=True)
    assert shown.count("открыли страницу") == 2
    assert "скачали ZIP" in shown


def test_an_answer_counts_only_once_a_person_has_accepted_it(net: Network, sent: UUID) -> None:
    address, visitor, before = link(net, sent), net.browser(), net.count(Notification)
    text = "Проверка назначена. <script>alert(1)</script>"
    assert visitor.post(address, text=text).status_code == 302
    assert net.count(Notification) > before
    assert net.letter(sent).state == "registered"
    page, coordinator = f"{BASE}/dossiers/{sent}", net.browser("coordinator")
    shown = coordinator.get(page).get_data(as_text=True)
    assert "&lt;script&gt;" in shown
    assert "<script>alert" not in shown
    with net.site.database.reading() as session:
        answer_id = session.query(IncomingAnswer).one().id
    way, revision = f"{page}/answers/{answer_id}", str(net.letter(sent).revision)
    assert net.browser("lawyer").post(way, page, decision="accept").status_code == 403
    assert coordinator.post(way, page, decision="accept", revision=revision).status_code == 302
    assert net.letter(sent).state == "answered"
    assert net.passages(sent)[-1] == "answer"
    assert coordinator.post(way, page, decision="accept", revision="9").status_code == 422


def test_an_answer_that_is_set_aside_changes_nothing(net: Network, sent: UUID) -> None:
    net.browser().post(link(net, sent), text="Спам.")
    with net.site.database.reading() as session:
        answer_id = session.query(IncomingAnswer).one().id
    step(net, "coordinator", sent, sharing.decide, answer_id, accept=False)
    assert net.letter(sent).state == "registered"
    other = net.dossier(net.verified(), "registered")
    with pytest.raises(GuardFailed):
        step(net, "coordinator", other, sharing.decide, answer_id, accept=True)


def test_answers_are_bounded(net: Network, sent: UUID) -> None:
    address, visitor = link(net, sent), net.browser()
    assert visitor.post(address, text="").status_code == 422
    assert visitor.post(address, text="а" * 4001).status_code == 422
    said = [visitor.post(address, text="а" * 4000).status_code for _ in range(sharing.MOST_WAITING + 2)]
    assert said == [302] * sharing.MOST_WAITING + [429] * 2
    assert net.count(IncomingAnswer) == sharing.MOST_WAITING
    net.app.config[ON] = True
    try:
        flood = [visitor.client.post(address).status_code for _ in range(PER_MINUTE["door"] + 1)]
    finally:
        net.app.config[ON] = False
    assert flood[-1] == 429


def test_the_page_gives_the_link_once(net: Network, sent: UUID) -> None:
    page, coordinator = f"{BASE}/dossiers/{sent}", net.browser("coordinator")
    made = coordinator.post(f"{page}/links", page, recipient="ГИТ", days="7")
    found = re.search(r"/ru/monitoring/shared/[\w-]{43}", made.get_data(as_text=True))
    assert found
    assert net.browser().get(found[0]).status_code == 200
    assert found[0] not in coordinator.get(page).get_data(as_text=True)
    assert coordinator.post(f"{page}/links", page, recipient="", days="7").status_code == 422
    assert coordinator.post(f"{page}/links", page, recipient="ГИТ", days="9999").status_code == 422


def test_nothing_unapproved_is_shared_and_not_by_anybody(net: Network, sent: UUID) -> None:
    draft = net.dossier(net.verified())
    with pytest.raises(GuardFailed):
        link(net, draft)
    for who in ("lawyer", "monitor", "kg_coordinator", "admin"):
        with pytest.raises(Denied):
            _open(net, who, sent)


def _open(net: Network, who: str, dossier_id: UUID) -> Any:
    with net.app.app_context(), net.site.database.transaction() as session:
        mine = session.get_one(Dossier, dossier_id)
        return sharing.open_link(session, net.actor(session, who), mine, "Кому-то")


def test_the_services_on_each_database(any_net: Network) -> None:
    net = any_net
    sent = net.dossier(net.verified(), "registered")
    token = link(net, sent).rsplit("/", 1)[1]
    with net.app.app_context(), net.site.database.transaction() as session:
        found = sharing.find(session, token)
        assert found is not None
        sharing.note_opening(session, found, "page")
        answer = sharing.take_answer(session, found, "Принято.")
        mine = found.dossier
        sharing.decide(
            session, net.actor(session, "coordinator"), mine, answer.id, accept=True, revision=mine.revision
        )
    assert net.letter(sent).state == "answered"
    with net.app.app_context(), net.site.database.transaction() as session:
        mine = session.get_one(Dossier, sent)
        sharing.close_all(session, net.actor(session, "coordinator"), mine)
        assert sharing.find(session, token) is None


def test_the_word_file_says_what_the_letter_says_and_runs_nothing(net: Network) -> None:
    nasty = "=HYPERLINK(1) https://example.org/x {{7*7}} <w:p>"
    report_id = net.verified(photo=True)
    with net.site.database.transaction() as session:
        session.query(Allegation).first().facts = f"{nasty}\x07"  # type: ignore[union-attr]
    dossier_id = net.dossier(report_id, "approved")
    answer = net.browser("coordinator").get(f"{BASE}/dossiers/{dossier_id}/dossier.docx")
    said = "\n".join(each.text for each in Document(io.BytesIO(answer.data)).paragraphs)
    letter = net.letter(dossier_id)
    assert letter.content is not None
    assert nasty in said
    assert "\x07" not in said
    assert "{{7*7}}" in text_of(letter.pdf or b"")
    assert letter.content["annexes"][0]["sha256"] in said
    assert "ПРОЕКТ ДЛЯ ПРАВКИ" in said
    with zipfile.ZipFile(io.BytesIO(answer.data)) as opened:
        assert not [name for name in opened.namelist() if "vba" in name.lower() or "embed" in name.lower()]
        relations = b"".join(opened.read(name) for name in opened.namelist() if name.endswith(".rels"))
        assert b"External" not in relations
        assert b"<w:fldSimple" not in opened.read("word/document.xml")
