"""The doors of accounts: thin pages over the services beside them."""

from core.accounts.views import (
    account,
    confirming,
    factors,
    invitation,
    organisations,
    people,
    resets,
    security_keys,
    signing_in,
    tokens,
)
from core.accounts.views.blueprints import account as account_blueprint
from core.accounts.views.blueprints import organisations as organisations_blueprint
from core.accounts.views.blueprints import people as people_blueprint

__all__ = [
    "BLUEPRINTS",
    "account",
    "confirming",
    "factors",
    "invitation",
    "organisations",
    "people",
    "resets",
    "security_keys",
    "signing_in",
    "tokens",
]

BLUEPRINTS = (account_blueprint, people_blueprint, organisations_blueprint)
