"""The plugin's permissions and roles. What is published needs none: everybody reads it."""

from core.toolkit import Permission, Role, Scope, mark

VIEW = "handbook.chapter.view"
WRITE = "handbook.chapter.write"
SIGN = "handbook.edition.sign"
GIVE = "handbook.copy.give"

PERMISSIONS = (
    Permission(VIEW, mark("See chapters of the handbook before they are published")),
    Permission(WRITE, mark("Write chapters of the handbook")),
    Permission(SIGN, mark("Sign editions of the handbook as a lawyer, and withdraw them")),
    Permission(GIVE, mark("Note who was given which edition")),
)

OWN, ALL = Scope.OWN_ORGANISATION, Scope.ALL

ROLES = (
    Role("handbook.writer", mark("Writer of the handbook"), {VIEW: OWN, WRITE: OWN, GIVE: OWN}),
    Role("handbook.lawyer", mark("Lawyer of the handbook"), {VIEW: ALL, SIGN: ALL, GIVE: OWN}),
    Role("handbook.distributor", mark("Distributor of the handbook"), {GIVE: OWN}),
)
