"""It answers with a tuple where the contract names a dataclass."""

from typing import Any

from core.toolkit import Manifest, hookimpl


class WrongAnswer:
    manifest = Manifest("wrong_answer", "Wrong answer", "1", hook_api=1)

    @hookimpl
    def camove_nav_items(self, actor: Any) -> Any:
        yield ("pages.home", "a tuple")


plugin = WrongAnswer()
