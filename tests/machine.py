"""What a machine may lack: elsewhere a reason to skip, in CI a failure."""

import os
from typing import NoReturn

import pytest

IN_CI = bool(os.environ.get("CI"))


def absent(what: str) -> NoReturn:
    """Skip for want of `what`; in CI that is a failure."""
    if IN_CI:
        pytest.fail(f"{what} is missing, and CI must not skip")
    pytest.skip(f"{what} is not on this machine")
