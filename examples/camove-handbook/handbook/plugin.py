"""The manifest of handbook and its answers to hooks; the logic is elsewhere."""

from collections.abc import Iterable, Sequence

from flask import Blueprint
from sqlalchemy.orm import Session

from handbook import lifecycle, rights
from handbook.language import gettext
from handbook.services import entries
from handbook.views import blueprint
from core.toolkit import (
    Actor,
    Machine,
    Manifest,
    NavItem,
    Permission,
    Role,
    SearchDocument,
    SearchRevision,
    hookimpl,
)


class Handbook:
    """Legal handbook."""

    manifest = Manifest("handbook", "Legal handbook", "0.1.0", hook_api=1)

    @hookimpl
    def camove_register_permissions(self) -> Iterable[Permission]:
        return rights.PERMISSIONS

    @hookimpl
    def camove_register_roles(self) -> Iterable[Role]:
        return rights.ROLES

    @hookimpl
    def camove_register_machines(self) -> Iterable[Machine]:
        return (lifecycle.ENTRY,)

    @hookimpl
    def camove_register_blueprint(self) -> Blueprint:
        return blueprint

    @hookimpl
    def camove_nav_items(self, actor: Actor) -> Iterable[NavItem]:
        yield NavItem("handbook.index", gettext("Legal handbook"), rights.VIEW)

    @hookimpl
    def camove_provide_search_documents(
        self, session: Session, uids: Sequence[str] | None
    ) -> Iterable[SearchDocument]:
        return entries.documents(session, uids)

    @hookimpl
    def camove_provide_search_revisions(self, session: Session) -> Iterable[SearchRevision]:
        return entries.revisions(session)


plugin = Handbook()
