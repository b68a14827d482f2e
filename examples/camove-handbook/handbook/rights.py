"""The plugin's permissions and roles."""

from core.toolkit import Permission, Role, Scope, mark

VIEW = "handbook.entry.view"
EDIT = "handbook.entry.edit"

PERMISSIONS = (
    Permission(VIEW, mark("See the entries")),
    Permission(EDIT, mark("Write and publish entries")),
)

OWN = Scope.OWN_ORGANISATION

ROLES = (
    Role("handbook.editor", mark("Editor of entries"), {VIEW: OWN, EDIT: OWN}),
    Role("handbook.reader", mark("Reader of entries"), {VIEW: OWN}),
)
