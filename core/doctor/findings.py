"""What a check says, and the list of all checks."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlalchemy.exc import SQLAlchemyError

from core.platform import Platform


@dataclass(frozen=True)
class Finding:
    """One sentence about one thing; what is wrong carries what to do."""

    text: str
    advice: str = ""

    @property
    def well(self) -> bool:
        """Whether nothing needs to be done."""
        return not self.advice


Check = Callable[[Platform], Finding]
CHECKS: dict[str, Check] = {}


def check(function: Check) -> Check:
    """Put a check on the list, under its own name."""
    CHECKS[function.__name__] = function
    return function


def examine(site: Platform) -> Iterator[tuple[str, Finding]]:
    """Every check with its finding; one that cannot be made is a finding itself."""
    for name, each in CHECKS.items():
        try:
            yield name.replace("_", " "), each(site)
        except (OSError, SQLAlchemyError) as error:
            said = f"could not be checked ({type(error).__name__})"
            yield (
                name.replace("_", " "),
                Finding(said, "Mend what stands above, then run camove doctor again."),
            )
