"""The report without the network: its empty pages for the phone, and what the script may keep of the real ones."""

from typing import Any
from uuid import UUID

from flask import url_for
from werkzeug.wrappers import Response

from core.toolkit import NOWHERE, empty_forms, public
from plugins.monitoring.forms.answers import StepForm
from plugins.monitoring.language import gettext
from plugins.monitoring.models import Report
from plugins.monitoring.views import steps
from plugins.monitoring.views.blueprint import blueprint

LATER = ["later", "1"]
"""The button Save draft: it keeps an answer as it was typed, right or wrong."""

Page = tuple[str, dict[str, Any]]


@blueprint.get("/forms")
@public
def forms() -> Response:
    """All pages of the report, empty, in one answer. They tell nothing: the questions are no secret."""
    report = Report(id=NOWHERE, reference="", state="draft", revision=0, answers={})
    return empty_forms(_singles(report) | _repeated(report) | _frame(report))


def told(report: Report | None = None) -> dict[str, Any]:
    """For the script of a page: where the empty pages are, and what the draft holds by name."""
    values: dict[str, Any] = {"forms": url_for("monitoring.forms")}
    if report is not None:
        lists = {
            "allegations": [text for _, text in steps.allegation_choices(report)],
            "sources": [text for _, text in steps.source_choices(report)],
        }
        values["draft"] = {"id": str(report.id), "open": report.state == "draft", "lists": lists}
    return values


def beginning(draft_id: UUID) -> dict[str, Any]:
    """The page before the first step; a phone makes the id itself when it is alone."""
    target = url_for("monitoring.draft", report_id=draft_id)
    keep = {"title": gettext("Report an employer"), "next": target, "fresh": "draft_id"}
    return {"draft_id": draft_id, "keep": keep}


def keeping(report: Report, step: steps.Step, status: int) -> dict[str, Any] | None:
    """What the script needs for one step. Photos stay out of the phone's store."""
    if step.name == "evidence":
        return None
    keep: dict[str, Any] = {
        "title": str(step.title),
        "next": steps.following(report, step),
        "later": url_for("monitoring.draft", report_id=report.id),
        "fallback": LATER,
    }
    if step.name == "sources":
        keep["choices"] = {"supports": "allegations"}
    return keep | ({"status": status} if status != 200 else {})


def sending(report: Report, status: int) -> dict[str, Any]:
    """What the script needs for the last page; sending takes all steps of the draft along."""
    target = url_for("monitoring.sent", report_id=report.id)
    keep = {"title": gettext("Check your answers"), "next": target, "whole": True}
    return keep | ({"status": status} if status != 200 else {})


def _any(address: str) -> str:
    return address.replace(str(NOWHERE), "*")


def _step(report: Report, step: steps.Step, position: int | None) -> Page:
    form: StepForm = step.make(formdata=None, meta={"csrf": False})
    if hasattr(form, "supports"):
        form.supports.choices = []
    values = {"report": report, "step": step, "position": position, "form": form, "revision": 0}
    values |= {"notice": "", "saved": [], "keep": keeping(report, step, 200), **_frame_values()}
    return f"monitoring/step_{step.name}.html", values


def _frame_values() -> dict[str, Any]:
    return {"intake": told(), "quick_exit": True}


def _singles(report: Report) -> dict[str, Page]:
    return {
        _any(url_for("monitoring.step", report_id=report.id, name=name)): _step(report, step, None)
        for name, step in steps.SINGLE.items()
    }


def _repeated(report: Report) -> dict[str, Page]:
    pages: dict[str, Page] = {}
    for name, step in steps.REPEATED.items():
        many = _any(url_for("monitoring.items", report_id=report.id, name=name))
        values = {"report": report, "step": step, **_frame_values()}
        if name == "evidence":
            pages[many] = pages[f"{many}*"] = ("monitoring/shell_evidence.html", values)
            continue
        pages[many] = ("monitoring/draft_items.html", values | {"rows": [], "after": steps.after})
        pages[f"{many}*"] = _step(report, step, 0)
    return pages


def _frame(report: Report) -> dict[str, Page]:
    """The pages around the steps."""
    common = {"report": report, **_frame_values()}
    begin = {**beginning(NOWHERE), **common}
    check = {"sections": [], "missing": [], "warning": "", "keep": sending(report, 200), **common}
    return {
        url_for("monitoring.new"): ("monitoring/draft_new.html", begin),
        _any(url_for("monitoring.draft", report_id=report.id)): (
            "monitoring/draft.html",
            {"tasks": steps.tasks(report), **common},
        ),
        _any(url_for("monitoring.check", report_id=report.id)): ("monitoring/draft_check.html", check),
        _any(url_for("monitoring.sent", report_id=report.id)): ("monitoring/shell_sent.html", common),
    }
