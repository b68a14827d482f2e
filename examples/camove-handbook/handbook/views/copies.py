"""The distribution log."""

from uuid import UUID

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from core.toolkit import current_actor, needs, now, page_of, reading, transaction
from handbook import rights
from handbook.forms.edition import CopyForm
from handbook.forms.fields import clean, day
from handbook.models import Copy
from handbook.services import copies, finding
from handbook.views.blueprint import blueprint, page, spoken
from handbook.views.work import home


@blueprint.route("/copies", methods=["GET", "POST"])
@needs(rights.GIVE)
def log() -> Response:
    """Who was given what, who holds an old edition, and a form for the next."""
    actor = current_actor()
    editions = [
        (str(each.id), f"{spoken(each)['title']}, {each.number}") for each in finding.in_force(reading())
    ]
    given = {"amount": 1, "given_on": f"{now():%d.%m.%Y}"}
    form = (CopyForm() if request.method == "POST" else CopyForm(formdata=None, data=given)).offer(editions)
    if request.method == "GET" or not form.validate():
        found = page_of(reading(), copies.listed(actor), Copy.id)
        old = copies.outdated(reading(), actor)
        return page(
            "copies.html", 422 if form.errors else 200, form=form, found=found, old=old, editions=editions
        )
    with transaction() as session:
        copies.give(
            session, actor, home(actor, rights.GIVE), UUID(form.edition.data), clean(form.partner.data),
            form.language.data, form.channel.data, form.amount.data or 1, day(form.given_on.data) or now().date(),
        )  # fmt: skip
    return redirect(url_for("handbook.log"))
