"""The one Alembic environment that all lineages share; `core.lineages` hands it connection and lineage."""

from typing import Any

from alembic import context

from core.database import Base

lineage = context.config.attributes["lineage"]
connection = context.config.attributes["connection"]


def render(kind: str, thing: Any, _autogen: Any) -> str | bool:
    """Write our own column type by a name that a migration can import."""
    if kind == "type" and type(thing).__name__ == "UtcDateTime":
        return "sa.DateTime(timezone=True)"
    return False


context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    version_table=lineage.version_table,
    include_object=lineage.include,
    render_as_batch=True,
    render_item=render,
)
context.run_migrations()
