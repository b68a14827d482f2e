"""Core's own figures: the organisations of the network, and what became of promises."""

from collections import Counter
from collections.abc import Iterator, Mapping

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.accounts import labels
from core.accounts.models import Organisation, OrganisationKind
from core.commitments.lifecycle import COMMITMENT
from core.commitments.models import Commitment
from core.contract import Figure, FigureRow, Period
from core.figures import counted_rows
from core.i18n import core_domain, in_each_language, mark

texts = core_domain.texts

FEW = 3
"""Countries with fewer organisations stand together: to be the only one in a country can be a danger."""

OTHER = "other"
KINDS = {str(kind): word for kind, word in labels.KINDS.items()}
WHO = mark(
    "Organisations in the network's own register that are not closed, counted on the day on which figures were drawn. "
    "Labour inspectorates, to which the network writes, are not its organisations."
)
WHAT = mark(
    "The list of promises, as it stood on the day on which figures were drawn. "
    "They are promises of organisations, not of people, so no number is withheld."
)


def organisations(session: Session) -> Iterator[Figure]:
    """How many there are, by country and by kind."""
    yield Figure(
        "core.organisations_by_country", texts(mark("Organisations of the network, by country")),
        texts(mark("An organisation counts in the country where it has its seat.")), texts(mark("organisations")),
        texts(WHO), _rows(_countries(session), labels.COUNTRIES | {OTHER: mark("Other countries")}),
        dimension="country",
        note=texts(mark("Countries with fewer than %(few)s organisations stand together."), few=FEW),
    )  # fmt: skip
    yield Figure(
        "core.organisations_by_kind", texts(mark("Organisations of the network, by kind")),
        texts(mark("What an organisation is to the network.")), texts(mark("organisations")), texts(WHO),
        _rows(_counted(session, Organisation.kind), KINDS), weight=110,
    )  # fmt: skip


def promises(session: Session, period: Period) -> Iterator[Figure]:
    """What became of the promises that were due in the period."""
    rows = select(Commitment.state, func.count()).where(Commitment.due.between(period.first, period.last))
    found = dict(session.execute(rows.group_by(Commitment.state)).all())
    there = {each.name: found[each.name] for each in COMMITMENT.states if each.name in found}
    yield Figure(
        "core.promises_by_state", texts(mark("Promises that were due in the period, by what became of them")),
        texts(mark("A promise is kept when something that shows it is written down, late when its day has passed.")),
        texts(mark("promises")), texts(WHAT), _rows(there, {each.name: each.label for each in COMMITMENT.states}),
    )  # fmt: skip


def _counted(session: Session, column: object) -> dict[str, int]:
    rows = select(column, func.count()).where(  # type: ignore[call-overload]
        Organisation.closed.is_(False), Organisation.kind != str(OrganisationKind.INSPECTORATE)
    )
    found = dict(session.execute(rows.group_by(column)).all())
    return dict(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))


def _countries(session: Session) -> dict[str, int]:
    together: Counter[str] = Counter()
    for code, number in _counted(session, Organisation.country).items():
        together[code if number >= FEW else OTHER] += number
    return {each: together[each] for each in sorted(together, key=lambda code: code == OTHER)}


def _rows(found: Mapping[str, int], words: Mapping[str, object]) -> tuple[FigureRow, ...]:
    return counted_rows(found, lambda code: _label(words.get(code, code)))


def _label(word: object) -> dict[str, str]:
    """A marked sentence, or a lazy one, by language."""
    return texts(word) if isinstance(word, str) else in_each_language(lambda: word)
