"""Why a step of the vault is not possible now, in words that say what to do."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core.i18n import gettext
from core.vault.problems import Closed, Damaged, VaultProblem


def refused(error: Closed | Damaged | VaultProblem, organisation_id: UUID) -> ResponseReturnValue:
    """Back to the state page with the reason; whoever has only to open their keys is led to do that."""
    back = url_for("vault.state", organisation_id=organisation_id)
    if isinstance(error, Closed) and error.reason == "nobody":
        again = url_for("account.confirm", next=request.path)
        return render_template("vault/closed.html", back=back, again=again), 409
    flash(_words(error), "error")
    return redirect(back)


def _words(error: Closed | Damaged | VaultProblem) -> str:
    if isinstance(error, Damaged):
        return str(error)
    return problem_words(error.reason if isinstance(error, Closed) else error.code)


def problem_words(code: str) -> str:
    """The words of a VaultProblem or of Closed."""
    known = {
        "wrong_password": gettext("Enter the password that you signed in with"),
        "exists": gettext("There is a key already. This page shows how far your organisation is."),
        "no_vault": gettext("Your organisation has no key yet. Make it first."),
        "no_member_key": gettext("This person has no key of their own yet. They open this page and join."),
        "not_waiting": gettext("This person does not wait to be let in any more."),
        "no_holder": gettext("You hold no key of this organisation. Ask a key holder to let you in."),
        "no_grant": gettext("You hold no key of this organisation. Ask a key holder to let you in."),
        "oneself": gettext("Nobody withdraws their own key. Ask another key holder."),
        "locked": gettext("The organisation is locked. Two key holders unlock it first."),
        "not_locked": gettext("The organisation is not locked."),
        "wrong_sheet": gettext(
            "This is not the sheet of your organisation, or a letter is mistyped. Compare group by group."
        ),
        "wrong_groups": gettext("These groups do not match the sheet. Compare them letter by letter."),
    }
    return str(known.get(code) or gettext("This step is not possible now."))
