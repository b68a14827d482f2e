"""The register of employers, for members only."""

from uuid import UUID

from flask import abort, request
from sqlalchemy import select
from werkzeug.wrappers import Response

from core.toolkit import current_actor, needs, page_of, reading
from plugins.monitoring import rights
from plugins.monitoring.matching import normalise
from plugins.monitoring.models import Employer, Report
from plugins.monitoring.services import finding
from plugins.monitoring.views.blueprint import blueprint, page


@blueprint.get("/employers")
@needs(rights.EMPLOYER_VIEW)
def employers() -> Response:
    """Employers, newest first, or those whose name begins as asked."""
    name = request.args.get("name", "").strip()[:100]
    rows = select(Employer)
    if wanted := normalise(name):
        rows = rows.where(Employer.normalised.startswith(wanted, autoescape=True))
    return page("employers.html", found=page_of(reading(), rows, Employer.id), name=name)


@blueprint.get("/employers/<uuid:employer_id>")
@needs(rights.EMPLOYER_VIEW)
def employer(employer_id: UUID) -> Response:
    """One employer, and those of its reports that the person may read."""
    found = reading().get(Employer, employer_id)
    if found is None:
        abort(404)
    rows = finding.reports(current_actor()).where(Report.employer_id == employer_id)
    return page("employer.html", employer=found, reports=page_of(reading(), rows, Report.id))
