"""What programs read and write: the own reports without anything about persons, and the public list as it stands."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import url_for
from marshmallow import ValidationError, fields
from werkzeug.datastructures import MultiDict

from core.toolkit import GuardFailed, audit, mark, rest, transaction
from plugins.monitoring import rights
from plugins.monitoring.forms.answers import StepForm
from plugins.monitoring.forms.report import EmployerForm, OriginForm
from plugins.monitoring.language import gettext
from plugins.monitoring.lifecycle import REPORT
from plugins.monitoring.models import Allegation, Report
from plugins.monitoring.publication.words import STATES
from plugins.monitoring.services import drafts, finding, published
from plugins.monitoring.taxonomy import TAXONOMY, word

READ = rest.Access(
    "monitoring.reports.read", mark("Read the reports of the organisation"), (rights.REPORT_VIEW,)
)
WRITE = rest.Access(
    "monitoring.reports.write", mark("Begin and change drafts of reports"), (rights.REPORT_CREATE,)
)
LIST = rest.Access("monitoring.public_list.read", mark("Read the public list of employers"))

COUNTS = ("women", "men", "other", "unknown", "minors")
STEPS: dict[str, type[StepForm]] = {"employer": EmployerForm, "origin": OriginForm}
"""What a program may write of a draft; the forms of the page hold the rules."""


def codes(kind: str) -> tuple[str, ...]:
    """The codes of a kind; an empty one stands for none."""
    return ("", *TAXONOMY.codes(kind))


class Employer(rest.Record):
    """The employer as it was heard. An exact place stays inside."""

    name = rest.text(300, required=True)
    legal_name = rest.text(300, load_default="")
    role = rest.one_of(TAXONOMY.codes("role"), required=True)
    country = rest.one_of(TAXONOMY.codes("country"), required=True)
    region = rest.one_of(codes("region"), load_default="")
    scheme = rest.one_of(codes("scheme"), load_default="")
    identifier = rest.text(64, load_default="")
    sector = rest.one_of(TAXONOMY.codes("sector"), required=True)


class Origin(rest.Record):
    """How the report came to be, and what the people want."""

    method = rest.one_of(TAXONOMY.codes("method"), required=True)
    received_on = fields.Date(required=True)
    wishes = fields.List(rest.one_of(TAXONOMY.codes("wish")), required=True)


class NewReport(rest.Record):
    """A draft. Allegations and sources are added on the page, where what is sealed can be sealed."""

    employer = fields.Nested(Employer, required=True)
    origin = fields.Nested(Origin)


class ChangedReport(rest.Record):
    """Whole parts of a draft; a part that is left out stays as it is."""

    employer = fields.Nested(Employer)
    origin = fields.Nested(Origin)


class Heard(rest.Record):
    """The employer of a report, with labels."""

    name = fields.String(required=True)
    legal_name = fields.String(required=True)
    role = fields.Nested(rest.Coded, required=True)
    country = fields.String(required=True)
    region = fields.String(required=True)
    scheme = fields.String(required=True)
    identifier = fields.String(required=True)
    sector = fields.Nested(rest.Coded, required=True)


class Alleged(rest.Record):
    """One allegation: counts and months, never what somebody told in words."""

    violation = fields.Nested(rest.Coded, required=True)
    from_month = fields.String(required=True)
    to_month = fields.String(required=True)
    ongoing = fields.Boolean(required=True)
    women = fields.Integer(required=True)
    men = fields.Integer(required=True)
    other = fields.Integer(required=True)
    sex_unknown = fields.Integer(required=True, data_key="unknown", attribute="unknown")
    minors = fields.Integer(required=True)


class ReportRecord(rest.Record):
    """A report as its own organisation's programs see it."""

    id = fields.UUID(required=True)
    reference = fields.String(required=True)
    state = fields.Nested(rest.Coded, required=True)
    revision = fields.Integer(required=True)
    urgent = fields.Boolean(required=True)
    created_at = fields.DateTime(required=True)
    submitted_at = fields.DateTime(required=True, allow_none=True)
    employer = fields.Nested(Heard, required=True)
    allegations = fields.List(fields.Nested(Alleged), required=True)


class Filter(rest.Record):
    """Which reports."""

    state = rest.one_of([each.name for each in REPORT.states])
    urgent = fields.Boolean()
    reference = rest.text(16)


def list_reports(call: rest.Call, after: str, limit: int) -> list[rest.Row]:
    """Those of the token's own organisation, the newest first."""
    asked = call.query
    rows = finding.reports(
        call.actor,
        states=[asked["state"]] if "state" in asked else (),
        urgent=asked.get("urgent", False),
        text=asked.get("reference", ""),
    ).where(Report.organisation_id == call.organisation_id)
    return rest.newest_first(call, rows, Report.id, lambda each: _report(call, each), after, limit)


def show_report(call: rest.Call, report_id: UUID) -> Mapping[str, Any]:
    """One of them; to read one is written down, as on the page."""
    found = _find(call, report_id)
    if not call.writes:
        with transaction() as session:
            audit.record(session, call.actor, "monitoring.report.read", found.id)
    return _report(call, found)


def _find(call: rest.Call, report_id: UUID) -> Report:
    permission = rights.REPORT_CREATE if call.writes else rights.REPORT_VIEW
    found = finding.report(call.session, call.actor, report_id, permission, lock=call.writes)
    if found.organisation_id != call.organisation_id:
        raise finding.Missing(permission, found.subject())
    return found


def create_report(call: rest.Call) -> None:
    """Begin a draft with what is known."""
    assert call.new_id is not None  # noqa: S101 - the contract of a creation
    draft = drafts.start(call.session, call.actor, call.new_id, call.organisation_id, call.language)
    _save(call, draft)


def change_report(call: rest.Call, report_id: UUID) -> None:
    """Write parts of a draft anew."""
    draft = _find(call, report_id)
    if draft.state != "draft":
        raise GuardFailed("save", ["not_open"])
    _save(call, draft)


def _save(call: rest.Call, draft: Report) -> None:
    wrong = {step: errors for step in STEPS if (errors := _errors(step, call.body.get(step)))}
    if wrong:
        raise ValidationError(wrong)
    for step in STEPS:
        if step in call.body:
            before = (draft.answers or {}).get(step, {})
            answers = {**before, **_plain(call.body[step])}
            drafts.save(call.session, call.actor, draft, step, answers, revision=draft.revision)


def _plain(given: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value.isoformat() if key == "received_on" else value for key, value in given.items()}


def _errors(step: str, given: Mapping[str, Any] | None) -> dict[str, list[str]]:
    """What the form of the page says to the same answers."""
    if given is None:
        return {}
    pairs = MultiDict[str, str]()
    for key, value in _plain(given).items():
        pairs.setlist(key, value if isinstance(value, list) else [value])
    form = STEPS[step](formdata=None, meta={"csrf": False})
    form.process(pairs)
    form.validate()
    return {name: [str(each) for each in errors] for name, errors in form.errors.items() if name}


def _report(call: rest.Call, found: Report) -> dict[str, Any]:
    return {
        "id": found.id,
        "reference": found.reference,
        "state": {"code": found.state, "label": gettext(REPORT.state(found.state).label)},
        "revision": found.revision,
        "urgent": found.urgent,
        "created_at": found.created_at,
        "submitted_at": found.submitted_at,
        "employer": _heard(call, found),
        "allegations": [_alleged(call, found, each) for each in found.allegations],
    }


def _heard(call: rest.Call, found: Report) -> dict[str, Any]:
    typed = (found.answers or {}).get("employer", {}) if found.state == "draft" else {}
    known = typed or {
        "name": found.employer_name, "legal_name": found.employer_legal_name, "role": found.employer_role,
        "country": found.country, "region": found.region, "scheme": found.identifier_scheme,
        "identifier": found.identifier_value, "sector": found.sector,
    }  # fmt: skip
    told = {name: known.get(name) or "" for name in Heard().fields}
    return told | {kind: _coded(call, found, kind, told[kind]) for kind in ("role", "sector")}


def _coded(call: rest.Call, found: Report, kind: str, code: str) -> dict[str, str]:
    return {"code": code, "label": word(found.taxonomy, kind, code, call.language)}


def _alleged(call: rest.Call, found: Report, each: Allegation) -> dict[str, Any]:
    return {
        "violation": _coded(call, found, "violation", each.violation),
        "from_month": each.from_month,
        "to_month": each.to_month,
        "ongoing": each.ongoing,
        **{name: getattr(each, name) for name in COUNTS},
    }


class Reply(rest.Record):
    """The employer's word."""

    kind = fields.String(required=True)
    text = fields.String(required=True)
    on = fields.String(required=True)


class Decision(rest.Record):
    """The official decision."""

    kind = fields.String(required=True)
    body = fields.String(required=True)
    number = fields.String(required=True)
    on = fields.String(required=True)


class EntryRecord(rest.Record):
    """A public entry, as its own file gives it; `standing` says in words how it stands, and must be shown with it."""

    reference = fields.String(required=True)
    state = fields.String(required=True)
    standing = fields.String(required=True)
    published = fields.String(required=True)
    url = fields.String(required=True)
    version = fields.Integer(required=True)
    rules = fields.Raw(required=True)
    tier = fields.String(required=True)
    legal_name = fields.String(required=True)
    scheme = fields.String(required=True)
    number = fields.String(required=True)
    country = fields.String(required=True)
    region = fields.String(required=True)
    sector = fields.String(required=True)
    violations = fields.List(fields.String(), required=True)
    indicators = fields.List(fields.String(), required=True)
    first = fields.String(required=True, data_key="from", attribute="from")
    last = fields.String(required=True, data_key="to", attribute="to")
    workers = fields.String(required=True)
    until = fields.String(required=True)
    reply = fields.Nested(Reply, required=True)
    decision = fields.Nested(Decision, required=True, allow_none=True)


class Named(rest.Record):
    """Which entries."""

    name = rest.text(200, load_default="")


def list_entries(call: rest.Call, after: str, limit: int) -> list[rest.Row]:
    """What anybody may read at this moment, the newest first; nothing while the list is off."""
    found = published.entries(call.session, name=call.query["name"])
    return rest.behind(found, lambda each: each.reference, _entry, after, limit)


def show_entry(call: rest.Call, reference: str) -> Mapping[str, Any]:
    """One entry; what is not public any more was never there."""
    found = published.entry_of(call.session, reference)
    if found is None:
        raise finding.Missing(rights.LISTING_VIEW, finding.NOBODYS)
    return _entry(found)


def _entry(found: published.Entry) -> dict[str, Any]:
    return {
        **published.machine_readable(found),
        "standing": str(STATES.get(found.state, STATES[""])),
        "url": url_for("monitoring.published_entry", reference=found.reference),
    }


RESOURCES = (
    rest.Resource(
        "monitoring.reports", "Reports of the token's organisation, without anything about persons.",
        ReportRecord, READ, list_reports, show_report, query=Filter, write=WRITE,
        create=create_report, created=NewReport, change=change_report, changed=ChangedReport,
    ),
    rest.Resource(
        "monitoring.public_list", "Entries of the public list that stand at this moment.",
        EntryRecord, LIST, list_entries, show_entry, key="string", query=Named,
    ),
)  # fmt: skip
