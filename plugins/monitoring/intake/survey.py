"""A dry run of a survey tool's export: what each submission would become, and what stands in its way."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from plugins.monitoring.intake import codebook, fields
from plugins.monitoring.intake.codebook import CodeBook
from plugins.monitoring.intake.fields import CHOSEN, REPEATED, SINGLE, Field, Reading
from plugins.monitoring.intake.records import Gathering, Record, Submission
from plugins.monitoring.intake.rows import Problem, scheme_of
from plugins.monitoring.register.identifiers import check
from plugins.monitoring.taxonomy import TAXONOMY

LONGEST_ROOT = 100
CACHED = 60
"""Only short answers come again and again."""
NUMBERS = ("inn", "ogrn", "bin")
SORTED = json.JSONEncoder(ensure_ascii=False, sort_keys=True)
Answers = dict[str, Any]


@dataclass(frozen=True)
class Candidate:
    """A draft to be: its lasting name, the answers as forms keep them, and their hash ("" of a table's row)."""

    reference: str
    employer: str
    answers: Answers
    content_hash: str = ""


@dataclass(frozen=True)
class SurveyRow:
    """One submission by its place in the files, from 1. Without a candidate it is refused; else its problems warn."""

    number: int
    reference: str
    candidate: Candidate | None
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class SurveyPlan:
    """The whole dry run, with the code book it followed and what that one does not speak of."""

    rows: tuple[SurveyRow, ...]
    book: CodeBook
    dropped: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    more_pages: bool = False

    @property
    def ok(self) -> bool:
        """Whether nothing is refused."""
        return not self.problems and not self.refused

    @property
    def refused(self) -> tuple[SurveyRow, ...]:
        """The submissions that cannot be taken in."""
        return tuple(row for row in self.rows if row.candidate is None)

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        """What can be taken in, each submission once."""
        return tuple({row.reference: row.candidate for row in self.rows if row.candidate}.values())


def plan(
    gathering: Gathering,
    book: CodeBook | None = None,
    *,
    labels: Mapping[str, str] | None = None,
    defaults: Mapping[str, str] | None = None,
) -> SurveyPlan:
    """Judge every submission and write nothing; without a code book the one that names and labels propose is used.

    `defaults` (path -> code, such as "employer.country") stand in where a submission has no answer.
    """
    seen = codebook.look(gathering.submissions)
    used = book or codebook.propose(seen, labels or {})
    questions, choices = codebook.missing(used, seen)
    problems = _file_problems(used, questions)
    reader = _Reader(used, defaults or {})
    rows = () if problems else tuple(reader.row(n, each) for n, each in enumerate(gathering.submissions, 1))
    return SurveyPlan(
        _each_once(rows),
        used,
        gathering.dropped,
        tuple(questions),
        tuple(choices),
        problems,
        gathering.more_pages,
    )


def _file_problems(book: CodeBook, undecided: list[str]) -> tuple[Problem, ...]:
    found = [
        Problem(repeat, "repeat_unmapped")
        for repeat in undecided
        if any(ours and theirs.startswith(f"{repeat}/") for theirs, ours in book.questions.items())
    ]
    if "employer.name" not in book.questions.values():
        found.append(Problem("", "question_missing_employer"))
    return tuple(found)


def _each_once(rows: tuple[SurveyRow, ...]) -> tuple[SurveyRow, ...]:
    """Pages overlap, so the same submission may stand twice; with different contents nobody knows which holds."""
    hashes: dict[str, set[str]] = {}
    for row in rows:
        if row.candidate:
            hashes.setdefault(row.reference, set()).add(row.candidate.content_hash)
    return tuple(
        SurveyRow(
            row.number, row.reference, None, (*row.problems, Problem("", "reference_twice", row.reference))
        )
        if row.candidate and len(hashes[row.reference]) > 1
        else row
        for row in rows
    )


@dataclass
class _Gathered:
    """What one submission has told so far: single answers by path, items by step, and problems."""

    single: Answers = field(default_factory=dict)
    items: dict[str, list[Answers]] = field(default_factory=lambda: {step: [] for step in REPEATED})
    problems: list[Problem] = field(default_factory=list)
    refused: bool = False

    def problem(self, path: str, code: str, value: str = "", *, refuse: bool = True) -> None:
        self.problems.append(Problem(path, code, value[:60]))
        self.refused = self.refused or refuse


class _Reader:
    """Reads submissions by one code book; what an answer means is looked up once."""

    def __init__(self, book: CodeBook, defaults: Mapping[str, str]) -> None:
        self.defaults = defaults
        self.fields: dict[str, tuple[Field, str]] = {
            theirs: (found, found.step)
            for theirs, ours in book.questions.items()
            if (found := fields.field(ours))
        }
        self.steps = {theirs: ours for theirs, ours in book.questions.items() if ours in REPEATED}
        self.choices = book.choices
        self.known: dict[tuple[str, str], Reading] = {}

    def row(self, number: int, submission: Submission) -> SurveyRow:
        """The submission as a draft, unless a problem refuses it."""
        gathered = _Gathered()
        self._walk(submission.record, gathered.single, gathered, None)
        answers = self._answers(gathered)
        name = str(answers["employer"].get("name", ""))
        if not name:
            gathered.problem("", "employer_missing")
        if not answers["allegations"]:
            gathered.problem("", "nothing_alleged", refuse=False)
        if not submission.root or len(submission.root) > LONGEST_ROOT:
            gathered.problem("", "reference_missing")
        candidate = Candidate(submission.root, name, answers, _hash(answers))
        kept = None if gathered.refused else candidate
        return SurveyRow(number, submission.root, kept, tuple(dict.fromkeys(gathered.problems)))

    def _walk(
        self, record: Record, into: Answers, gathered: _Gathered, inside: tuple[str, int] | None
    ) -> None:
        for path, value in record.items():
            if not value:
                continue
            if path in self.steps and isinstance(value, list):
                self._turns(self.steps[path], value, gathered, inside)
            elif known := self.fields.get(path):
                wanted, step = known
                here = into if inside and inside[0] == step else gathered.single
                self._answer(path, wanted, value, here, gathered)

    def _turns(
        self, step: str, turns: list[Record], gathered: _Gathered, inside: tuple[str, int] | None
    ) -> None:
        for turn in turns:
            item: Answers = {}
            place = len(gathered.items[step])
            gathered.items[step].append(item)
            self._walk(turn, item, gathered, (step, place))
            if step == "sources" and inside and inside[0] == "allegations":
                item.setdefault("sources.supports", [str(inside[1])])

    def _answer(self, path: str, wanted: Field, value: Any, into: Answers, gathered: _Gathered) -> None:
        for text in value if isinstance(value, list) and wanted.kind == "codes" else (_joined(value),):
            reading = self._read(path, wanted, text)
            if reading.problem:
                gathered.problem(path, reading.problem, text)
            elif wanted.kind in ("codes", "flag"):
                _choose(into, wanted, reading.value)
            elif into.setdefault(wanted.path, reading.value) != reading.value:
                gathered.problem(path, "two_answers", wanted.path)
            if reading.masked:
                gathered.problem(path, "masked", ", ".join(reading.masked), refuse=False)

    def _read(self, path: str, wanted: Field, text: str) -> Reading:
        if found := self.known.get((path, text)):
            return found
        found = self._chosen(path, wanted, text) if wanted.kind in CHOSEN else fields.read(wanted, text)
        if len(text) <= CACHED:
            self.known[path, text] = found
        return found

    def _chosen(self, path: str, wanted: Field, text: str) -> Reading:
        known = self.choices.get(path, {})
        codes = []
        for part in codebook.parts_of(wanted.kind, text, known):
            if part not in known:
                return Reading(problem="choice_unmapped")
            codes += [known[part]] if known[part] else []
        if wanted.kind in ("codes", "flag"):
            return Reading(codes)
        code = codes[0] if codes else ""
        return Reading(code == "yes" if wanted.kind == "yes" else code)

    def _answers(self, gathered: _Gathered) -> Answers:
        told = _by_step(gathered.single)
        single = _by_step(dict(self.defaults) | gathered.single) if self.defaults else told
        answers: Answers = {step: single.get(step, {}) for step in SINGLE}
        _number(answers["employer"], gathered)
        for step in REPEATED:
            common = single.get(step, {})
            items = [common | _by_step(item).get(step, {}) for item in gathered.items[step]]
            answers[step] = items or ([common] if step in told else [])
        for source in answers["sources"]:
            kind = source.get("kind", "")
            source["primary"] = bool(kind and TAXONOMY.entry("source", kind).get("primary"))
        return answers


def _joined(value: Any) -> str:
    return " ".join(map(str, value)) if isinstance(value, list) else value


def _choose(into: Answers, wanted: Field, codes: Any) -> None:
    path = wanted.path.rpartition(".")[0] if wanted.kind == "flag" else wanted.path
    chosen = into.setdefault(path, [])
    given = ([wanted.code] if "yes" in codes else []) if wanted.kind == "flag" else codes
    chosen += [code for code in given if code not in chosen]


def _by_step(answers: Mapping[str, Any]) -> dict[str, Answers]:
    """Step -> its answers by their names within it."""
    found: dict[str, Answers] = {}
    for path, value in answers.items():
        step, _, name = path.partition(".")
        found.setdefault(step, {})[name] = value
    return found


def _number(employer: Answers, gathered: _Gathered) -> None:
    """A column of INN, OGRN or BIN is a number and its kind; a wrong one only warns."""
    for name in NUMBERS:
        text = employer.pop(name, "")
        if text and not employer.get("identifier"):
            scheme = scheme_of(name, text, employer.get("country", ""))
            employer |= {"scheme": scheme, "identifier": text}
    scheme, text = employer.get("scheme", ""), employer.get("identifier", "")
    if scheme and text and (problem := check(scheme, text).problem):
        gathered.problem("employer.identifier", f"identifier_{problem}", text, refuse=False)


def _hash(answers: Answers) -> str:
    """Of what would be stored, so that it neither changes with the kind of export nor tells what was dropped."""
    return hashlib.sha256(SORTED.encode(answers).encode()).hexdigest()
