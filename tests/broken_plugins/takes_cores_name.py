"""It calls itself core, and would own core's tables and permissions."""

from core.toolkit import Manifest


class TakesCoresName:
    manifest = Manifest("core", "Core", "1", hook_api=1)


plugin = TakesCoresName()
