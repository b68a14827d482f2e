"""Editions as news of the network: what was published and still may be read."""

from sqlalchemy.orm import Session

from core.toolkit import PublicUpdate, language
from handbook.canon import LANGUAGES
from handbook.language import domain
from handbook.models import Edition
from handbook.services import finding


def newest(session: Session, limit: int) -> list[PublicUpdate]:
    """The editions that were published last; a withdrawn one is no news any more."""
    return [_update(each) for each in finding.changes(session, limit)]


def _update(edition: Edition) -> PublicUpdate:
    changed = {code: edition.texts.get(code, {}).get("changed", "") for code in LANGUAGES}
    return PublicUpdate(
        uid=f"handbook:edition:{edition.id}",
        title={code: _title(edition, code) for code in LANGUAGES},
        url=f"/{language()}/handbook/chapters/{edition.chapter.slug}/{edition.number}",
        published=edition.published_at or edition.created_at,
        summary={code: said or domain.text(code, "A new chapter.") for code, said in changed.items()},
        revision=edition.revision,
    )


def _title(edition: Edition, code: str) -> str:
    """In the language, else in Russian, which every edition has."""
    return edition.texts.get(code, {}).get("title") or edition.texts["ru"]["title"]
