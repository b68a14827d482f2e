"""It flushes half of its work in an event, then raises."""

from typing import Any

from sqlalchemy import text

from core.toolkit import Manifest, hookimpl


class RaisesInEvent:
    manifest = Manifest("raises_in_event", "Raises in an event", "1", hook_api=1)

    @hookimpl
    def camove_on_person_disabled(self, session: Any, person_id: Any) -> Any:
        session.execute(text("UPDATE core_person SET name = 'half done'"))
        session.flush()
        raise LookupError("the other half")


plugin = RaisesInEvent()
