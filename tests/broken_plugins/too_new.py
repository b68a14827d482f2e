"""It needs a contract that this camove does not have yet."""

from core.toolkit import Manifest


class TooNew:
    manifest = Manifest("too_new", "Too new", "1", hook_api=999)


plugin = TooNew()
