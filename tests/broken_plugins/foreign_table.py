"""It maps a table under the name of another owner. Importing it changes the shared metadata: see its test."""

from uuid import UUID

from sqlalchemy.orm import Mapped

from core.toolkit import Base, Manifest, id_column


class Stolen(Base):
    __tablename__ = "core_stolen"

    id: Mapped[UUID] = id_column()


class ForeignTable:
    manifest = Manifest("foreign_table", "Foreign table", "1", hook_api=1)


plugin = ForeignTable()
