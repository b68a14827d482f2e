"""The manifest of media_watch and its answers to hooks; the logic is elsewhere."""

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

import click
from flask import Blueprint
from sqlalchemy.orm import Session

from core.toolkit import (
    Actor,
    DatasetExtract,
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
    rest,
)
from plugins.media_watch import cli, jobs, lifecycle, rights, sample, waiting
from plugins.media_watch import rest as resources
from plugins.media_watch.language import gettext
from plugins.media_watch.services import announcing, extracts, finding, periodic, rounds
from plugins.media_watch.views import blueprint


class MediaWatch:
    """From feeds to a rating of the press that can be traced and answered."""

    manifest = Manifest("media_watch", "Media watch", "0.1.0", hook_api=1, command="media")

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
        return jobs.POLL, jobs.PAGES, jobs.EXPIRE

    @hookimpl
    def camove_register_machines(self) -> Iterable[Machine]:
        return lifecycle.ROUND, lifecycle.RELEASE

    @hookimpl
    def camove_register_rest(self) -> Iterable[rest.Resource]:
        return resources.RESOURCES

    @hookimpl
    def camove_nav_items(self, actor: Actor) -> Iterable[NavItem]:
        yield NavItem("media_watch.desk", gettext("Coding desk"), rights.CODE, weight=20)
        yield NavItem("media_watch.disputes", gettext("Decisions"), rights.DECIDE, weight=21)
        yield NavItem("media_watch.all_rounds", gettext("Rounds of coding"), rights.ROUND_VIEW, weight=22)
        yield NavItem("media_watch.articles", gettext("Articles"), rights.ARTICLE_VIEW, weight=23)
        yield NavItem(
            "media_watch.sources_page", gettext("Outlets and feeds"), rights.SOURCES_VIEW, weight=24
        )
        yield NavItem("media_watch.public_releases", gettext("Media watch"), weight=60)

    @hookimpl
    def camove_panel_tiles(self, session: Session, actor: Actor) -> Iterable[Tile]:
        return waiting.tiles(session, actor)

    @hookimpl
    def camove_on_person_disabled(self, session: Session, person_id: UUID) -> None:
        rounds.give_back(session, person_id)

    @hookimpl
    def camove_provide_dataset_extracts(
        self, session: Session, actor: Actor, first: date, last: date
    ) -> Iterable[DatasetExtract]:
        return extracts.offered(session, first, last)

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
        return finding.documents(session, uids)

    @hookimpl
    def camove_provide_search_revisions(self, session: Session) -> Iterable[SearchRevision]:
        return finding.revisions(session)

    @hookimpl
    def camove_provide_public_updates(self, session: Session, limit: int) -> Iterable[PublicUpdate]:
        return announcing.newest(session, limit)

    @hookimpl
    def camove_provide_figures(self, session: Session, period: Period) -> Iterable[Figure]:
        return periodic.given(session, period)


plugin = MediaWatch()
