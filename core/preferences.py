"""Values that an administrator changes at run time: defaults in code, only what differs in the database."""

from collections.abc import Mapping

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, Session, mapped_column

from core import audit
from core.contract import Setting
from core.database import Base
from core.permissions import Actor, require


class Preference(Base):
    """One value that differs from its default."""

    __tablename__ = "core_preference"

    name: Mapped[str] = mapped_column(String(96), primary_key=True)
    value: Mapped[str] = mapped_column(Text)


def get(session: Session, setting: Setting) -> str:
    """The value in force."""
    stored = session.get(Preference, setting.name)
    return stored.value if stored else setting.default


def change(
    session: Session, actor: Actor, settings: Mapping[str, Setting], values: Mapping[str, str]
) -> tuple[str, ...]:
    """Keep the values that differ from their defaults; names that nobody declared are ignored.

    Gives the names of those that have another value now.
    """
    require(actor, "core.settings.change")
    changed = []
    for name in sorted(values.keys() & settings.keys()):
        stored, value = session.get(Preference, name), values[name].strip()
        if value != get(session, settings[name]):
            changed.append(name)
        if stored:
            session.delete(stored)
            session.flush()
        if value != settings[name].default:
            session.add(Preference(name=name, value=value))
        audit.record(session, actor, "core.settings.change", fields=(name,))
    return tuple(changed)
