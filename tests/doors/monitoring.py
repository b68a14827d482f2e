"""The doors of monitoring: reports, verification, the register of employers, dossiers, figures."""

from uuid import uuid4

from answers import ANSWERS, fields
from network import Network

from doors.door import EVERYBODY, INVITATION, NOBODY, OPEN, Door, Key, Success, both, resource
from doors.monitoring_records import records, some_norm
from doors.monitoring_stages import stage

__all__ = ["DOORS", "UNAUDITED", "VARIANTS", "records", "stage", "successes"]

MONITORS = frozenset({"monitor", "newcomer", "other", "kg_monitor"})
COORDINATORS = frozenset({"coordinator", "kg_coordinator"})
VERIFIERS = frozenset({"first", "second", "insider", "idle"})
LAWYERS = frozenset({"lawyer", "kg_lawyer"})

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

CUSTODIAN = frozenset({"custodian"})
IDENTITY = Door(MONITORS | CUSTODIAN, frozenset({"monitor", "custodian"}), frozenset({"kg_monitor"}))
NORMS = Door(COORDINATORS | VERIFIERS | LAWYERS)
LISTING = Door(
    COORDINATORS | LAWYERS | {"board"},
    frozenset({"coordinator", "lawyer", "board"}),
    frozenset({"kg_coordinator", "kg_lawyer", "board"}),
)
DOSSIER_OF_LIST = Door(LISTING.holders, DOSSIER.ru, DOSSIER.kg)
VOTING = Door(frozenset({"board"}), frozenset({"board"}), frozenset({"board"}))
OFF = Door(EVERYBODY, NOBODY, NOBODY, conduct=False)
DOORS: dict[Key, Door] = {
    ("monitoring.index", "GET", ""): REPORTS,
    ("monitoring.reports", "GET", ""): REPORTS,
    ("monitoring.report", "GET", ""): REPORT,
    ("monitoring.photo", "GET", ""): REPORT,
    ("monitoring.original", "POST", ""): ORIGINAL,
    ("monitoring.new", "GET", ""): WRITING,
    **both("monitoring.contact", DRAFT),
    ("monitoring.identity", "GET", ""): IDENTITY,
    **both("monitoring.erase_contact", IDENTITY),
    **both("monitoring.contacts", Door(CUSTODIAN)),
    ("monitoring.ask_identity", "POST", ""): IDENTITY,
    ("monitoring.decide_identity", "POST", ""): Door(CUSTODIAN, CUSTODIAN, NOBODY),
    ("monitoring.identity_requests", "GET", ""): Door(CUSTODIAN),
    **both("monitoring.withdraw_consent", IDENTITY),
    ("monitoring.told_dossier", "POST", ""): SORTING,
    ("monitoring.norms", "GET", ""): NORMS,
    ("monitoring.norm", "GET", ""): NORMS,
    **both("monitoring.new_norm", Door(LAWYERS)),
    ("monitoring.amend_norm", "POST", ""): APPROVING,
    ("monitoring.review_norm", "POST", ""): APPROVING,
    ("monitoring.start", "POST", ""): WRITING,
    ("monitoring.take_in", "GET", ""): WRITING,
    ("monitoring.judge_intake", "POST", ""): WRITING,
    ("monitoring.batch", "GET", ""): DRAFT,
    ("monitoring.confirm_batch", "POST", ""): DRAFT,
    ("monitoring.xlsform", "GET", ""): WRITING,
    ("monitoring.forms", "GET", ""): OPEN,
    ("monitoring.draft", "GET", ""): DRAFT,
    **both("monitoring.step", DRAFT),
    ("monitoring.items", "GET", ""): DRAFT,
    **both("monitoring.item", DRAFT),
    ("monitoring.remove", "POST", ""): DRAFT,
    ("monitoring.draft_photo", "GET", ""): DRAFT,
    **both("monitoring.check", DRAFT),
    ("monitoring.sent", "GET", ""): DRAFT,
    ("monitoring.move", "POST", "take"): MOVE_OF_COORDINATOR,
    ("monitoring.move", "POST", "ask"): MOVE_OF_COORDINATOR,
    ("monitoring.move", "POST", "reject"): MOVE_OF_COORDINATOR,
    ("monitoring.move", "POST", "verify"): MOVE_OF_COORDINATOR,
    ("monitoring.move", "POST", "answer"): MOVE_OF_MONITOR,
    ("monitoring.move", "POST", "withdraw"): Door(READERS, IDENTITY.ru, IDENTITY.kg),
    ("monitoring.move", "POST", "send_back"): MOVE_OF_VERIFIER,
    ("monitoring.move", "POST", "confirm_verified"): NO_MOVE,
    **both("monitoring.verifiers", SORTING),
    **both("monitoring.report_employer", SORTING),
    ("monitoring.link_employer", "POST", ""): SORTING,
    **both("monitoring.judge", VERIFYING),
    **both("monitoring.confirm", VERIFYING),
    ("monitoring.employers", "GET", ""): REGISTER,
    ("monitoring.queue", "GET", ""): Door(COORDINATORS),
    ("monitoring.figures", "GET", ""): Door(COORDINATORS | {"analyst"}),
    ("monitoring.figures_file", "GET", ""): Door(frozenset({"analyst"})),
    ("monitoring.public_figures", "GET", ""): Door(EVERYBODY, NOBODY, NOBODY, conduct=False),
    ("monitoring.employer", "GET", ""): REGISTER,
    **both("monitoring.new_employer", KEEPING),
    **both("monitoring.change_employer", KEEPING),
    **both("monitoring.employer_part", KEEPING),
    **both("monitoring.remove_part", KEEPING),
    ("monitoring.duplicates", "GET", ""): KEEPING,
    **both("monitoring.merge_employers", KEEPING),
    **both("monitoring.unmerge", KEEPING),
    **both("monitoring.tell_apart", KEEPING),
    ("monitoring.take_back_apart", "POST", ""): KEEPING,
    ("monitoring.dossiers", "GET", ""): DOSSIERS,
    ("monitoring.dossier", "GET", ""): DOSSIER,
    ("monitoring.dossier_pdf", "GET", ""): DOSSIER,
    **both("monitoring.write_dossier", SORTING),
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
    **both("monitoring.shared", INVITATION),
    ("monitoring.shared_pdf", "GET", ""): INVITATION,
    ("monitoring.shared_zip", "GET", ""): INVITATION,
    **both("monitoring.verify_dossier", OPEN),
    ("monitoring.signing_keys", "GET", ""): OPEN,
    # The public list: off here, so that strangers find nothing; what they find where it is on: test_listings_shown.py.
    **{
        (f"monitoring.published{name}", "GET", ""): OFF
        for name in ("", "_entry", "_json", "_csv", "_sitemap", "_badge", "_corrections")
    },
    **both("monitoring.published_dispute", OFF),
    ("monitoring.listings", "GET", ""): Door(LISTING.holders),
    ("monitoring.listing", "GET", ""): LISTING,
    ("monitoring.listing_paper", "GET", ""): Door(LISTING.holders, NOBODY, NOBODY),
    **both("monitoring.new_listing", Door(COORDINATORS)),
    **both("monitoring.new_decision", Door(COORDINATORS)),
    ("monitoring.describe_listing", "POST", ""): DOSSIER_OF_LIST,
    **{
        (f"monitoring.{name}", "POST", ""): APPROVING
        for name in (
            *("risk_listing", "clear_listing", "announce_listing", "extend_listing", "reply_listing"),
            *("submit_listing", "ask_again_listing", "answer_dispute"),
        )
    },
    ("monitoring.vote_listing", "POST", ""): VOTING,
    ("monitoring.indicators_listing", "POST", ""): VOTING,
    ("monitoring.renew_listing", "POST", ""): SORTING,
    **{
        ("monitoring.move_listing", "POST", name): Door(LISTING.holders, APPROVING.ru, APPROVING.kg)
        for name in ("review", "send_back", "reject", "suspend", "lift", "annul", "remedy")
    },
    **resource("monitoring.reports", "POST", "PATCH"),
    **resource("monitoring.public_list"),
    ("monitoring.move_listing", "POST", "halt"): Door(LISTING.holders, VOTING.ru, VOTING.kg),
}

UNAUDITED = {
    "api.monitoring.reports": "asked with a token in tests/core/test_rest.py, which looks at the entries",
    "monitoring.shared": "whoever answers has no account; audited and tested in monitoring/test_sharing.py",
    "monitoring.verify_dossier": "compares a file and keeps nothing",
    "monitoring.original": "opens with keys alone; tested in tests/core/attachments/test_originals.py",
    "monitoring.judge_intake": "takes files; tested in tests/plugins/monitoring/test_intake.py",
    "monitoring.contacts": "takes open keys; tested in tests/plugins/monitoring/test_identities.py",
    "monitoring.published_dispute": "whoever disputes has no account; audited in monitoring/test_listings_shown.py",
    **dict.fromkeys(
        (
            f"monitoring.{name}"
            for name in (
                *("new_listing", "new_decision", "clear_listing", "announce_listing", "submit_listing"),
                *("ask_again_listing", "vote_listing", "renew_listing"),
            )
        ),
        "needs an entry whose gates hold; audited and tested in monitoring/test_listings.py",
    ),
}
"""Routes that change something and leave no entry here, each with its reason."""

VARIANTS = dict.fromkeys(("monitoring.move", "monitoring.move_dossier", "monitoring.move_listing"), "name")
"""Which part of the address the variant of a door stands for."""


def successes(net: Network) -> dict[str, Success]:
    """For each changing route: who succeeds, with which form, in which variant."""
    named = {each: str(net.people[each]) for each in ("first", "second")}
    today = "1.3.2026"
    said = {"citation": "ТК, ст. 2", "text": "", "edition": today, "source": "Кодекс"}
    seen = some_norm("ru").fingerprint
    compared = {"seen": seen, "checked_on": today, "checked_in": "Кодекс"}
    report, draft, letter = ({"revision": each} for each in ("2", "1", "1"))
    return {
        "monitoring.contact": ("monitor", {"name": "Айгүл"}, ""),
        "monitoring.erase_contact": ("custodian", {}, ""),
        "monitoring.ask_identity": ("monitor", {"reason": "Просят о встрече."}, ""),
        "monitoring.decide_identity": ("custodian", {}, ""),
        "monitoring.withdraw_consent": ("monitor", {"uses": ["statistics"], "revision": "3"}, ""),
        "monitoring.told_dossier": ("coordinator", {"reason": "Письмом."}, ""),
        "monitoring.new_norm": ("lawyer", said | {"violation": "violence", "country": "RU"}, ""),
        "monitoring.amend_norm": ("lawyer", said, ""),
        "monitoring.review_norm": ("lawyer", compared, ""),
        "monitoring.start": ("monitor", {"draft_id": str(uuid4())}, ""),
        "monitoring.confirm_batch": ("monitor", {}, ""),
        "monitoring.step": ("monitor", fields(ANSWERS["employer"]) | draft, ""),
        "monitoring.item": ("monitor", fields(ANSWERS["allegations"][0]) | draft, ""),
        "monitoring.remove": ("monitor", draft, ""),
        "monitoring.check": ("monitor", draft, ""),
        "monitoring.move": ("coordinator", report | {"revision": "3", "reason": "Что?"}, "ask"),
        "monitoring.verifiers": ("coordinator", named | report | {"revision": "3"}, ""),
        "monitoring.report_employer": (
            "coordinator",
            {"legal_name": "ООО «Новое»", "country": "RU", "revision": "3"},
            "",
        ),
        "monitoring.link_employer": ("coordinator", {"revision": "3"}, ""),
        "monitoring.new_employer": ("coordinator", {"legal_name": "ООО «Новое»", "country": "RU"}, ""),
        "monitoring.change_employer": (
            "coordinator",
            {"legal_name": "ООО «Иное»", "country": "RU", "reason": "Выписка.", "revision": "3"},
            "",
        ),
        "monitoring.employer_part": (
            "coordinator",
            {"label": "Склад", "reason": "Видели.", "revision": "3"},
            "",
        ),
        "monitoring.remove_part": ("coordinator", {"reason": "Ошибка.", "revision": "3"}, ""),
        "monitoring.merge_employers": (
            "coordinator",
            {"reason": "Одно и то же.", "revision": "1", "other_revision": "3"},
            "",
        ),
        "monitoring.tell_apart": ("coordinator", {"reason": "Другой город."}, ""),
        "monitoring.take_back_apart": ("coordinator", {}, ""),
        "monitoring.unmerge": ("coordinator", {"reason": "Ошиблись."}, ""),
        "monitoring.judge": ("first", {"revision": "4", "verdict-0": "unverified", "reason-0": "Нет."}, ""),
        "monitoring.confirm": ("second", {"revision": "5"}, ""),
        "monitoring.write_dossier": ("coordinator", {"addressee": "police", "status_risk": "agreed"}, ""),
        "monitoring.approve_dossier": ("lawyer", letter, ""),
        "monitoring.propose_dossier": ("coordinator", letter, ""),
        "monitoring.sent_dossier": ("coordinator", {"day": today, "channel": "epgu", "revision": "2"}, ""),
        "monitoring.registered_dossier": ("coordinator", {"day": today, "number": "1", "revision": "3"}, ""),
        "monitoring.answered_dossier": ("coordinator", {"reason": "Да.", "revision": "4"}, ""),
        "monitoring.renew_dossier": ("coordinator", {"revision": "1"}, ""),
        "monitoring.forwarded_dossier": (
            "coordinator",
            {"day": today, "to": "fns_sfr", "revision": "4"},
            "",
        ),
        "monitoring.extended_dossier": ("coordinator", {"until": "20.4.2026", "revision": "4"}, ""),
        "monitoring.outcome_dossier": (
            "coordinator",
            {"day": today, "outcome": "fine", "currency": "", "revision": "5"},
            "",
        ),
        "monitoring.move_dossier": ("coordinator", {"reason": "Просят.", "revision": "4"}, "withdraw"),
        "monitoring.share_dossier": ("coordinator", {"recipient": "ГИТ", "days": "7"}, ""),
        "monitoring.close_link": ("coordinator", {}, ""),
        "monitoring.decide_answer": ("coordinator", {"decision": "aside"}, ""),
        "monitoring.describe_listing": ("coordinator", letter | {"register_source": "ЕГРЮЛ"}, ""),
        "monitoring.risk_listing": ("lawyer", letter | {"answer": "none"}, ""),
        "monitoring.extend_listing": ("lawyer", letter, ""),
        "monitoring.reply_listing": ("lawyer", letter | {"kind": "full", "text": "Погасим."}, ""),
        "monitoring.answer_dispute": ("lawyer", letter | {"text": "Есть документы."}, ""),
        "monitoring.indicators_listing": ("board", letter | {"indicators": "ilo08"}, ""),
        "monitoring.move_listing": ("lawyer", letter | {"reason": "Мало фактов."}, "reject"),
    }
