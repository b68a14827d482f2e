"""Rounds for coordinators and signers: frame, sample, agreement, rating, gates, notices, release."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from core.toolkit import (
    Conflict,
    GuardFailed,
    current_actor,
    language,
    needs,
    person_names,
    platform,
    reading,
    transaction,
)
from plugins.media_watch import rights, tallies
from plugins.media_watch.codebook import CODEBOOK
from plugins.media_watch.forms.work import ReasonForm, RoundForm
from plugins.media_watch.language import gettext
from plugins.media_watch.models import Release, Round
from plugins.media_watch.services import releases, rounds, sources
from plugins.media_watch.services.sources import SourceProblem
from plugins.media_watch.views.blueprint import blueprint, page, refused, seen_revision
from plugins.media_watch.words import problem


@blueprint.get("/rounds")
@needs(rights.ROUND_VIEW)
def all_rounds() -> Response:
    """The rounds of one's countries."""
    return _rounds(RoundForm(formdata=None))


def _rounds(form: RoundForm, status: int = 200) -> Response:
    mine = sources.countries(current_actor(), rights.ROUND_RUN)
    form.country.choices = [(each, CODEBOOK.label("list", each, language())) for each in mine]
    found = rounds.rounds(reading(), current_actor())
    return page("rounds.html", status, rounds=found, form=form, may_open=bool(mine))


@blueprint.post("/rounds")
@needs(rights.ROUND_RUN)
def open_round() -> Response:
    """Open the round of a quarter."""
    form = RoundForm()
    if not form.validate():
        return _rounds(form, 422)
    asked = {name: getattr(form, name).data for name in ("risk", "rest", "check")}
    sizes = {name: value for name, value in asked.items() if value is not None}
    try:
        with transaction() as session:
            made = rounds.open_round(
                session, current_actor(), form.country.data or "", form.period.data.strip(), sizes
            )
    except SourceProblem as error:
        form.period.errors = [problem(error.code)]
        return _rounds(form, 422)
    return redirect(url_for("media_watch.round", round_id=made.id))


@blueprint.get("/rounds/<uuid:round_id>")
@needs(rights.ROUND_VIEW)
def round(round_id: UUID) -> Response:  # noqa: A001
    """One round from frame to release."""
    return show(rounds.round_of(reading(), current_actor(), round_id))


def show(found: Round, status: int = 200, problems: list[str] | None = None, **given: Any) -> Response:
    """The page of a round."""
    session, actor = reading(), current_actor()
    coded = tallies.coded(session, found) if found.drawn_at else []
    rated = tallies.rate(found, coded) if found.state == "coded" else None
    editions = releases.of(session, found)
    gates = {each.id: releases.shut(session, each) for each in editions if each.state in OPEN}
    drift = tallies.drift(session, found) if found.drawn_at else {}
    values: dict[str, Any] = {"form": ReasonForm(formdata=None), "links": {}} | given
    return page(
        "round.html", status, round=found, problems=problems or [], editions=editions, gates=gates,
        work=tallies.open_work(session, found, coded) if found.drawn_at else (0, 0), coded=len(coded),
        measured=tallies.measure(coded), rated=rated, drift=drift,
        names=person_names(session, [each for each in drift if each]),
        signed={each.id: releases.signatures(session, each) for each in editions},
        may_run=actor.may(rights.ROUND_RUN, found.subject()),
        may_sign=actor.may(rights.SIGN, found.subject()), **values,
    )  # fmt: skip


OPEN = ("draft", "noticed", "frozen")


@blueprint.post("/rounds/<uuid:round_id>")
@needs(rights.ROUND_RUN)
def run_round(round_id: UUID) -> Response:
    """One step of the coordinator; `act` says which. What a step shows once stands on the page that answers."""
    acts: dict[str, Callable[[Session, Round], Any]] = {
        "draw": lambda session, mine: rounds.draw(session, current_actor(), mine, revision=seen_revision()),
        "close": lambda session, mine: rounds.close(session, current_actor(), mine, revision=seen_revision()),
        "review": _review,
        "prepare": lambda session, mine: releases.prepare(session, current_actor(), mine, _reason()),
        "notify": _tell,
        **{name: _mover(name) for name in ("freeze", "publish", "thaw", "withdraw")},
    }
    seen = rounds.round_of(reading(), current_actor(), round_id, rights.ROUND_RUN)
    act = acts.get(request.form.get("act", ""))
    if act is None:
        return show(seen, 422, [problem("")])
    try:
        with transaction() as session:
            made = act(
                session, rounds.round_of(session, current_actor(), round_id, rights.ROUND_RUN, lock=True)
            )
    except GuardFailed as error:
        return show(seen, 422, refused(error), form=ReasonForm())
    except Conflict:
        return show(seen, 409, [gettext("Somebody else changed this meanwhile. Look again.")])
    if isinstance(made, dict) and made:
        return show(rounds.round_of(reading(), current_actor(), round_id), links=made)
    flash(gettext("Kept."), "ok")
    return redirect(url_for("media_watch.round", round_id=round_id))


def _reason() -> str:
    return request.form.get("reason", "")[:2000]


def _uuid(name: str) -> UUID:
    try:
        return UUID(request.form.get(name, ""))
    except ValueError:
        return UUID(int=0)


def _review(session: Session, mine: Round) -> None:
    item_id = rounds.item_at(session, mine, request.form.get("address", "")) or _uuid("item")
    rounds.ask_review(session, current_actor(), mine, item_id, _reason())


def _release(session: Session, mine: Round) -> Release:
    found = releases.release_of(session, current_actor(), _uuid("release"), rights.ROUND_RUN, lock=True)
    if found.round_id != mine.id:
        raise GuardFailed("release", ["item_unknown"])
    return found


def _tell(session: Session, mine: Round) -> dict[str, str]:
    """Links of the notices, by name, in Russian whatever the coordinator reads; shown this once."""
    tokens = releases.tell(session, current_actor(), _release(session, mine), revision=seen_revision())
    base = platform.settings.base_url
    return {
        name: f"{base}{url_for('media_watch.reply', token=token, lang='ru')}"
        for name, token in tokens.items()
    }


def _mover(name: str) -> Callable[[Session, Round], None]:
    def act(session: Session, mine: Round) -> None:
        found, revision = _release(session, mine), seen_revision()
        if name == "freeze":
            releases.freeze(session, current_actor(), found, revision=revision)
        elif name == "publish":
            releases.publish(session, current_actor(), found, revision=revision)
        else:
            releases.move(session, current_actor(), found, name, revision=revision, reason=_reason())

    return act


@blueprint.post("/rounds/<uuid:round_id>/sign")
@needs(rights.SIGN, fresh=True)
def sign_release(round_id: UUID) -> Response:
    """Sign the frozen text for the association of journalists."""
    seen = rounds.round_of(reading(), current_actor(), round_id)
    try:
        with transaction() as session:
            mine = rounds.round_of(session, current_actor(), round_id, rights.SIGN, lock=True)
            release = next((each for each in releases.of(session, mine) if each.state == "frozen"), None)
            releases.sign(session, current_actor(), release)
    except GuardFailed as error:
        return show(seen, 422, refused(error))
    flash(gettext("Signed."), "ok")
    return redirect(url_for("media_watch.round", round_id=round_id))
