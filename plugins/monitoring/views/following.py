"""What became of a dossier: a door for each step after its approval."""

from uuid import UUID

from flask import abort
from werkzeug.wrappers import Response

from core.toolkit import needs
from plugins.monitoring import rights
from plugins.monitoring.forms.dossier import ExtendedForm, ForwardedForm, OutcomeForm, SentForm
from plugins.monitoring.forms.work import MoveForm, RegisteredForm
from plugins.monitoring.services import dossiers, following
from plugins.monitoring.services.following import Outcome
from plugins.monitoring.views.blueprint import blueprint
from plugins.monitoring.views.dossiers import do


@blueprint.post("/dossiers/<uuid:dossier_id>/sent")
@needs(rights.DOSSIER_TRACK)
def sent_dossier(dossier_id: UUID) -> Response:
    """Record when and how it left."""
    form = SentForm()
    return do(
        dossier_id,
        rights.DOSSIER_TRACK,
        form,
        lambda session, actor, mine, revision: dossiers.send(
            session, actor, mine, form.read, form.channel.data, form.proof.data or "", revision=revision
        ),
    )


@blueprint.post("/dossiers/<uuid:dossier_id>/registered")
@needs(rights.DOSSIER_TRACK)
def registered_dossier(dossier_id: UUID) -> Response:
    """Record the incoming number; the answer-by date follows from it."""
    form = RegisteredForm()
    return do(
        dossier_id,
        rights.DOSSIER_TRACK,
        form,
        lambda session, actor, mine, revision: following.register(
            session, actor, mine, form.read, form.number.data, revision=revision
        ),
    )


@blueprint.post("/dossiers/<uuid:dossier_id>/forwarded")
@needs(rights.DOSSIER_TRACK)
def forwarded_dossier(dossier_id: UUID) -> Response:
    """Record that another authority has it now."""
    form = ForwardedForm()
    return do(
        dossier_id,
        rights.DOSSIER_TRACK,
        form,
        lambda session, actor, mine, revision: following.forward(
            session, actor, mine, form.read, form.to.data, revision=revision
        ),
    )


@blueprint.post("/dossiers/<uuid:dossier_id>/extended")
@needs(rights.DOSSIER_TRACK)
def extended_dossier(dossier_id: UUID) -> Response:
    """Record that the authority has given itself more time."""
    form = ExtendedForm()
    return do(
        dossier_id,
        rights.DOSSIER_TRACK,
        form,
        lambda session, actor, mine, revision: following.extend(
            session, actor, mine, form.read, revision=revision
        ),
    )


@blueprint.post("/dossiers/<uuid:dossier_id>/answered")
@needs(rights.DOSSIER_TRACK)
def answered_dossier(dossier_id: UUID) -> Response:
    """Record what the authority answered."""
    form = MoveForm()
    return do(
        dossier_id,
        rights.DOSSIER_TRACK,
        form,
        lambda session, actor, mine, revision: following.answer(
            session, actor, mine, form.reason.data or "", revision=revision
        ),
    )


@blueprint.post("/dossiers/<uuid:dossier_id>/outcome")
@needs(rights.DOSSIER_TRACK)
def outcome_dossier(dossier_id: UUID) -> Response:
    """Record what came of it."""
    form = OutcomeForm()
    return do(
        dossier_id,
        rights.DOSSIER_TRACK,
        form,
        lambda session, actor, mine, revision: following.record(
            session, actor, mine, _outcome(form), revision=revision
        ),
    )


def _outcome(form: OutcomeForm) -> Outcome:
    return Outcome(
        form.outcome.data,
        form.read,
        recovered=form.amount(),
        currency=form.currency.data or "",
        **form.counts(),
    )


@blueprint.post("/dossiers/<uuid:dossier_id>/move/<name>")
@needs(rights.DOSSIER_TRACK)
def move_dossier(dossier_id: UUID, name: str) -> Response:
    """Complain about the silence, appeal, close or withdraw."""
    if name not in following.PLAIN:
        abort(404)
    form = MoveForm()
    return do(
        dossier_id,
        rights.DOSSIER_TRACK,
        form,
        lambda session, actor, mine, revision: following.move(
            session, actor, mine, name, form.reason.data or "", revision=revision
        ),
    )
