"""The manifest of monitoring and its answers to hooks; the logic is elsewhere."""

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
    Obstacle,
    Period,
    Permission,
    PublicUpdate,
    Role,
    SampleCast,
    SearchDocument,
    SearchRevision,
    Setting,
    Standing,
    Tile,
    hookimpl,
    mark,
    rest,
)
from plugins.monitoring import jobs, lifecycle, rights, waiting
from plugins.monitoring import rest as resources
from plugins.monitoring.cli import import_cases, write_xlsform
from plugins.monitoring.cli_dossiers import end_signing_key, verify_dossier
from plugins.monitoring.extracting import take_extract
from plugins.monitoring.publication import limits
from plugins.monitoring.publication.lifecycle import LISTING
from plugins.monitoring.sample import reports
from plugins.monitoring.services import announcing, extracts, finding, periodic, published, standings
from plugins.monitoring.services.figures import PUBLIC, THRESHOLD
from plugins.monitoring.services.queue import STEP_DAYS
from plugins.monitoring.views import blueprint, navigation


class Monitoring:
    """Reports on unscrupulous employers, from a phone to a labour inspector."""

    manifest = Manifest("monitoring", mark("Monitoring of employers"), "0.1.0", hook_api=1)

    @hookimpl
    def camove_register_permissions(self) -> Iterable[Permission]:
        return rights.PERMISSIONS

    @hookimpl
    def camove_register_roles(self) -> Iterable[Role]:
        return rights.ROLES

    @hookimpl
    def camove_register_settings(self) -> Iterable[Setting]:
        return waiting.TRIAGE_DAYS, STEP_DAYS, THRESHOLD, PUBLIC, *limits.ALL

    @hookimpl
    def camove_register_blueprint(self) -> Blueprint:
        return blueprint

    @hookimpl
    def camove_register_commands(self) -> Iterable[click.Command]:
        return import_cases, take_extract, verify_dossier, end_signing_key, write_xlsform

    @hookimpl
    def camove_register_jobs(self) -> Iterable[Job]:
        return jobs.REMIND, jobs.FORGET_BATCHES, jobs.KEEP_LIST, jobs.COUNT_KEYS

    @hookimpl
    def camove_register_machines(self) -> Iterable[Machine]:
        return lifecycle.REPORT, lifecycle.DOSSIER, LISTING

    @hookimpl
    def camove_register_rest(self) -> Iterable[rest.Resource]:
        return resources.RESOURCES

    @hookimpl
    def camove_nav_items(self, actor: Actor) -> Iterable[NavItem]:
        return navigation.items(actor)

    @hookimpl
    def camove_panel_tiles(self, session: Session, actor: Actor) -> Iterable[Tile]:
        return waiting.tiles(session, actor)

    @hookimpl
    def camove_on_person_disabled(self, session: Session, person_id: UUID) -> None:
        waiting.give_back(session, person_id)

    @hookimpl
    def camove_on_sample_data(self, session: Session, cast: SampleCast) -> None:
        reports.add(session, cast)

    @hookimpl
    def camove_on_sample_data_removed(self, session: Session, organisation_ids: Sequence[UUID]) -> None:
        reports.remove(session, organisation_ids)

    @hookimpl
    def camove_on_settings_changed(self, session: Session, names: Sequence[str]) -> None:
        published.switched(session, names)

    @hookimpl
    def camove_guard_access(
        self, session: Session, actor: Actor, permission: str, target: UUID
    ) -> Iterable[Obstacle]:
        return waiting.obstacles(session, permission, target)

    @hookimpl
    def camove_provide_search_documents(
        self, session: Session, uids: Sequence[str] | None
    ) -> Iterable[SearchDocument]:
        yield from finding.documents(session, uids)
        yield from published.documents(session, uids)

    @hookimpl
    def camove_provide_search_revisions(self, session: Session) -> Iterable[SearchRevision]:
        yield from finding.revisions(session)
        yield from published.revisions(session)

    @hookimpl
    def camove_provide_employer_standing(
        self, session: Session, scheme: str, number: str, name: str, country: str
    ) -> Iterable[Standing]:
        return standings.about(session, scheme, number, name, country)

    @hookimpl
    def camove_provide_dataset_extracts(
        self, session: Session, actor: Actor, first: date, last: date
    ) -> Iterable[DatasetExtract]:
        return extracts.offered(session, actor, first, last)

    @hookimpl
    def camove_provide_public_updates(self, session: Session, limit: int) -> Iterable[PublicUpdate]:
        return announcing.newest(session, limit)

    @hookimpl
    def camove_provide_figures(self, session: Session, period: Period) -> Iterable[Figure]:
        return periodic.given(session, period)


plugin = Monitoring()
