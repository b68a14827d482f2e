"""The pages of the vault: a thin door over the services beside them."""

from core.vault.views import holding, locking, sheets, state
from core.vault.views.blueprint import blueprint

__all__ = ["blueprint", "holding", "locking", "sheets", "state"]
