"""Core's own permissions and roles. None of them opens a plugin's content."""

from core.i18n import mark
from core.permissions import Permission, Role, Scope

ACCOUNT_USE = "core.account.use"
"""Held by everybody who has signed in; `core.web.guard` knows it as SIGNED_IN."""

PEOPLE_VIEW = "core.people.view"
PEOPLE_INVITE = "core.people.invite"
PEOPLE_DISABLE = "core.people.disable"
PEOPLE_RESET = "core.people.reset"
ORGANISATIONS_VIEW = "core.organisations.view"
ORGANISATIONS_CHANGE = "core.organisations.change"
COMMITMENTS_MANAGE = "core.commitments.manage"
TOKENS_MANAGE = "core.tokens.manage"
PERIODIC_MANAGE = "core.periodic.manage"
VAULT_HOLD = "core.vault.hold"
VAULT_LOCK = "core.vault.lock"

MEMBER = "core.member"
ORGANISATION_ADMIN = "core.organisation_admin"
COORDINATOR = "core.coordinator"
KEY_HOLDER = "core.key_holder"
ADMINISTRATOR = "core.administrator"

PERMISSIONS = (
    Permission(ACCOUNT_USE, mark("Use an account")),
    Permission(PEOPLE_VIEW, mark("See people and their roles")),
    Permission(PEOPLE_INVITE, mark("Invite people and give roles")),
    Permission(PEOPLE_DISABLE, mark("Close accounts")),
    Permission(PEOPLE_RESET, mark("Help people back in")),
    Permission(ORGANISATIONS_VIEW, mark("See organisations")),
    Permission(ORGANISATIONS_CHANGE, mark("Add, rename and close organisations")),
    Permission(COMMITMENTS_MANAGE, mark("Write down promises and what became of them")),
    Permission(TOKENS_MANAGE, mark("Make and revoke tokens for programs")),
    Permission(PERIODIC_MANAGE, mark("Make the periodic reports of the network")),
    Permission(VAULT_HOLD, mark("Hold a key to sealed records")),
    Permission(VAULT_LOCK, mark("Lock the organisation")),
    Permission("core.plugins.view", mark("See the plugins and their failures")),
    Permission("core.settings.change", mark("Change the settings")),
    Permission("core.jobs.manage", mark("See and restart background work")),
    Permission("core.audit.view", mark("Read the audit")),
)

PERSONAL = (ACCOUNT_USE, VAULT_HOLD)
"""What running a site does not bring: whoever administers it must not come to read what is sealed."""

ROLES = (
    Role(MEMBER, mark("Member"), {}),
    Role(
        ORGANISATION_ADMIN,
        mark("Administrator of the organisation"),
        {
            PEOPLE_VIEW: Scope.OWN_ORGANISATION,
            PEOPLE_INVITE: Scope.OWN_ORGANISATION,
            PEOPLE_DISABLE: Scope.OWN_ORGANISATION,
            PEOPLE_RESET: Scope.OWN_ORGANISATION,
            ORGANISATIONS_VIEW: Scope.OWN_ORGANISATION,
            TOKENS_MANAGE: Scope.OWN_ORGANISATION,
            VAULT_HOLD: Scope.OWN_ORGANISATION,
        },
    ),
    Role(
        COORDINATOR,
        mark("Coordinator of the network"),
        {COMMITMENTS_MANAGE: Scope.ALL, PERIODIC_MANAGE: Scope.ALL},
    ),
    Role(KEY_HOLDER, mark("Key holder"), {VAULT_HOLD: Scope.OWN_ORGANISATION}),
    Role(
        ADMINISTRATOR,
        mark("Administrator of the site"),
        {permission.name: Scope.ALL for permission in PERMISSIONS if permission.name not in PERSONAL},
    ),
)

HOLDING = frozenset(role.name for role in ROLES if VAULT_HOLD in role.grants)
"""The roles that let somebody hold a key. Whoever has lost them holds none, whatever the database still keeps."""
