"""The doors of accounts: thin pages over the services beside them."""

from core.accounts.views import account, factors, invitation, organisations, people, signing_in
from core.accounts.views.blueprints import account as account_blueprint
from core.accounts.views.blueprints import organisations as organisations_blueprint
from core.accounts.views.blueprints import people as people_blueprint

__all__ = ["BLUEPRINTS", "account", "factors", "invitation", "organisations", "people", "signing_in"]

BLUEPRINTS = (account_blueprint, people_blueprint, organisations_blueprint)
