"""The plugin's permissions and roles. Verifying, writing, approving and sending are different rights."""

from core.toolkit import Permission, Role, Scope, mark

REPORT_CREATE = "monitoring.report.create"
REPORT_VIEW = "monitoring.report.view"
REPORT_TRIAGE = "monitoring.report.triage"
REPORT_VERIFY = "monitoring.report.verify"
EMPLOYER_VIEW = "monitoring.employer.view"
EMPLOYER_CHANGE = "monitoring.employer.change"
DOSSIER_VIEW = "monitoring.dossier.view"
DOSSIER_WRITE = "monitoring.dossier.write"
DOSSIER_APPROVE = "monitoring.dossier.approve"
DOSSIER_TRACK = "monitoring.dossier.track"
IDENTITY_READ = "monitoring.identity.read"
IDENTITY_ERASE = "monitoring.identity.erase"
IDENTITY_GRANT = "monitoring.identity.grant"
CONSENT_WITHDRAW = "monitoring.consent.withdraw"
NORM_VIEW = "monitoring.norm.view"
NORM_REVIEW = "monitoring.norm.review"
FIGURES_VIEW = "monitoring.figures.view"
EXPORT = "monitoring.export"
LISTING_VIEW = "monitoring.listing.view"
LISTING_PROPOSE = "monitoring.listing.propose"
LISTING_REVIEW = "monitoring.listing.review"
LISTING_VOTE = "monitoring.listing.vote"

PERMISSIONS = (
    Permission(REPORT_CREATE, mark("Write reports")),
    Permission(REPORT_VIEW, mark("Read reports")),
    Permission(REPORT_TRIAGE, mark("Sort reports and name verifiers")),
    Permission(REPORT_VERIFY, mark("Verify allegations")),
    Permission(EMPLOYER_VIEW, mark("See the register of employers")),
    Permission(EMPLOYER_CHANGE, mark("Change the register of employers")),
    Permission(DOSSIER_VIEW, mark("Read dossiers")),
    Permission(DOSSIER_WRITE, mark("Write dossiers")),
    Permission(DOSSIER_APPROVE, mark("Approve dossiers")),
    Permission(DOSSIER_TRACK, mark("Record what became of dossiers")),
    Permission(IDENTITY_READ, mark("Ask to open the sealed contacts of sources, and read them once granted")),
    Permission(IDENTITY_GRANT, mark("Decide who may open the sealed contacts of sources")),
    Permission(IDENTITY_ERASE, mark("Erase the sealed contacts of sources")),
    Permission(CONSENT_WITHDRAW, mark("Take consents back on the wish of a source")),
    Permission(NORM_VIEW, mark("See the norms")),
    Permission(NORM_REVIEW, mark("Change and review norms")),
    Permission(FIGURES_VIEW, mark("See the figures")),
    Permission(EXPORT, mark("Take figures and anonymised rows out of the site")),
    Permission(LISTING_VIEW, mark("Read proposed entries of the public list")),
    Permission(LISTING_PROPOSE, mark("Propose entries of the public list")),
    Permission(LISTING_REVIEW, mark("Review the risk of entries, and take them down")),
    Permission(LISTING_VOTE, mark("Vote on what is published")),
)

ROLES = (
    Role(
        "monitoring.reporter",
        mark("Monitor"),
        {
            REPORT_CREATE: Scope.OWN_ORGANISATION,
            REPORT_VIEW: Scope.OWN_ORGANISATION,
            IDENTITY_READ: Scope.OWN_ORGANISATION,
            IDENTITY_ERASE: Scope.OWN_ORGANISATION,
            CONSENT_WITHDRAW: Scope.OWN_ORGANISATION,
        },
        kinds=("member_ngo", "partner"),
    ),
    Role(
        "monitoring.custodian",
        mark("Custodian of identities"),
        {
            REPORT_VIEW: Scope.OWN_ORGANISATION,
            IDENTITY_READ: Scope.OWN_ORGANISATION,
            IDENTITY_GRANT: Scope.OWN_ORGANISATION,
            IDENTITY_ERASE: Scope.OWN_ORGANISATION,
            CONSENT_WITHDRAW: Scope.OWN_ORGANISATION,
        },
        kinds=("member_ngo", "partner"),
    ),
    Role(
        "monitoring.coordinator",
        mark("Coordinator of a country"),
        {
            REPORT_VIEW: Scope.OWN_COUNTRY,
            REPORT_TRIAGE: Scope.OWN_COUNTRY,
            EMPLOYER_VIEW: Scope.ALL,
            EMPLOYER_CHANGE: Scope.ALL,
            DOSSIER_VIEW: Scope.OWN_COUNTRY,
            DOSSIER_WRITE: Scope.OWN_COUNTRY,
            DOSSIER_TRACK: Scope.OWN_COUNTRY,
            NORM_VIEW: Scope.ALL,
            FIGURES_VIEW: Scope.OWN_COUNTRY,
            LISTING_VIEW: Scope.OWN_COUNTRY,
            LISTING_PROPOSE: Scope.OWN_COUNTRY,
        },
        kinds=("member_ngo", "secretariat"),
    ),
    Role(
        "monitoring.verifier",
        mark("Verifier"),
        {
            REPORT_VIEW: Scope.ASSIGNED,
            REPORT_VERIFY: Scope.ASSIGNED,
            EMPLOYER_VIEW: Scope.ALL,
            NORM_VIEW: Scope.ALL,
        },
        kinds=("member_ngo", "partner", "research_centre"),
    ),
    Role(
        "monitoring.legal_officer",
        mark("Legal officer"),
        {
            REPORT_VIEW: Scope.OWN_COUNTRY,
            EMPLOYER_VIEW: Scope.ALL,
            DOSSIER_VIEW: Scope.OWN_COUNTRY,
            DOSSIER_APPROVE: Scope.OWN_COUNTRY,
            NORM_VIEW: Scope.ALL,
            NORM_REVIEW: Scope.OWN_COUNTRY,
            LISTING_VIEW: Scope.OWN_COUNTRY,
            LISTING_REVIEW: Scope.OWN_COUNTRY,
        },
        kinds=("member_ngo", "secretariat"),
    ),
    Role(
        "monitoring.analyst",
        mark("Analyst of figures"),
        {FIGURES_VIEW: Scope.ALL, EXPORT: Scope.ALL},
        kinds=("secretariat",),
    ),
    Role(
        "monitoring.board",
        mark("Member of the publication board"),
        {LISTING_VIEW: Scope.ALL, LISTING_VOTE: Scope.ALL},
        kinds=("member_ngo", "secretariat", "research_centre", "regional_council"),
    ),
)
