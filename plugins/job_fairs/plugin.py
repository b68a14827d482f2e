"""The manifest of job_fairs and its answers to hooks; the logic is elsewhere."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

import click
from flask import Blueprint
from sqlalchemy.orm import Session

from core.toolkit import (
    Actor,
    CalendarEvent,
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
    hookimpl,
    rest,
)
from plugins.job_fairs import cli, jobs, lifecycle, rights, sample
from plugins.job_fairs import rest as resources
from plugins.job_fairs.language import gettext
from plugins.job_fairs.services import announcing, extracts, periodic
from plugins.job_fairs.views import blueprint


class JobFairs:
    """Local fairs where people meet employers at a fixed minute."""

    manifest = Manifest("job_fairs", "Job fairs", "0.1.0", hook_api=1, command="fairs")

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
        return jobs.FORGET_CONTACTS, jobs.END_OFFERS

    @hookimpl
    def camove_register_machines(self) -> Iterable[Machine]:
        return lifecycle.FAIR, lifecycle.PARTICIPATION, lifecycle.VACANCY

    @hookimpl
    def camove_register_rest(self) -> Iterable[rest.Resource]:
        return resources.RESOURCES

    @hookimpl
    def camove_nav_items(self, actor: Actor) -> Iterable[NavItem]:
        yield NavItem("job_fairs.index", gettext("Job fairs"), rights.FAIR_VIEW, weight=20)

    @hookimpl
    def camove_provide_dataset_extracts(
        self, session: Session, actor: Actor, first: date, last: date
    ) -> Iterable[DatasetExtract]:
        return extracts.offered(session, actor, first, last)

    @hookimpl
    def camove_provide_calendar_events(
        self, session: Session, start: datetime, end: datetime
    ) -> Iterable[CalendarEvent]:
        return announcing.between(session, start, end)

    @hookimpl
    def camove_provide_public_updates(self, session: Session, limit: int) -> Iterable[PublicUpdate]:
        return announcing.newest(session, limit)

    @hookimpl
    def camove_on_sample_data(self, session: Session, cast: SampleCast) -> None:
        sample.add(session, cast)

    @hookimpl
    def camove_on_sample_data_removed(self, session: Session, organisation_ids: Sequence[UUID]) -> None:
        sample.remove(session, organisation_ids)

    @hookimpl
    def camove_provide_figures(self, session: Session, period: Period) -> Iterable[Figure]:
        return periodic.given(session, period)


plugin = JobFairs()
