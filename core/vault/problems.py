"""What can go wrong in the vault. Nothing here ever carries a secret: ids, names of fields, codes."""

from collections.abc import Iterable


class Closed(Exception):
    """Nobody can read now. `reason`: `nobody` (no key in memory), `no_grant` (not let in), `locked`."""

    def __init__(self, reason: str) -> None:
        """Keep the code for the page to translate."""
        super().__init__(f"the vault is closed: {reason}")
        self.reason = reason


class Damaged(Exception):
    """What is stored was changed, moved, put back or sealed with another key; the text is for an administrator."""


class NotReady(Exception):
    """Nothing may be sealed yet; `missing` are the codes of `readiness`."""

    def __init__(self, missing: Iterable[str]) -> None:
        """Keep the codes for the page to translate."""
        self.missing = tuple(missing)
        super().__init__(f"the vault is not ready: {', '.join(self.missing)}")


class VaultProblem(ValueError):
    """A step makes no sense now; `code` is one of PROBLEMS."""

    def __init__(self, code: str) -> None:
        """Keep the code for the page to translate."""
        super().__init__(code)
        self.code = code


PROBLEMS = (
    "wrong_password",
    "exists",
    "no_vault",
    "no_member_key",
    "not_waiting",
    "no_holder",
    "oneself",
    "not_locked",
    "wrong_sheet",
    "wrong_groups",
)
"""The codes of VaultProblem: the password is not theirs; there is a vault already; there is none; the person has no
key of their own; has not asked; holds no key; is the actor, who cannot withdraw themselves; the organisation is not
locked; the sheet is another one or mistyped; the two groups do not match."""
