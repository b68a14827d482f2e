"""The steps of the report: their forms, their order, what is done and what is left."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import request, url_for
from werkzeug.datastructures import MultiDict

from core.toolkit import long_date, month
from plugins.monitoring.forms.answers import StepForm, labels
from plugins.monitoring.forms.report import (
    AllegationForm,
    EmployerForm,
    EvidenceForm,
    OriginForm,
    SafetyForm,
    SourceForm,
    identifier_problem,
    yes_no,
)
from plugins.monitoring.forms.work import number_warning
from plugins.monitoring.language import gettext, lazy_gettext
from plugins.monitoring.models import Report
from plugins.monitoring.services.drafts import items_of

DAY, MONTH = re.compile(r"\d{4}-\d{2}-\d{2}"), re.compile(r"\d{4}-\d{2}")
ISO = re.compile(r"\d{4}-\d{2}(-\d{2})?")


@dataclass(frozen=True)
class Step:
    """One page of the report."""

    name: str
    title: Any
    make: Callable[..., StepForm]
    repeated: bool = False
    needed: bool = True

    def form(self, report: Report, position: int | None) -> StepForm:
        """The form with what was answered before, or with what is being posted."""
        form = self.make(formdata=None)
        _offer(form, report)
        form.process(
            request.form if request.method == "POST" else _as_people_write(_stored(report, self, position))
        )
        return form


SINGLE = {
    "safety": Step("safety", lazy_gettext("Safety first"), SafetyForm),
    "origin": Step("origin", lazy_gettext("How you learned of it"), OriginForm),
    "employer": Step("employer", lazy_gettext("The employer"), EmployerForm),
}
REPEATED = {
    "allegations": Step("allegations", lazy_gettext("What happened"), AllegationForm, repeated=True),
    "sources": Step("sources", lazy_gettext("Sources and consents"), SourceForm, repeated=True),
    "evidence": Step("evidence", lazy_gettext("Photos"), EvidenceForm, repeated=True, needed=False),
}
STEPS = {**SINGLE, **REPEATED}
ORDER = list(STEPS)


def _stored(report: Report, step: Step, position: int | None) -> MultiDict[str, str]:
    kept: dict[str, Any] = (report.answers or {}).get(step.name, {}) if position is None else {}
    if position is not None:
        items = items_of(report, step.name)
        kept = items[position] if position < len(items) else {}
    pairs = MultiDict[str, str]()
    for key, value in kept.items():
        pairs.setlist(
            key,
            [str(v) for v in value] if isinstance(value, list) else ["y"] if value is True else [value or ""],
        )
    return pairs


def _as_people_write(pairs: MultiDict[str, str]) -> MultiDict[str, str]:
    """Days and months in the form in which the hints ask for them: 27.3.2026, 3.2026."""
    written = [
        (
            key,
            ".".join(str(int(part)) for part in reversed(value.split("-")))
            if ISO.fullmatch(value)
            else value,
        )
        for key, value in pairs.items(multi=True)
    ]
    return MultiDict[str, str](written)


def _offer(form: StepForm, report: Report) -> None:
    """Choices that depend on what was answered before."""
    if isinstance(form, SourceForm):
        form.supports.choices = allegation_choices(report)
    if isinstance(form, EvidenceForm):
        form.source.choices = [("", ""), *source_choices(report)]
        form.supports.choices = allegation_choices(report)


def allegation_choices(report: Report) -> list[tuple[str, str]]:
    """The allegations of a draft, numbered from 1."""
    return [
        (str(n), f"{n + 1}. {' '.join(labels('violation', [each.get('violation', '')]))}")
        for n, each in enumerate(items_of(report, "allegations"))
    ]


def source_choices(report: Report) -> list[tuple[str, str]]:
    """The sources of a draft, numbered from 1."""
    return [
        (str(n), f"{n + 1}. {' '.join(labels('source', [each.get('kind', '')]))}")
        for n, each in enumerate(items_of(report, "sources"))
    ]


def attachment_at(report: Report, position: int | None) -> str:
    """The photo that stands at this place already."""
    items = items_of(report, "evidence")
    return str(items[position]["attachment"]) if position is not None and position < len(items) else ""


def answers_of(report: Report, form: StepForm, position: int | None) -> dict[str, Any]:
    """What the draft keeps of a valid form."""
    if isinstance(form, EvidenceForm):
        kept = form.attachment or attachment_at(report, position)
        return form.answers() | {"attachment": kept}
    return form.answers()


def following(report: Report, step: Step) -> str:
    """Where Continue leads."""
    if step.repeated:
        return url_for("monitoring.items", report_id=report.id, name=step.name)
    return address(report, ORDER[ORDER.index(step.name) + 1])


def address(report: Report, name: str) -> str:
    """The page of a step; after the last one, the check."""
    if name in SINGLE:
        return url_for("monitoring.step", report_id=report.id, name=name)
    return url_for("monitoring.items", report_id=report.id, name=name)


def after(report: Report, step: Step) -> str:
    """Where the list of added things leads on."""
    place = ORDER.index(step.name) + 1
    return (
        address(report, ORDER[place])
        if place < len(ORDER)
        else url_for("monitoring.check", report_id=report.id)
    )


def _complete(report: Report, step: Step) -> bool:
    """Whether a step's answers pass its form; a draft keeps what was typed, right or wrong."""
    if step.repeated:
        items = items_of(report, step.name)
        return all(_passes(report, step, n) for n in range(len(items))) and bool(items or not step.needed)
    return _passes(report, step, None)


def _passes(report: Report, step: Step, position: int | None) -> bool:
    form = step.make(formdata=None, meta={"csrf": False})
    _offer(form, report)
    form.process(_stored(report, step, position))
    return bool(form.validate())


def unfinished(report: Report) -> list[dict[str, str]]:
    """The steps that must be mended before sending."""
    return [
        {"label": str(step.title), "href": address(report, step.name)}
        for step in STEPS.values()
        if not _complete(report, step)
    ]


def tasks(report: Report) -> list[dict[str, str]]:
    """The list of steps with their status."""
    done = {each.name: _complete(report, each) for each in STEPS.values()}
    begun = report.answers or {}
    return [
        {
            "label": str(step.title),
            "href": address(report, step.name),
            "status": (
                "done"
                if done[step.name] and begun.get(step.name)
                else "doing"
                if begun.get(step.name)
                else "todo"
            ),
            "hint": ""
            if step.needed
            else gettext("You can send the report without them and add them later."),
        }
        for step in STEPS.values()
    ]


def summaries(report: Report, name: str) -> list[dict[str, Any]]:
    """One line for each allegation, source or photo of a draft."""
    kinds = {"allegations": "violation", "sources": "source"}
    rows = []
    for n, each in enumerate(items_of(report, name)):
        text = (
            each.get("title", "")
            if name == "evidence"
            else " ".join(labels(kinds[name], [each.get("violation") or each.get("kind") or ""]))
        )
        rows.append(
            {
                "position": n,
                "text": text or gettext("Not finished"),
                "complete": _passes(report, REPEATED[name], n),
            }
        )
    return rows


def answers(report: Report) -> list[dict[str, Any]]:
    """All answers for the check page: a section a step, each line with the way to change it."""
    sections = []
    for step in STEPS.values():
        if step.repeated:
            sections += [section(report, step, n) for n in range(len(items_of(report, step.name)))]
        else:
            sections.append(section(report, step, None))
    return sections


def section(report: Report, step: Step, position: int | None) -> dict[str, Any]:
    """The answers of one step, each line with the way to change it."""
    form = step.make(formdata=None, meta={"csrf": False})
    _offer(form, report)
    form.process(_stored(report, step, position))
    where = (
        url_for("monitoring.step", report_id=report.id, name=step.name, after="check")
        if position is None
        else url_for("monitoring.item", report_id=report.id, name=step.name, position=position, after="check")
    )
    rows = [
        {"question": str(field.label.text), "answer": shown(field), "change": where}
        for field in form
        if field.type not in ("CSRFTokenField", "FileField")
    ]
    title = str(step.title) if position is None else f"{step.title} · {position + 1}"
    return {"title": title, "rows": rows}


def shown(field: Any) -> str | list[str]:
    """An answer in words."""
    if field.type == "BooleanField":
        return str(gettext("Yes") if field.data else gettext("No"))
    if DAY.fullmatch(str(field.data)):
        return long_date(date.fromisoformat(field.data))
    if MONTH.fullmatch(str(field.data)):
        return month(field.data)
    choices = dict(getattr(field, "choices", None) or [])
    if isinstance(field.data, list):
        return [str(choices.get(each, each)) for each in field.data]
    return str(choices.get(field.data, field.data) or "")


def number_warning_of(report: Report) -> str:
    """The warning about the company number of a draft, if any."""
    return number_warning(identifier_problem((report.answers or {}).get("employer", {})))


def safety_words(code: str) -> str:
    """The words of an answer about safety."""
    return dict(yes_no()).get(code, "")
