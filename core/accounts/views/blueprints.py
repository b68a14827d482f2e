"""The three blueprints; the modules beside hang their pages on them."""

from flask import Blueprint

account = Blueprint("account", __name__, url_prefix="/account")
people = Blueprint("people", __name__, url_prefix="/people")
organisations = Blueprint("organisations", __name__, url_prefix="/organisations")
