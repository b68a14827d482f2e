"""Norms: seeded without a review, cited in no letter before one, and unreviewed again after every edit."""

import io
import re
import zipfile
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from network import Network
from pypdf import PdfReader
from sqlalchemy import select

from core.toolkit import Denied, GuardFailed, now
from plugins.monitoring.dossier.editable import docx
from plugins.monitoring.models import Dossier, Norm, NormText
from plugins.monitoring.services import dossiers, norms
from plugins.monitoring.taxonomy import TAXONOMY

BASE = "/ru/monitoring"
WAGES = "tk-136-wages"
SAID = NormText("ТК РФ, ст. 136, ч. 6", "Не реже чем каждые полмесяца.", date(2026, 1, 1), "pravo.gov.ru")


def row(net: Network, code: str = WAGES) -> Norm:
    """The edition in use."""
    with net.site.database.reading() as session:
        found = session.scalars(select(Norm).where(Norm.code == code, Norm.replaced_at.is_(None))).one()
        session.expunge_all()
        return found


def act(net: Network, who: str, service: Any, *values: Any, code: str = WAGES) -> None:
    """One service call on the edition in use."""
    with net.app.app_context(), net.site.database.transaction() as session:
        service(session, net.actor(session, who), session.get_one(Norm, row(net, code).id), *values)


def reviewed(net: Network) -> None:
    """A new edition, compared with the law."""
    act(net, "lawyer", norms.amend, SAID)
    act(net, "lawyer", norms.review, row(net).fingerprint, date(2026, 2, 3), "Консультант")


def outlets(net: Network, dossier_id: UUID) -> dict[str, str]:
    """What the letter says wherever it leaves the house."""
    letter = net.letter(dossier_id)
    with net.app.app_context(), net.site.database.reading() as session:
        pdf = dossiers.preview(session, session.merge(letter, load=False))
    lawyer = net.browser("lawyer").get(f"{BASE}/dossiers/{dossier_id}/dossier.docx")
    pages = PdfReader(io.BytesIO(pdf)).pages
    assert letter.content is not None
    assert lawyer.data == docx(letter.content)
    with zipfile.ZipFile(io.BytesIO(lawyer.data)) as archive:
        word = re.sub(r"<[^>]+>", " ", archive.read("word/document.xml").decode())
    return {
        "pdf": " ".join(page.extract_text() for page in pages),
        "docx": word,
        "frozen": str(letter.content),
    }


def test_every_class_has_norms_and_none_is_reviewed_by_itself(net: Network) -> None:
    with net.site.database.reading() as session:
        found = norms.current(session)
        assert {each.violation for each in found} == set(TAXONOMY.codes("violation"))
        assert not [each for each in found if each.review or each.edition]
        assert not [
            each for code in TAXONOMY.codes("violation") for each in norms.citable(session, code, "RU")
        ]


def test_an_unreviewed_norm_stands_in_no_outlet_of_a_letter(net: Network) -> None:
    found = outlets(net, net.dossier(net.verified(), "approved"))
    for name, text in found.items():
        assert "136" not in text.replace("\u202f", ""), name
        assert "145.1" not in text, name


def test_a_reviewed_norm_is_cited_with_its_edition_and_an_edit_takes_it_out_again(net: Network) -> None:
    reviewed(net)
    cited = "ТК РФ, ст. 136, ч. 6 (ред. от 01.01.2026)"
    for name, text in outlets(net, net.dossier(net.verified(), "approved")).items():
        assert cited in " ".join(text.split()), name
    with net.site.database.transaction() as session:
        session.get_one(Norm, row(net).id).text = "Совсем другое."
    with net.site.database.reading() as session:
        assert norms.citable(session, "wage_arrears", "RU") == []
    assert row(net).review is None


def test_a_new_edition_starts_unreviewed_and_a_waiting_letter_must_be_proposed_again(net: Network) -> None:
    dossier_id = net.dossier(net.verified())
    reviewed(net)
    with net.app.app_context(), net.site.database.transaction() as session:
        mine = session.get_one(Dossier, dossier_id)
        with pytest.raises(GuardFailed, match="content_changed"):
            dossiers.approve(session, net.actor(session, "lawyer"), mine, revision=mine.revision)
        session.rollback()
    act(net, "lawyer", norms.amend, SAID)
    assert row(net).review is None
    assert row(net).number == 3


def test_a_review_holds_for_the_text_that_was_seen_and_needs_the_day_of_the_edition(net: Network) -> None:
    with pytest.raises(GuardFailed) as undated:
        act(net, "lawyer", norms.review, row(net).fingerprint, now().date(), "Кодекс")
    assert undated.value.codes == ["edition_missing"]
    act(net, "lawyer", norms.amend, SAID)
    with pytest.raises(GuardFailed) as changed:
        act(net, "lawyer", norms.review, "0" * 64, now().date(), "Кодекс")
    assert changed.value.codes == ["norm_changed"]


def test_only_the_legal_officer_of_the_country_reviews(net: Network) -> None:
    act(net, "lawyer", norms.amend, SAID)
    for who in ("kg_lawyer", "coordinator", "first", "monitor", "admin"):
        with pytest.raises(Denied):
            act(net, who, norms.review, row(net).fingerprint, now().date(), "Кодекс")
        with pytest.raises(Denied):
            act(net, who, norms.amend, SAID)
    assert not net.browser("kg_lawyer").get(f"{BASE}/norms/{row(net).id}").data.count(b"/review")


def test_the_pages_take_an_edition_and_its_review_and_leave_a_trace(net: Network) -> None:
    lawyer, first = net.browser("lawyer"), row(net)
    page = f"{BASE}/norms/{first.id}"
    values = {
        "citation": "ТК РФ, ст. 136",
        "text": "Дважды в месяц.",
        "edition": "1.1.2026",
        "source": "Кодекс",
    }
    assert lawyer.post(f"{page}/amend", page, **{**values, "edition": "31.2.2026"}).status_code == 422
    made = lawyer.post(f"{page}/amend", page, **values)
    assert made.status_code == 302
    where = f"{BASE}/norms/{row(net).id}"
    wrong = lawyer.post(
        f"{where}/review", where, seen=row(net).fingerprint, checked_on="", checked_in="Кодекс"
    )
    assert wrong.status_code == 422
    assert "Кодекс" in wrong.get_data(as_text=True)
    done = lawyer.post(
        f"{where}/review", where, seen=row(net).fingerprint, checked_on="3.2.2026", checked_in="Консультант"
    )
    assert done.status_code == 302
    shown = net.browser("coordinator").get(where).get_data(as_text=True)
    assert "Консультант" in shown
    assert "Проверена" in shown
    assert lawyer.post(f"{page}/amend", page, **values).status_code == 422
    assert net.audited("monitoring.norm.amend") == net.audited("monitoring.norm.review") == 1
    added = lawyer.post(f"{BASE}/norms/new", violation="violence", country="RU", **values)
    assert added.status_code == 302
