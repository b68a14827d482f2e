"""Who gets through which door: every route, every role, their own records and those of others.

Written from what each page is for (design, section "Roles"), not from what the code answers. Two worlds:
RU is an NGO of Russia with its coordinator, its legal officer and two named verifiers; KG is another NGO in
another country with its own. `monitor` reports for the Russian NGO; `other` for a second one of Russia.
"""

from dataclasses import dataclass

PUBLIC_ROLE = "anonymous"
NEWCOMER = "newcomer"
"""A monitor of the Russian NGO who has not yet accepted the code of conduct."""

EVERYBODY = frozenset(
    {
        *("anonymous", "newcomer", "member", "org_admin", "kg_admin", "admin"),
        *("monitor", "other", "kg_monitor", "coordinator", "kg_coordinator"),
        *("first", "second", "insider", "idle", "lawyer", "kg_lawyer", "custodian", "analyst"),
    }
)
SIGNED_IN = EVERYBODY - {"anonymous"}
NOBODY: frozenset[str] = frozenset()

MONITORS = frozenset({"monitor", "newcomer", "other", "kg_monitor"})
COORDINATORS = frozenset({"coordinator", "kg_coordinator"})
VERIFIERS = frozenset({"first", "second", "insider", "idle"})
LAWYERS = frozenset({"lawyer", "kg_lawyer"})
ORGANISATION_ADMINS = frozenset({"org_admin", "kg_admin"})
ADMIN = frozenset({"admin"})


@dataclass(frozen=True)
class Door:
    """One page: who holds its permission at all, and whom the Russian and the Kyrgyz record let in.

    `ru` and `kg` are None where the page has no record. Whoever holds the permission but not for this record
    finds nothing there (404); whoever does not hold it is refused (403). Pages between
    the two factors lead whoever has shown none to the sign-in.
    """

    holders: frozenset[str]
    ru: frozenset[str] | None = None
    kg: frozenset[str] | None = None
    conduct: bool = True
    leads_to_sign_in: frozenset[str] = NOBODY

    @property
    def worlds(self) -> tuple[str, ...]:
        """Where to knock: at both records, or once where there is none."""
        return ("ru",) if self.ru is None else ("ru", "kg")

    def expected(self, who: str, world: str) -> str:
        """ok, sign_in, conduct, refused or absent."""
        if who not in self.holders:
            return "sign_in" if who == PUBLIC_ROLE else "refused"
        if who == NEWCOMER and self.conduct:
            return "conduct"
        if who in self.leads_to_sign_in:
            return "sign_in"
        let_in = {"ru": self.ru, "kg": self.kg}[world]
        return "ok" if let_in is None or who in let_in else "absent"


OPEN = Door(EVERYBODY, conduct=False)
OWN_ACCOUNT = Door(SIGNED_IN, conduct=False)
WORK = Door(SIGNED_IN)
BETWEEN_FACTORS = Door(EVERYBODY, conduct=False, leads_to_sign_in=frozenset({"anonymous"}))
INVITATION = Door(EVERYBODY, EVERYBODY, NOBODY, conduct=False)
ABOUT_MEMBER = Door(SIGNED_IN, frozenset({"member"}), NOBODY, conduct=False)

PEOPLE = Door(
    ORGANISATION_ADMINS | ADMIN, frozenset({"org_admin", "admin"}), frozenset({"kg_admin", "admin"})
)
PEOPLE_LIST = Door(ORGANISATION_ADMINS | ADMIN)
ORGANISATION = PEOPLE
ORGANISATIONS = PEOPLE_LIST
NETWORK = Door(ADMIN)

WRITING = Door(MONITORS)
DRAFT = Door(MONITORS, frozenset({"monitor"}), frozenset({"kg_monitor"}))
READERS = MONITORS | COORDINATORS | VERIFIERS | LAWYERS | {"custodian"}
REPORTS = Door(READERS)
REPORT = Door(
    READERS,
    frozenset({"monitor", "coordinator", "first", "second", "lawyer", "custodian"}),
    frozenset({"kg_monitor", "kg_coordinator", "insider", "kg_lawyer"}),
)
ORIGINAL = Door(
    READERS,
    frozenset({"monitor", "coordinator", "custodian"}),
    frozenset({"kg_monitor", "kg_coordinator", "kg_lawyer"}),
)
UPLOAD = Door(SIGNED_IN, DRAFT.ru, DRAFT.kg)
SORTING = Door(COORDINATORS, frozenset({"coordinator"}), frozenset({"kg_coordinator"}))
VERIFYING = Door(VERIFIERS, frozenset({"first", "second"}), frozenset({"insider"}))
MOVE_OF_COORDINATOR = Door(READERS, SORTING.ru, SORTING.kg)
MOVE_OF_MONITOR = Door(READERS, DRAFT.ru, DRAFT.kg)
MOVE_OF_VERIFIER = Door(READERS, VERIFYING.ru, VERIFYING.kg)
NO_MOVE = Door(READERS, NOBODY, NOBODY)
REGISTER = Door(COORDINATORS | VERIFIERS | LAWYERS)
KEEPING = Door(COORDINATORS)
DOSSIERS = Door(COORDINATORS | LAWYERS)
DOSSIER = Door(
    COORDINATORS | LAWYERS, frozenset({"coordinator", "lawyer"}), frozenset({"kg_coordinator", "kg_lawyer"})
)
APPROVING = Door(LAWYERS, frozenset({"lawyer"}), frozenset({"kg_lawyer"}))

IDENTITIES = Door(MONITORS | {"custodian"})
IDENTITY = Door(IDENTITIES.holders, frozenset({"monitor", "custodian"}), frozenset({"kg_monitor"}))
MEMBERS = Door(
    SIGNED_IN,
    frozenset({"newcomer", "monitor", "coordinator", "insider", "org_admin", "member", "custodian"}),
    frozenset({"kg_monitor", "kg_coordinator", "second", "idle", "kg_lawyer", "kg_admin"}),
)
HOLDING = Door(
    ORGANISATION_ADMINS | {"custodian"}, frozenset({"org_admin", "custodian"}), frozenset({"kg_admin"})
)

Key = tuple[str, str, str]
"""Endpoint, method, and which of several variants of the address ("" where there is one)."""


def _both(endpoint: str, door: Door, variant: str = "") -> dict[Key, Door]:
    return {(endpoint, "GET", variant): door, (endpoint, "POST", variant): door}


DOORS: dict[Key, Door] = {
    ("root.choose_language", "GET", ""): OPEN,
    ("root.health", "GET", ""): OPEN,
    ("root.live", "GET", ""): OPEN,
    ("static", "GET", ""): OPEN,
    ("pattern.show", "GET", ""): OPEN,
    ("pages.home", "GET", ""): OPEN,
    ("pages.results", "GET", ""): OPEN,
    ("pages.conduct", "GET", ""): OPEN,
    ("pages.dashboard", "GET", ""): WORK,
    **_both("account.sign_in", OPEN),
    **_both("account.second_factor", BETWEEN_FACTORS),
    **_both("account.recovery", BETWEEN_FACTORS),
    **_both("account.second_factor_setup", BETWEEN_FACTORS),
    **_both("account.security_key", BETWEEN_FACTORS),
    **_both("account.invitation", INVITATION),
    **_both("account.reset", INVITATION),
    ("account.cannot_get_in", "GET", ""): OPEN,
    ("account.help_asked", "GET", ""): ABOUT_MEMBER,
    ("account.not_me", "POST", ""): ABOUT_MEMBER,
    **_both("account.security_keys", OWN_ACCOUNT),
    ("account.remove_security_key", "POST", ""): OWN_ACCOUNT,
    ("account.sign_out", "POST", ""): OPEN,
    ("account.signed_out", "GET", ""): OPEN,
    ("account.quick_exit", "GET", ""): OPEN,
    ("account.overview", "GET", ""): OWN_ACCOUNT,
    **_both("account.conduct", OWN_ACCOUNT),
    **_both("account.confirm", OWN_ACCOUNT),
    **_both("account.password", OWN_ACCOUNT),
    **_both("account.recovery_codes", OWN_ACCOUNT),
    ("account.language", "POST", ""): OWN_ACCOUNT,
    ("account.sign_ins", "GET", ""): OWN_ACCOUNT,
    ("account.end_sign_in", "POST", ""): OWN_ACCOUNT,
    ("account.end_other_sign_ins", "POST", ""): OWN_ACCOUNT,
    ("account.notifications", "GET", ""): OWN_ACCOUNT,
    ("account.notifications_read", "POST", ""): OWN_ACCOUNT,
    ("admin.index", "GET", ""): NETWORK,
    ("admin.plugins", "GET", ""): NETWORK,
    ("admin.settings", "GET", ""): NETWORK,
    ("admin.change_settings", "POST", ""): NETWORK,
    ("admin.jobs", "GET", ""): NETWORK,
    ("admin.retry", "POST", ""): Door(ADMIN, ADMIN, NOBODY),
    ("admin.drop", "POST", ""): Door(ADMIN, ADMIN, NOBODY),
    ("people.index", "GET", ""): PEOPLE_LIST,
    ("people.person", "GET", ""): PEOPLE,
    **_both("people.invite", PEOPLE_LIST),
    ("people.revoke", "POST", ""): PEOPLE,
    **_both("people.roles", PEOPLE),
    ("people.leave", "POST", ""): PEOPLE,
    **_both("people.help_back", PEOPLE),
    ("people.reset", "GET", ""): PEOPLE,
    ("people.approve_reset", "POST", ""): PEOPLE,
    ("people.cancel_reset", "POST", ""): PEOPLE,
    **_both("people.disable", PEOPLE),
    ("organisations.index", "GET", ""): ORGANISATIONS,
    ("organisations.page", "GET", ""): ORGANISATION,
    **_both("organisations.add", NETWORK),
    **_both("organisations.rename", NETWORK),
    **_both("organisations.close", NETWORK),
    ("organisations.reopen", "POST", ""): NETWORK,
    ("vault.index", "GET", ""): WORK,
    ("vault.state", "GET", ""): MEMBERS,
    **_both("vault.lock", MEMBERS),
    **_both("vault.unlock", HOLDING),
    **_both("vault.begin", HOLDING),
    **_both("vault.new_sheet", HOLDING),
    **_both("vault.confirm_sheet", HOLDING),
    **_both("vault.restore", HOLDING),
    **_both("vault.join", HOLDING),
    **_both("vault.let_in", HOLDING),
    ("vault.refuse", "POST", ""): HOLDING,
    **_both("vault.withdraw", HOLDING),
    ("uploads.begin", "POST", ""): WORK,
    ("uploads.state", "GET", ""): UPLOAD,
    ("uploads.piece", "POST", ""): UPLOAD,
    ("uploads.finish", "POST", ""): UPLOAD,
    ("monitoring.index", "GET", ""): REPORTS,
    ("monitoring.reports", "GET", ""): REPORTS,
    ("monitoring.report", "GET", ""): REPORT,
    ("monitoring.photo", "GET", ""): REPORT,
    ("monitoring.original", "POST", ""): ORIGINAL,
    ("monitoring.new", "GET", ""): WRITING,
    **_both("monitoring.contact", DRAFT),
    ("monitoring.identity", "GET", ""): IDENTITY,
    **_both("monitoring.erase_contact", IDENTITY),
    **_both("monitoring.contacts", IDENTITIES),
    ("monitoring.start", "POST", ""): WRITING,
    ("monitoring.take_in", "GET", ""): WRITING,
    ("monitoring.judge_intake", "POST", ""): WRITING,
    ("monitoring.batch", "GET", ""): DRAFT,
    ("monitoring.confirm_batch", "POST", ""): DRAFT,
    ("monitoring.xlsform", "GET", ""): WRITING,
    ("monitoring.draft", "GET", ""): DRAFT,
    **_both("monitoring.step", DRAFT),
    ("monitoring.items", "GET", ""): DRAFT,
    **_both("monitoring.item", DRAFT),
    ("monitoring.remove", "POST", ""): DRAFT,
    ("monitoring.draft_photo", "GET", ""): DRAFT,
    **_both("monitoring.check", DRAFT),
    ("monitoring.sent", "GET", ""): DRAFT,
    ("monitoring.move", "POST", "take"): MOVE_OF_COORDINATOR,
    ("monitoring.move", "POST", "ask"): MOVE_OF_COORDINATOR,
    ("monitoring.move", "POST", "reject"): MOVE_OF_COORDINATOR,
    ("monitoring.move", "POST", "verify"): MOVE_OF_COORDINATOR,
    ("monitoring.move", "POST", "answer"): MOVE_OF_MONITOR,
    ("monitoring.move", "POST", "withdraw"): MOVE_OF_MONITOR,
    ("monitoring.move", "POST", "send_back"): MOVE_OF_VERIFIER,
    ("monitoring.move", "POST", "confirm_verified"): NO_MOVE,
    **_both("monitoring.verifiers", SORTING),
    **_both("monitoring.report_employer", SORTING),
    ("monitoring.link_employer", "POST", ""): SORTING,
    **_both("monitoring.judge", VERIFYING),
    **_both("monitoring.confirm", VERIFYING),
    ("monitoring.employers", "GET", ""): REGISTER,
    ("monitoring.queue", "GET", ""): Door(COORDINATORS),
    ("monitoring.figures", "GET", ""): Door(COORDINATORS | {"analyst"}),
    ("monitoring.figures_file", "GET", ""): Door(frozenset({"analyst"})),
    ("monitoring.public_figures", "GET", ""): Door(EVERYBODY, NOBODY, NOBODY, conduct=False),
    ("monitoring.employer", "GET", ""): REGISTER,
    **_both("monitoring.new_employer", KEEPING),
    **_both("monitoring.change_employer", KEEPING),
    **_both("monitoring.employer_part", KEEPING),
    **_both("monitoring.remove_part", KEEPING),
    ("monitoring.duplicates", "GET", ""): KEEPING,
    **_both("monitoring.merge_employers", KEEPING),
    **_both("monitoring.unmerge", KEEPING),
    **_both("monitoring.tell_apart", KEEPING),
    ("monitoring.take_back_apart", "POST", ""): KEEPING,
    ("monitoring.dossiers", "GET", ""): DOSSIERS,
    ("monitoring.dossier", "GET", ""): DOSSIER,
    ("monitoring.dossier_pdf", "GET", ""): DOSSIER,
    **_both("monitoring.write_dossier", SORTING),
    ("monitoring.approve_dossier", "POST", ""): APPROVING,
    ("monitoring.propose_dossier", "POST", ""): SORTING,
    ("monitoring.sent_dossier", "POST", ""): SORTING,
    ("monitoring.registered_dossier", "POST", ""): SORTING,
    ("monitoring.answered_dossier", "POST", ""): SORTING,
    ("monitoring.dossier_docx", "GET", ""): DOSSIER,
    ("monitoring.dossier_zip", "GET", ""): DOSSIER,
    ("monitoring.renew_dossier", "POST", ""): SORTING,
    ("monitoring.forwarded_dossier", "POST", ""): SORTING,
    ("monitoring.extended_dossier", "POST", ""): SORTING,
    ("monitoring.outcome_dossier", "POST", ""): SORTING,
    ("monitoring.move_dossier", "POST", "complain"): SORTING,
    ("monitoring.move_dossier", "POST", "appeal"): SORTING,
    ("monitoring.move_dossier", "POST", "close"): SORTING,
    ("monitoring.move_dossier", "POST", "withdraw"): SORTING,
    ("monitoring.share_dossier", "POST", ""): SORTING,
    ("monitoring.close_link", "POST", ""): SORTING,
    ("monitoring.decide_answer", "POST", ""): SORTING,
    **_both("monitoring.shared", INVITATION),
    ("monitoring.shared_pdf", "GET", ""): INVITATION,
    ("monitoring.shared_zip", "GET", ""): INVITATION,
    **_both("monitoring.verify_dossier", OPEN),
    ("monitoring.signing_keys", "GET", ""): OPEN,
}

UNAUDITED = {
    "monitoring.shared": "whoever answers has no account; audited and tested in monitoring/test_sharing.py",
    "monitoring.verify_dossier": "compares a file and keeps nothing",
    "monitoring.original": "opens with keys alone; tested in tests/core/attachments/test_originals.py",
    "uploads.piece": "a piece alone is nothing yet; beginning and finishing an upload are audited",
    "account.notifications_read": "that somebody has read their notices proves nothing",
    "account.sign_in": "the first factor alone opens nothing; a full sign-in is audited where it ends",
    "account.second_factor": "tested with sign-in, in tests/core/accounts",
    "account.second_factor_setup": "tested with sign-in, in tests/core/accounts",
    "account.recovery": "tested with sign-in, in tests/core/accounts",
    "account.recovery_codes": "tested with the own account, in tests/core/accounts",
    "account.confirm": "tested with the own account, in tests/core/accounts",
    "account.password": "tested with the own account, in tests/core/accounts",
    "account.security_key": "tested with a virtual key, in tests/browser",
    "account.security_keys": "tested with a virtual key, in tests/browser",
    "account.remove_security_key": "tested with a virtual key, in tests/browser",
    "account.reset": "tested with the way back in, in tests/core/accounts",
    "account.invitation": "tested with invitations, in tests/core/accounts",
    **dict.fromkeys(
        (
            *("vault.begin", "vault.new_sheet", "vault.confirm_sheet", "vault.restore", "vault.join"),
            *("vault.let_in", "vault.withdraw", "vault.unlock"),
        ),
        "takes open keys or a password; tested in tests/core/vault/test_pages.py",
    ),
    "monitoring.judge_intake": "takes files; tested in tests/plugins/monitoring/test_intake.py",
    "monitoring.contacts": "takes open keys; tested in tests/plugins/monitoring/test_identities.py",
    "account.sign_out": "ending one's own sign-in opens nothing to anybody",
}
"""Routes that change something and leave no entry here, each with its reason."""
