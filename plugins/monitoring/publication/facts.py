"""From rows to what the gates judge and what an entry tells; read anew each time, so that nothing is remembered."""

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from core.toolkit import approvals
from plugins.monitoring.lifecycle import supporting
from plugins.monitoring.models import Allegation, Dossier, Identifier, Listing, Report, Source
from plugins.monitoring.publication import entry, terms
from plugins.monitoring.publication.entry import Content, EntryFacts
from plugins.monitoring.publication.gates import SAFE_STANCES, Case
from plugins.monitoring.register import kin
from plugins.monitoring.register.identifiers import of_person, tells_birth
from plugins.monitoring.verification import group_key

USE = "publication"
"""The consent that every source must have given on which an entry relies."""

SEAT = "monitoring.listing.seat"
MOST_SEATS = 9
SOUND_SCHEMES = ("ru-inn", "ru-ogrn", "ru-ogrnip", "kz-bin", "kg-inn")


def agreed(source: Source) -> bool:
    """Whether the source lets the facts be published, at this moment."""
    return USE in source.consents


def standing_reports(session: Session, listing: Listing) -> list[Report]:
    """The reports of an entry that are still confirmed and still about this employer."""
    family = kin.family(session, kin.survivor(session, listing.employer).id)
    return [each for each in listing.reports if each.state == "verified" and each.employer_id in family]


def relied_on(session: Session, listing: Listing) -> list[Source]:
    """The sources of those reports on which the entry relies."""
    kept = {each.id for each in standing_reports(session, listing)}
    return [each.source for each in listing.relied if each.source.report_id in kept]


def grounds(reports: Sequence[Report], relied: Sequence[Source]) -> list[Allegation]:
    """The confirmed allegations that a source relied on supports."""
    ids = {each.id for each in relied}
    return [
        allegation
        for report in reports
        for allegation in report.allegations
        if allegation.state == "verified"
        and any(s.id in ids for s in supporting(report, allegation.position))
    ]


def case_of(session: Session, listing: Listing, votes: int = 0) -> Case:
    """What the gates judge. Workers are the most of one allegation: two reports may count the same people."""
    reports, relied = standing_reports(session, listing), relied_on(session, listing)
    facts = grounds(reports, relied)
    stances = {each.source_id: each.stance for each in listing.relied}
    number = number_of(session, listing)
    return Case(
        tier=listing.tier,
        natural_person=natural(session, listing),
        number_sound=number is not None,
        number_confirmed=listing.register_by is not None and bool(listing.register_source),
        workers=max((each.workers for each in facts), default=0),
        independent_sources=independent(relied),
        primary_sources=sum(each.primary for each in relied),
        relied_on=len(listing.relied),
        reports=len(reports),
        documents=sum(each.kind == "document" for each in relied),
        organisations=len({each.organisation_id for each in reports}),
        last_fact=last_fact(listing, facts),
        violations=frozenset(violations(listing, facts)),
        arrears_months=max((_months(each) for each in facts if each.violation == "wage_arrears"), default=0),
        no_contract_workers=max((each.workers for each in facts if each.violation == "no_contract"), default=0),
        indicators_found=bool(listing.indicators) and listing.indicators_by is not None,
        consents_missing=sum(not agreed(each.source) for each in listing.relied),
        reidentification=listing.reidentification,
        migrants_on_site=listing.migrants_on_site,
        stances_missing=sum(stances.get(each.id, "") not in SAFE_STANCES for each in relied),
        dossier_sent=_dossier_sent(session, [each.id for each in reports]),
        prosecution_risk=listing.prosecution_risk,
        decision_in_force=bool((listing.decision or {}).get("in_force")),
        decision_stored=listing.decision_file_id is not None,
        replied=bool(listing.reply_kind),
        votes=votes,
    )  # fmt: skip


def independent(relied: Iterable[Source]) -> int:
    """How many groups of sources are independent: the most of one report.

    A verifier judges who knows whom within a report. Nobody has judged it across two: the same worker may have gone to
    two organisations, so their groups are never added up.
    """
    groups: dict[UUID, set[str]] = {}
    for each in relied:
        groups.setdefault(each.report_id, set()).add(group_key(each.group))
    return max((len(found - {""}) for found in groups.values()), default=0)


def _dossier_sent(session: Session, reports: Sequence[UUID]) -> bool:
    """Whether the inspectorate has it already: the letter to the employer is a warning."""
    sent = select(Dossier.id).where(Dossier.report_id.in_(reports), Dossier.sent_on.is_not(None))
    return bool(session.scalar(select(exists(sent))))


def _months(allegation: Allegation) -> int:
    last = allegation.to_month or (_last_month(allegation) if allegation.ongoing else "")
    return terms.months_between(allegation.from_month, last)


def _last_month(allegation: Allegation) -> str:
    return f"{_told_on(allegation.report):%Y-%m}"


def _told_on(report: Report) -> date:
    sent = report.submitted_at or report.created_at
    return report.received_on or sent.date()


def natural(session: Session, listing: Listing) -> bool:
    """Whether the employer is a person, said by any record or any number of its family."""
    members = kin.members(session, kin.survivor(session, listing.employer).id)
    numbers = [number for each in members for number in each.identifiers]
    return any(each.natural_person for each in members) or any(of_person(n.scheme, n.value) for n in numbers)


def number_of(session: Session, listing: Listing) -> Identifier | None:
    """The company number that identifies it: sound, and of a scheme with a register; none while any is wrong."""
    employer = kin.survivor(session, listing.employer)
    if not kin.numbers_sound(session, employer):
        return None
    known = [each for member in kin.members(session, employer.id) for each in member.identifiers]
    sound = [each for each in known if each.scheme in SOUND_SCHEMES and not each.problem]
    return min(sound, key=lambda each: SOUND_SCHEMES.index(each.scheme), default=None)


def last_fact(listing: Listing, facts: Sequence[Allegation]) -> date | None:
    """The day of the last established fact: never later than it was told."""
    if listing.tier == "A":
        told = (listing.decision or {}).get("last_fact")
        return date.fromisoformat(told) if told else None
    return max((_last_of(each) for each in facts), default=None)


def _last_of(allegation: Allegation) -> date:
    told = _told_on(allegation.report)
    month = allegation.to_month or ("" if allegation.ongoing else allegation.from_month)
    return min(told, terms.end_of_month(month)) if month else told


def violations(listing: Listing, facts: Sequence[Allegation]) -> list[str]:
    """The classes that the entry tells."""
    if listing.tier == "A":
        return list((listing.decision or {}).get("violations", ()))
    return sorted({each.violation for each in facts})


def content_of(session: Session, listing: Listing) -> dict[str, object]:
    """The entry as it would be published now: what the board votes on. ValueError if no fact has a day."""
    reports, relied = standing_reports(session, listing), relied_on(session, listing)
    facts, employer = grounds(reports, relied), kin.survivor(session, listing.employer)
    last = last_fact(listing, facts)
    if last is None:
        raise ValueError("no fact with a day")
    number = number_of(session, listing)
    shown = number if number and not tells_birth(number.scheme, number.value) else None
    return entry.content(
        EntryFacts(
            reference=listing.reference,
            tier=listing.tier,
            legal_name=employer.legal_name,
            scheme=shown.scheme if shown else "",
            number=shown.value if shown else "",
            country=listing.country,
            region=employer.region or next((each.region for each in reports if each.region), ""),
            sector=employer.sector or next((each.sector for each in reports if each.sector), ""),
            violations=tuple(violations(listing, facts)),
            indicators=tuple(listing.indicators),
            first_fact=min((_first_of(each) for each in facts), default=last),
            last_fact=last,
            workers=max((each.workers for each in facts), default=0),
            until=terms.last_day(
                listing.tier,
                last,
                listing.published_at.date() if listing.published_at else None,
                renewed=listing.renewed,
            ),
            reply=entry.Reply(
                listing.reply_kind,
                listing.reply_text,
                listing.reply_on.isoformat() if listing.reply_on else "",
            ),
            decision=_decision(listing),
        )
    )


def _first_of(allegation: Allegation) -> date:
    month = allegation.from_month
    return min(_last_of(allegation), date.fromisoformat(f"{month}-01")) if month else _last_of(allegation)


def _decision(listing: Listing) -> entry.Decision | None:
    told = listing.decision
    return entry.Decision(told["kind"], told["body"], told["number"], told["on"]) if told else None


def seat(listing: Listing, number: int) -> str:
    """The kind of approval that one vote of the present round is."""
    return f"{SEAT}.{listing.ballot}.{number}"


def votes(session: Session, listing: Listing) -> set[UUID]:
    """Who has voted in this round for exactly what would be published now."""
    try:
        content: Content = content_of(session, listing)
    except ValueError:
        return set()
    text = entry.canonical(content)
    held = [approvals.approved(session, seat(listing, n), listing.id, text) for n in range(MOST_SEATS)]
    return {each.approved_by for each in held if each and each.approved_by}
