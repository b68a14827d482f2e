"""The manifest of research and its answers to hooks; the logic is elsewhere."""

from collections.abc import Iterable, Sequence
from itertools import chain
from uuid import UUID

import click
from flask import Blueprint
from sqlalchemy.orm import Session

from core.toolkit import (
    Actor,
    Figure,
    Job,
    Machine,
    Manifest,
    NavItem,
    Period,
    Permission,
    PublicUpdate,
    Role,
    SampleCast,
    SearchDocument,
    SearchRevision,
    Tile,
    hookimpl,
    mark,
    rest,
)
from plugins.research import cli, jobs, lifecycle, rights, sample, waiting
from plugins.research import rest as resources
from plugins.research.language import gettext
from plugins.research.services import announcing, finding, periodic, studies
from plugins.research.views import blueprint


class Research:
    """Survey files become shared, versioned, citable, safe data."""

    manifest = Manifest("research", mark("Research data"), "0.1.0", hook_api=1)

    @hookimpl
    def camove_register_permissions(self) -> Iterable[Permission]:
        return rights.PERMISSIONS

    @hookimpl
    def camove_register_roles(self) -> Iterable[Role]:
        return rights.ROLES

    @hookimpl
    def camove_register_blueprint(self) -> Blueprint:
        return blueprint

    @hookimpl
    def camove_register_commands(self) -> Iterable[click.Command]:
        return cli.COMMANDS

    @hookimpl
    def camove_register_jobs(self) -> Iterable[Job]:
        return jobs.CONVERT, jobs.CHECK, jobs.SEAL, jobs.TIDY, jobs.LETTER, jobs.FORGET

    @hookimpl
    def camove_register_machines(self) -> Iterable[Machine]:
        return lifecycle.VERSION, lifecycle.REQUEST

    @hookimpl
    def camove_register_rest(self) -> Iterable[rest.Resource]:
        return resources.RESOURCES

    @hookimpl
    def camove_nav_items(self, actor: Actor) -> Iterable[NavItem]:
        yield NavItem("research.index", gettext("Data"), weight=40)

    @hookimpl
    def camove_panel_tiles(self, session: Session, actor: Actor) -> Iterable[Tile]:
        return waiting.tiles(session, actor)

    @hookimpl
    def camove_on_sample_data(self, session: Session, cast: SampleCast) -> None:
        sample.add(session, cast)

    @hookimpl
    def camove_on_sample_data_removed(self, session: Session, organisation_ids: Sequence[UUID]) -> None:
        sample.remove(session, organisation_ids)

    @hookimpl
    def camove_provide_search_documents(
        self, session: Session, uids: Sequence[str] | None
    ) -> Iterable[SearchDocument]:
        return chain(finding.documents(session, uids), studies.documents(session, uids))

    @hookimpl
    def camove_provide_search_revisions(self, session: Session) -> Iterable[SearchRevision]:
        return chain(finding.revisions(session), studies.revisions(session))

    @hookimpl
    def camove_provide_public_updates(self, session: Session, limit: int) -> Iterable[PublicUpdate]:
        return announcing.newest(session, limit)

    @hookimpl
    def camove_provide_figures(self, session: Session, period: Period) -> Iterable[Figure]:
        return periodic.given(session, period)


plugin = Research()
