"""OAI-PMH: the published and the withdrawn, in the order in which they changed, as anybody may see them."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session

from core.toolkit import Actor, now, organisation_names, platform
from plugins.research.formats import oai
from plugins.research.formats.oai import OaiProblem, Wish
from plugins.research.formats.record import Record
from plugins.research.models import Dataset, Version
from plugins.research.services import showing
from plugins.research.services.finding import PUBLIC_STATES

PORTION = 50
ALLOWED: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    "Identify": (frozenset(), frozenset()),
    "ListMetadataFormats": (frozenset(), frozenset({"identifier"})),
    "ListSets": (frozenset(), frozenset({"resumptionToken"})),
    "GetRecord": (frozenset({"identifier", "metadataPrefix"}), frozenset()),
    "ListRecords": (frozenset({"metadataPrefix"}), frozenset({"from", "until", "set"})),
    "ListIdentifiers": (frozenset({"metadataPrefix"}), frozenset({"from", "until", "set"})),
}
"""Verb -> the arguments that it needs, and those that it may have; a token stands alone."""


def answer(session: Session, base_url: str, asked: Mapping[str, str], doubled: bool) -> str:
    """The answer to a request, errors of the protocol included."""
    if doubled:
        return oai.error(base_url, OaiProblem("badArgument", "An argument stands twice."), now())
    try:
        return _answer(session, base_url, asked)
    except OaiProblem as problem:
        return oai.error(base_url, problem, now())


def _answer(session: Session, base_url: str, asked: Mapping[str, str]) -> str:
    verb, given = asked.get("verb", ""), set(asked) - {"verb"}
    if verb not in ALLOWED:
        raise OaiProblem("badVerb", "Unknown verb.")
    needed, more = ALLOWED[verb]
    resumed = given == {"resumptionToken"} and verb.startswith("List")
    if not resumed and (not needed <= given or not given <= needed | more):
        raise OaiProblem("badArgument", "Arguments are missing, or not known.")
    if verb == "Identify":
        first = session.scalar(select(func.min(Version.changed_at)).where(Version.state.in_(PUBLIC_STATES)))
        mail = platform.settings.mail_from
        return oai.identify(base_url, asked, "camove", mail, _aware(first) or now(), now())
    if verb == "ListMetadataFormats":
        if "identifier" in asked:
            _one(session, asked["identifier"])
        return oai.metadata_formats(base_url, asked, now())
    if verb == "ListSets":
        return oai.sets(base_url, asked, _sets(session), now())
    if verb == "GetRecord":
        _known(asked["metadataPrefix"])
        found = showing.record(session, Actor(), _one(session, asked["identifier"]))
        return oai.one(base_url, asked, found, asked["metadataPrefix"], now())
    return _listing(session, base_url, asked)


def _aware(moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=UTC) if moment and moment.tzinfo is None else moment


def _known(prefix: str) -> None:
    if prefix not in oai.FORMATS:
        raise OaiProblem("cannotDisseminateFormat", "Unknown metadataPrefix.")


def _one(session: Session, identifier: str) -> Version:
    slug, mark, number = identifier.removeprefix("oai:camove:").partition(".v")
    rows = select(Version).join(Dataset).where(
        Dataset.slug == slug, Version.number == number, Version.state.in_(PUBLIC_STATES)
    )  # fmt: skip
    found = session.scalars(rows).first() if mark and identifier.startswith("oai:camove:") else None
    if found is None:
        raise OaiProblem("idDoesNotExist", "There is no such record.")
    return found


def _sets(session: Session) -> dict[str, str]:
    rows = select(Version.organisation_id).where(Version.state.in_(PUBLIC_STATES)).distinct()
    ids = list(session.scalars(rows))
    names = organisation_names(session, ids, "en")
    if not ids:
        raise OaiProblem("noSetHierarchy", "There are no sets yet.")
    return {f"org-{each.hex[-8:]}": names[each] for each in ids}


def _wish(asked: Mapping[str, str]) -> Wish:
    if "resumptionToken" in asked:
        return oai.wish_of(asked["resumptionToken"], now())
    _known(asked["metadataPrefix"])
    begins, ends = asked.get("from", ""), asked.get("until", "")
    if begins and ends and (len(begins) != len(ends) or oai.moment(begins) > oai.moment(ends)):
        raise OaiProblem("badArgument", "from and until do not fit.")
    return Wish(asked["metadataPrefix"], begins, ends, asked.get("set", ""))


def _listing(session: Session, base_url: str, asked: Mapping[str, str]) -> str:
    wish = _wish(asked)
    rows = _matching(session, wish)
    total = session.scalar(select(func.count()).select_from(rows.subquery())) or 0
    found = session.scalars(
        _after(rows, wish).order_by(Version.changed_at, Version.id).limit(PORTION + 1)
    ).all()
    if not found:
        raise OaiProblem("noRecordsMatch", "Nothing matches.")
    here, more = found[:PORTION], len(found) > PORTION
    records: list[Record] = [showing.record(session, Actor(), each) for each in here]
    resume = None
    if more or wish.after:
        place = f"{here[-1].changed_at.isoformat()} {here[-1].id}"
        following = Wish(wish.prefix, wish.begins, wish.ends, wish.set_name, place, wish.seen + len(here))
        resume = oai.token(following, now()) if more else ""
    return oai.listing(base_url, asked, records, wish.prefix, resume, total, wish.seen, now())


def _matching(session: Session, wish: Wish) -> Select[Version]:
    rows = select(Version).where(Version.state.in_(PUBLIC_STATES))
    if wish.begins:
        rows = rows.where(Version.changed_at >= oai.moment(wish.begins))
    if wish.ends:
        step = timedelta(days=1) if len(wish.ends) == 10 else timedelta(seconds=1)
        rows = rows.where(Version.changed_at < oai.moment(wish.ends) + step)
    if wish.set_name:
        ids = [
            each
            for each in session.scalars(select(Version.organisation_id).distinct())
            if f"org-{each.hex[-8:]}" == wish.set_name
        ]
        rows = rows.where(Version.organisation_id.in_(ids))
    return rows


def _after(rows: Select[Version], wish: Wish) -> Select[Version]:
    if not wish.after:
        return rows
    moment, _, version_id = wish.after.partition(" ")
    try:
        changed, last = datetime.fromisoformat(moment), UUID(version_id)
    except ValueError as error:
        raise OaiProblem("badResumptionToken", "The token cannot be read.") from error
    if changed.tzinfo is None:
        raise OaiProblem("badResumptionToken", "The token cannot be read.")
    same = and_(Version.changed_at == changed, Version.id > last)
    return rows.where(or_(Version.changed_at > changed, same))
