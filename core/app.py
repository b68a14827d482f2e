"""The application: an ordered list of named steps; read it as the table of contents of core."""

from collections.abc import Callable, Sequence
from importlib.metadata import EntryPoint

from flask import Flask
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from core import i18n, plugins, settings
from core.accounts import roles, sessions
from core.accounts import views as account_views
from core.database import Database
from core.facade import Plugins
from core.indexing import Index
from core.notifications import Mailer
from core.permissions import Register
from core.platform import EXTENSION, Platform
from core.plugins import Plugin
from core.search.factory import open_engine
from core.settings import Settings
from core.web import addresses, admin, errors, filters, guard, headers, kit, mounting, pages, shell


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
    database = Database(configured.database, audit_key=configured.key("audit"))
    hooks = Plugins(plugins.discover(found))
    engine = open_engine(configured.search_engine, configured.data / "search", database.engine)
    register = Register()
    register.add(roles.PERMISSIONS, roles.ROLES)
    return Platform(configured, database, hooks, register, Index(engine, hooks))


def _limits(app: Flask) -> None:
    """Flask's own defaults are not safe: bound every request, and keep the cookie to this site."""
    configured: Settings = app.extensions[EXTENSION].settings
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
        TEMPLATES_AUTO_RELOAD=configured.development,
    )
    CSRFProtect(app)


def _proxies(app: Flask) -> None:
    """Behind our own proxies the visitor's address is the one they report; else a visitor could claim any."""
    count = app.extensions[EXTENSION].settings.trusted_proxies
    if count:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count)  # type: ignore[method-assign]


def _jobs(app: Flask) -> None:
    """Core's own background work."""
    site: Platform = app.extensions[EXTENSION]
    for job in (site.index.job(), Mailer(site.settings).job(), *sessions.jobs(site.settings)):
        site.jobs[job.name] = job


STEPS: tuple[Callable[[Flask], None], ...] = (
    _limits,
    _proxies,
    i18n.install,
    addresses.install,
    headers.install,
    sessions.install,
    guard.install,
    kit.install,
    filters.install,
    shell.install,
    errors.install,
    _jobs,
    lambda app: mounting.mount_core(app, (*account_views.BLUEPRINTS, pages.blueprint, admin.blueprint)),
    mounting.mount_plugins,
    guard.check_routes,
)
"""What is done to the app, in this order: a guard must stand before the pages that it guards."""
