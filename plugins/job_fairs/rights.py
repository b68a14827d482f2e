"""The plugin's permissions and roles."""

from core.toolkit import Permission, Role, Scope, mark

FAIR_VIEW = "job_fairs.fair.view"
FAIR_MANAGE = "job_fairs.fair.manage"
SEEKER_REGISTER = "job_fairs.seeker.register"
DAY_WORK = "job_fairs.day.work"
OUTCOME_ENTER = "job_fairs.outcome.enter"

PERMISSIONS = (
    Permission(FAIR_VIEW, mark("See the fairs")),
    Permission(FAIR_MANAGE, mark("Prepare fairs, admit employers, plan and publish")),
    Permission(SEEKER_REGISTER, mark("Register people for fairs")),
    Permission(DAY_WORK, mark("Admit people at a fair")),
    Permission(OUTCOME_ENTER, mark("Ask people what became of them, and enter it")),
)

OWN, KINDS = Scope.OWN_ORGANISATION, ("regional_council", "member_ngo", "partner")

ROLES = (
    Role(
        "job_fairs.organiser",
        mark("Organiser of fairs"),
        {FAIR_VIEW: OWN, FAIR_MANAGE: OWN, SEEKER_REGISTER: OWN, DAY_WORK: OWN, OUTCOME_ENTER: OWN},
        KINDS,
    ),
    Role(
        "job_fairs.helper",
        mark("Helper at fairs"),
        {FAIR_VIEW: OWN, SEEKER_REGISTER: OWN, DAY_WORK: OWN, OUTCOME_ENTER: OWN},
        KINDS,
    ),
    Role("job_fairs.desk", mark("Door and desk at fairs"), {FAIR_VIEW: OWN, DAY_WORK: OWN}, KINDS),
    Role("job_fairs.reader", mark("Reader of fairs"), {FAIR_VIEW: OWN}, KINDS),
    Role(
        "job_fairs.coordinator",
        mark("Coordinator of fairs"),
        {FAIR_VIEW: Scope.ALL},
        ("secretariat", "member_ngo"),
    ),
)
