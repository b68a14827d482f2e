"""A site for the tests of pages that need no whole quarter: made once for each file."""

from collections.abc import Iterator

import pytest
from newsroom import Newsroom

from core import testing
from core.platform import EXTENSION


@pytest.fixture(scope="module")
def empty_room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newsroom]:
    app = testing.make_app(tmp_path_factory.mktemp("room") / "instance")
    yield Newsroom.settle(app)
    app.extensions[EXTENSION].database.close()
