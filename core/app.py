"""The application: an ordered list of named steps; read it as the table of contents of core."""

from collections.abc import Callable, Sequence
from importlib.metadata import EntryPoint

from flask import Blueprint, Flask
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from core import i18n, plugins, reserve, settings
from core.accounts import rest as organisations_rest
from core.accounts import roles, sessions
from core.accounts import views as account_views
from core.accounts.views import confirming
from core.attachments import quotas
from core.attachments import views as upload_views
from core.attachments.reconciling import Housekeeper
from core.checkpoints import Checkpointer
from core.commitments import rest as commitments_rest
from core.commitments import views as commitment_views
from core.commitments.lifecycle import COMMITMENT
from core.commitments.reminding import Reminder
from core.contract import Job
from core.database import Database
from core.facade import Plugins
from core.indexing import Index
from core.notifications import Mailer
from core.offline import pages as offline_pages
from core.offline import receipts
from core.periodic import views as periodic_views
from core.periodic.lifecycle import PERIODIC
from core.permissions import Register
from core.platform import EXTENSION, Platform
from core.plugins import Plugin
from core.rest import creations
from core.rest import mounting as rest_mounting
from core.search.factory import open_engine
from core.settings import Settings
from core.vault import scrubbing
from core.vault import views as vault_views
from core.web import (
    addresses,
    admin,
    agenda,
    compression,
    errors,
    filters,
    guard,
    headers,
    kit,
    limits,
    logs,
    metrics,
    mounting,
    news,
    outages,
    pages,
    shell,
)
from core.web.arriving import InMemoryRequest


def create_app(
    configured: Settings | None = None, found: Sequence[Plugin | EntryPoint] | None = None
) -> Flask:
    """The site with these settings and plugins (None: those of this installation). Migrates nothing."""
    configured = configured or settings.load()
    configured.prepare()
    app = Flask(
        "core", static_folder="web/static", static_url_path="/static", template_folder="web/templates"
    )
    app.extensions[EXTENSION] = _platform(configured, found)
    for step in STEPS:
        step(app)
    return app


def _platform(configured: Settings, found: Sequence[Plugin | EntryPoint] | None) -> Platform:
    database = Database(
        configured.database, audit_key=configured.key("audit"), vault_key=configured.key("vault")
    )
    reserve.watch(database, configured.data)
    hooks = Plugins(plugins.discover(found))
    engine = open_engine(configured.search_engine, configured.data / "search", database.engine)
    register = Register()
    register.add(roles.PERMISSIONS, roles.ROLES)
    return Platform(configured, database, hooks, register, Index(engine, hooks))


def _limits(app: Flask) -> None:
    """Flask's own defaults are not safe: bound every request, and keep the cookie to this site."""
    configured: Settings = app.extensions[EXTENSION].settings
    app.request_class = InMemoryRequest
    app.config.update(
        SECRET_KEY=configured.key("cookies"),
        TESTING=configured.testing,
        MAX_CONTENT_LENGTH=configured.upload_limit + 512 * 1024,
        MAX_FORM_MEMORY_SIZE=512 * 1024,
        MAX_FORM_PARTS=500,
        SESSION_COOKIE_NAME="__Host-camove" if configured.secure else "camove",
        SESSION_COOKIE_SECURE=configured.secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=None,
        # Over HTTPS it would ask for a Referer, and our pages send none; core.web.headers asks the browser better.
        WTF_CSRF_SSL_STRICT=False,
        TEMPLATES_AUTO_RELOAD=configured.development,
        TRUSTED_HOSTS=list(configured.hosts),
    )
    CSRFProtect(app)


def _proxies(app: Flask) -> None:
    """Behind our own proxies the visitor's address is the one they report; else a visitor could claim any."""
    count = app.extensions[EXTENSION].settings.trusted_proxies
    if count:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count)  # type: ignore[method-assign]


def _jobs(app: Flask) -> None:
    """Core's own background work, and the records of its own that travel."""
    site: Platform = app.extensions[EXTENSION]
    for job in _core_jobs(site):
        site.jobs[job.name] = job
    for machine in (COMMITMENT, PERIODIC):
        site.machines[machine.kind] = machine


def _preferences(app: Flask) -> None:
    """What core lets an administrator change at run time."""
    app.extensions[EXTENSION].preferences[quotas.QUOTA.name] = quotas.QUOTA


def _core_jobs(site: Platform) -> tuple[Job, ...]:
    return (
        *site.index.jobs(),
        Mailer(site.settings).job(),
        *Checkpointer(site.settings).jobs(),
        *sessions.jobs(site.settings),
        Housekeeper(site.settings).job(),
        scrubbing.job(),
        reserve.job(site.settings.data),
        receipts.job(),
        creations.job(),
        Reminder(site.register).job(),
    )


def _blueprints() -> tuple[Blueprint, ...]:
    return (
        *account_views.BLUEPRINTS,
        pages.blueprint,
        agenda.blueprint,
        commitment_views.blueprint,
        periodic_views.blueprint,
        news.blueprint,
        admin.blueprint,
        upload_views.blueprint,
        vault_views.blueprint,
        offline_pages.blueprint,
    )


STEPS: tuple[Callable[[Flask], None], ...] = (
    _proxies,
    logs.install,
    metrics.install,
    compression.install,
    limits.install,
    _limits,
    i18n.install,
    addresses.install,
    headers.install,
    sessions.install,
    guard.install,
    confirming.install,
    kit.install,
    filters.install,
    shell.install,
    errors.install,
    outages.install,
    _jobs,
    _preferences,
    lambda app: mounting.mount_core(app, _blueprints()),
    rest_mounting.install,
    lambda app: rest_mounting.mount(app, (*organisations_rest.RESOURCES, *commitments_rest.RESOURCES)),
    mounting.mount_plugins,
    guard.check_routes,
)
"""What is done to the app, in this order: a guard must stand before the pages that it guards."""
