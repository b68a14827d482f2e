"""The plugin's permissions and roles."""

from core.toolkit import Permission, Role, Scope, mark

FAIR_VIEW = "job_fairs.fair.view"
FAIR_MANAGE = "job_fairs.fair.manage"
SEEKER_REGISTER = "job_fairs.seeker.register"
DAY_WORK = "job_fairs.day.work"

PERMISSIONS = (
    Permission(FAIR_VIEW, mark("See the fairs")),
    Permission(FAIR_MANAGE, mark("Prepare fairs, admit employers, plan and publish")),
    Permission(SEEKER_REGISTER, mark("Register people for fairs")),
    Permission(DAY_WORK, mark("Admit people at a fair")),
)

OWN, KINDS = Scope.OWN_ORGANISATION, ("regional_council", "member_ngo", "partner")

ROLES = (
    Role(
        "job_fairs.organiser",
        mark("Organiser of fairs"),
        {FAIR_VIEW: OWN, FAIR_MANAGE: OWN, SEEKER_REGISTER: OWN, DAY_WORK: OWN},
        KINDS,
    ),
    Role(
        "job_fairs.helper",
        mark("Helper at fairs"),
        {FAIR_VIEW: OWN, SEEKER_REGISTER: OWN, DAY_WORK: OWN},
        KINDS,
    ),
    Role(
        "job_fairs.coordinator",
        mark("Coordinator of fairs"),
        {FAIR_VIEW: Scope.ALL},
        ("secretariat", "member_ngo"),
    ),
)
