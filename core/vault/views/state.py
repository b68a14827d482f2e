"""How far an organisation is: what is done, what is missing, who holds its keys."""

from typing import Any
from uuid import UUID

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from core.accounts.directory import organisation_names, person_names
from core.accounts.roles import VAULT_HOLD
from core.i18n import gettext, language
from core.permissions import Subject
from core.vault import holders
from core.vault.readiness import Readiness, readiness
from core.vault.views.blueprint import blueprint, member_of
from core.web.guard import SIGNED_IN, current_actor, needs, reading


@blueprint.get("/")
@needs(SIGNED_IN)
def index() -> ResponseReturnValue:
    """The organisations of the person; with one of them, its page."""
    mine = current_actor().organisations
    if len(mine) == 1:
        return redirect(url_for("vault.state", organisation_id=mine[0]))
    names = organisation_names(reading(), mine, language())
    return render_template("vault/index.html", names=sorted(names.items(), key=lambda pair: pair[1]))


@blueprint.get("/<uuid:organisation_id>/")
@needs(SIGNED_IN)
def state(organisation_id: UUID) -> ResponseReturnValue:
    """The steps of one organisation, and its key holders."""
    shown, session, actor = member_of(organisation_id), reading(), current_actor()
    found, waiting = readiness(session, organisation_id), holders.waiting(session, organisation_id)
    may_hold = actor.may(VAULT_HOLD, Subject(organisation_id))
    mine = actor.person_id in {each.person_id for each in found.holders}
    asked = next((each for each in waiting if each.person_id == actor.person_id), None)
    named = {each.person_id for each in found.holders} | {each.person_id for each in waiting}
    return render_template(
        "vault/state.html",
        **shown,
        found=found,
        tasks=_tasks(organisation_id, found, may_hold and not asked, mine),
        people=person_names(session, named),
        waiting=waiting if mine else [],
        asked=asked,
        may_hold=may_hold,
        mine=mine,
        unopened=any(each.person_id == actor.person_id and not each.unlocked for each in found.holders),
    )


def _tasks(organisation_id: UUID, found: Readiness, may_hold: bool, mine: bool) -> list[dict[str, Any]]:
    """The four steps, each a link for whoever can take it now."""
    begun, joined = found.exists and not found.lost, len(found.holders) > 1
    opened = found.exists and "second_holder" not in found.missing
    paper = mine and not found.sheet_confirmed
    second = gettext("Two holders are there; each must open the sealed records once with their password.")
    alone = gettext(
        "A colleague with the role of key holder opens this page and joins. Then you let them in."
    )
    steps = (
        (gettext("Make the key"), "vault.begin", may_hold, True, begun, ""),
        (
            gettext("Print the recovery sheet"),
            "vault.new_sheet",
            paper,
            begun,
            found.sheet_confirmed,
            gettext("It is shown right after the key is made. Not on paper? Make a new one here."),
        ),
        (
            gettext("Confirm two groups of the sheet"),
            "vault.confirm_sheet",
            paper,
            begun,
            found.sheet_confirmed,
            "",
        ),
        (
            gettext("A second key holder joins and opens once"),
            "vault.join",
            may_hold and not mine,
            begun,
            opened,
            second if joined else alone,
        ),
    )
    return [
        {
            "label": label,
            "href": url_for(endpoint, organisation_id=organisation_id) if may and not done else "",
            "status": "done" if done else "todo" if possible else "blocked",
            "hint": hint if possible and not done else "",
        }
        for label, endpoint, may, possible, done, hint in steps
    ]
