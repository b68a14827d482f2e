"""The manifest of handbook and its answers to hooks; the logic is elsewhere."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from flask import Blueprint
from sqlalchemy.orm import Session

from core.toolkit import (
    Actor,
    Job,
    Machine,
    Manifest,
    NavItem,
    Permission,
    PublicUpdate,
    Role,
    SampleCast,
    SearchDocument,
    SearchRevision,
    Tile,
    hookimpl,
)
from handbook import jobs, lifecycle, rights, sample
from handbook.language import gettext
from handbook.services import announcing, finding
from handbook.views import blueprint


class Handbook:
    """The law in plain words, in editions that a lawyer signed."""

    manifest = Manifest("handbook", "Legal handbook", "0.1.0", hook_api=1)

    @hookimpl
    def camove_register_permissions(self) -> Iterable[Permission]:
        return rights.PERMISSIONS

    @hookimpl
    def camove_register_roles(self) -> Iterable[Role]:
        return rights.ROLES

    @hookimpl
    def camove_register_jobs(self) -> Iterable[Job]:
        return (jobs.REMIND,)

    @hookimpl
    def camove_register_machines(self) -> Iterable[Machine]:
        return (lifecycle.EDITION,)

    @hookimpl
    def camove_register_blueprint(self) -> Blueprint:
        return blueprint

    @hookimpl
    def camove_nav_items(self, actor: Actor) -> Iterable[NavItem]:
        yield NavItem("handbook.index", gettext("Legal handbook"), weight=60)

    @hookimpl
    def camove_panel_tiles(self, session: Session, actor: Actor) -> Iterable[Tile]:
        review, late = finding.waiting(session, actor)
        yield Tile(review, gettext("Chapters that wait for a lawyer"), "handbook.desk")
        yield Tile(late, gettext("Chapters to look at again"), "handbook.desk", tone="warn")

    @hookimpl
    def camove_provide_search_documents(
        self, session: Session, uids: Sequence[str] | None
    ) -> Iterable[SearchDocument]:
        return finding.documents(session, uids)

    @hookimpl
    def camove_provide_search_revisions(self, session: Session) -> Iterable[SearchRevision]:
        return finding.revisions(session)

    @hookimpl
    def camove_provide_public_updates(self, session: Session, limit: int) -> Iterable[PublicUpdate]:
        return announcing.newest(session, limit)

    @hookimpl
    def camove_on_sample_data(self, session: Session, cast: SampleCast) -> None:
        sample.add(session, cast)

    @hookimpl
    def camove_on_sample_data_removed(self, session: Session, organisation_ids: Sequence[UUID]) -> None:
        sample.remove(session, organisation_ids)


plugin = Handbook()
