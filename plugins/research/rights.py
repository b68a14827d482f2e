"""The plugin's permissions and roles. Depositing, reviewing, keeping and asking are different rights."""

from core.toolkit import Permission, Role, Scope, mark

DEPOSIT = "research.deposit.write"
REVIEW = "research.deposit.review"
STEWARD = "research.access.decide"
READ = "research.data.read"
REQUEST = "research.access.request"
STUDY = "research.study.write"

PERMISSIONS = (
    Permission(DEPOSIT, mark("Deposit data")),
    Permission(REVIEW, mark("Review deposits and publish them")),
    Permission(STEWARD, mark("Decide on access and withdraw data")),
    Permission(READ, mark("Use data shared within the network")),
    Permission(REQUEST, mark("Ask for access to data")),
    Permission(STUDY, mark("Keep the pages of joint studies")),
)

ROLES = (
    Role(
        "research.depositor",
        mark("Depositor of data"),
        {DEPOSIT: Scope.OWN_ORGANISATION, READ: Scope.ALL, REQUEST: Scope.ALL},
        kinds=("member_ngo", "partner", "research_centre"),
    ),
    Role(
        "research.reviewer",
        mark("Reviewer of data"),
        {REVIEW: Scope.ALL, READ: Scope.ALL, REQUEST: Scope.ALL},
        kinds=("research_centre", "member_ngo", "partner"),
    ),
    Role(
        "research.steward",
        mark("Data steward"),
        {STEWARD: Scope.ALL, READ: Scope.ALL, STUDY: Scope.ALL},
        kinds=("research_centre", "secretariat"),
    ),
    Role(
        "research.coordinator",
        mark("Coordinator of studies"),
        {STUDY: Scope.OWN_ORGANISATION, READ: Scope.ALL},
        kinds=("member_ngo", "partner", "research_centre", "secretariat"),
    ),
    Role("research.reader", mark("Reader of data"), {READ: Scope.ALL, REQUEST: Scope.ALL}),
    Role("research.requester", mark("Requester of data"), {REQUEST: Scope.ALL}),
)
