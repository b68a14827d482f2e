"""The doors of monitoring: reports, verification, the register of employers, dossiers, figures."""

from datetime import date
from uuid import UUID, uuid4

from answers import ANSWERS, fields
from network import Network
from sqlalchemy import select
from sqlalchemy.orm import Session

from core import approvals
from core.toolkit import Actor, new_id, now
from doors.door import EVERYBODY, INVITATION, NOBODY, OPEN, Door, Key, Records, Success, World, both
from plugins.monitoring.dossier.letter import canonical, payload
from plugins.monitoring.intake.survey import Candidate
from plugins.monitoring.models import (
    Dispute,
    Dossier,
    Employer,
    Evidence,
    IdentityRequest,
    Listing,
    Norm,
    Report,
)
from plugins.monitoring.services import (
    bundles,
    composing,
    dossiers,
    identities,
    intake,
    merging,
    register,
    sharing,
    triage,
)

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
    ("monitoring.move_listing", "POST", "halt"): Door(LISTING.holders, VOTING.ru, VOTING.kg),
}

UNAUDITED = {
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

KYRGYZ = {
    "employer": ANSWERS["employer"] | {"country": "KG", "region": "KG-O", "scheme": "", "identifier": ""}
}


def records(world: World) -> Records:
    """A draft, a report with its dossier, an employer and a dry run; what each address of the plugin is about."""
    net = world.net
    steps = KYRGYZ if world.name == "kg" else {}
    draft, report = (make(world.monitor, photo=True, **steps) for make in (net.draft, net.sent))
    with net.app.app_context(), net.site.database.transaction() as session:
        actor = net.actor(session, world.coordinator)
        row = session.get_one(Report, report)
        triage.move(session, actor, row, "take", revision=row.revision)
        row.verifier_id, row.second_verifier_id = (net.people.get(each) for each in world.verifiers)
        photo = session.scalars(select(Evidence.attachment_id).where(Evidence.report_id == report)).one()
        answers = session.get_one(Report, draft).answers or {}
        employer = triage.register_employer(session, actor, f"ООО «{world.place}»", "RU", "", "", "")
        register_rows = _register(session, actor, employer)
        listed = _listing(session, world, employer)
        waiting = {"batch_id": _batch(session, net, world.monitor, world.place)}
    letter = _letter(net, report, world.coordinator)
    one_draft, one_report, one_letter = {"report_id": draft}, {"report_id": report}, {"dossier_id": letter}
    item = one_draft | {"name": "allegations", "position": 0}
    return {
        **{f"monitoring.{name}": one_draft for name in ("draft", "check", "sent")},
        "monitoring.step": one_draft | {"name": "employer"},
        "monitoring.items": one_draft | {"name": "allegations"},
        "monitoring.item": item,
        "monitoring.remove": item,
        "monitoring.draft_photo": one_draft | {"attachment_id": answers["evidence"][0]["attachment"]},
        **{
            f"monitoring.{name}": one_report
            for name in (
                "report",
                "move",
                "verifiers",
                "report_employer",
                "judge",
                "confirm",
                "write_dossier",
            )
        },
        "monitoring.photo": one_report | {"attachment_id": photo, "variant": "page"},
        "monitoring.original": one_report | {"attachment_id": photo},
        "monitoring.link_employer": one_report | {"employer_id": employer.id},
        "monitoring.employer": {"employer_id": employer.id},
        **register_rows,
        **listed,
        **{f"monitoring.{name}": waiting for name in ("batch", "confirm_batch")},
        **{
            f"monitoring.{name}": one_letter
            for name in (
                *("dossier", "dossier_pdf", "approve_dossier", "propose_dossier"),
                *("sent_dossier", "registered_dossier", "answered_dossier", "renew_dossier", "move_dossier"),
                *("dossier_docx", "dossier_zip", "forwarded_dossier", "extended_dossier", "outcome_dossier"),
                *("share_dossier", "told_dossier"),
            )
        },
        **_norm(net, world.name),
        **_contacts(net, world.monitor, report),
        **_shared(net, letter, world.coordinator),
    }


LISTING_DOORS = (
    *("listing", "listing_paper", "describe_listing", "risk_listing", "clear_listing", "announce_listing"),
    *("extend_listing", "reply_listing", "submit_listing", "ask_again_listing", "vote_listing"),
    *("indicators_listing", "renew_listing", "move_listing"),
)


def _listing(session: Session, world: World, employer: Employer) -> Records:
    """A proposed entry of the public list, disputed by somebody."""
    made = Listing(
        reference=f"L-{world.name}", tier="B", employer=employer, country=world.name.upper(),
        organisation_id=world.organisation, proposer_id=world.net.people[world.coordinator],
    )  # fmt: skip
    told = Dispute(listing=made, text="Неправда.", answer_by=date(2026, 12, 31))
    session.add_all([made, told])
    session.flush()
    one = {"listing_id": made.id}
    return {
        **{f"monitoring.{name}": one for name in LISTING_DOORS},
        "monitoring.answer_dispute": one | {"dispute_id": told.id},
        **{f"monitoring.{name}": {"employer_id": employer.id} for name in ("new_listing", "new_decision")},
        **{
            f"monitoring.published_{name}": {"reference": made.reference}
            for name in ("entry", "badge", "dispute")
        },
    }


def _batch(session: Session, net: Network, monitor: str, place: str) -> UUID:
    """A dry run that waits for its confirmation."""
    case = Candidate("К-1", "ООО «Мост»", {"employer": {"name": "ООО «Мост»"}})
    return intake.keep(session, net.actor(session, monitor), [case], net.organisations[place]).id


def _register(session: Session, actor: Actor, employer: Employer) -> Records:
    """An employer with a place, a record merged into it, and another that may be."""
    why = "Так говорят."
    twin, third = (
        triage.register_employer(session, actor, f"{employer.legal_name} {each}", "RU", "", "", "")
        for each in ("два", "три")
    )
    register.add_site(session, actor, employer, "Люберцы", "", revision=1, reason=why)
    edge = merging.merge(session, actor, third.id, employer.id, revisions=(1, 2), reason=why)
    session.flush()
    one, two = {"employer_id": employer.id}, {"employer_id": twin.id, "other_id": employer.id}
    return {
        "monitoring.change_employer": one,
        "monitoring.duplicates": one,
        "monitoring.employer_part": one | {"part": "sites"},
        "monitoring.remove_part": one | {"part": "sites", "part_id": employer.sites[0].id},
        **{f"monitoring.{name}": two for name in ("merge_employers", "tell_apart", "take_back_apart")},
        "monitoring.unmerge": {"merge_id": edge.id},
    }


def _contacts(net: Network, who: str, report_id: UUID) -> Records:
    """A source with a sealed contact."""
    source = {"report_id": report_id, "source_id": net.report(report_id).sources[0].id}
    net.act(who, report_id, _contact, source["source_id"])
    request = IdentityRequest(id=new_id(), asked_by=net.people[who], **source)
    decision = source | {"request_id": request.id, "answer": "refuse"}
    with net.site.database.transaction() as session:
        session.add(request)
    about_source = ("contact", "identity", "erase_contact", "ask_identity", "withdraw_consent")
    return {
        **{f"monitoring.{name}": source for name in about_source},
        "monitoring.decide_identity": decision,
    }


def _some_norm(name: str) -> Norm:
    return Norm(
        id=new_id(),
        code=f"door-{name}",
        violation="wage_arrears",
        country="KG" if name == "kg" else "RU",
        citation="ТК, ст. 1",
        text="",
        edition=date(2026, 1, 1),
        source="",
    )


def _norm(net: Network, name: str) -> Records:
    """A norm of the country."""
    made = _some_norm(name)
    one = {"norm_id": made.id}
    with net.site.database.transaction() as session:
        session.add(made)
    return {f"monitoring.{each}": one for each in ("norm", "amend_norm", "review_norm")}


def _contact(session: Session, actor: Actor, report: Report, source_id: UUID, revision: int) -> None:
    identities.keep(session, actor, report, source_id, {"name": "Айгүл"})


def _letter(net: Network, report_id: UUID, author: str) -> UUID:
    """A dossier beside a report of any state: here it is only something to open."""
    with net.site.database.transaction() as session:
        made = Dossier(
            id=new_id(), report_id=report_id, version=1, addressee="police", author_id=net.people[author]
        )
        session.add(made)
        return made.id


def _shared(net: Network, letter: UUID, who: str) -> Records:
    """A link to that dossier (in the Kyrgyz world one that is wrong), and an answer that came through it."""
    with net.app.app_context(), net.site.database.transaction() as session:
        mine, actor = session.get_one(Dossier, letter), net.actor(session, who)
        mine.content = payload(composing.compose(session, mine, now().date()))
        mine.pdf, mine.state, mine.status_risk = b"%PDF", "sent", "agreed"
        bundles.freeze(session, mine, net.organisations["most"])
        token = sharing.open_link(session, actor, mine, "ГИТ")
        link = sharing.find(session, token)
        assert link is not None
        answer = sharing.take_answer(session, link, "Принято.")
        link_id, answer_id = link.id, answer.id
    wrong = {"token": token if who == "coordinator" else "no-such-token"}
    one = {"dossier_id": letter}
    return {
        **{f"monitoring.{name}": wrong for name in ("shared", "shared_pdf", "shared_zip")},
        "monitoring.close_link": one | {"link_id": link_id},
        "monitoring.decide_answer": one | {"answer_id": answer_id},
    }


def successes(net: Network) -> dict[str, Success]:
    """For each changing route: who succeeds, with which form, in which variant."""
    named = {each: str(net.people[each]) for each in ("first", "second")}
    today = "1.3.2026"
    said = {"citation": "ТК, ст. 2", "text": "", "edition": today, "source": "Кодекс"}
    seen = _some_norm("ru").fingerprint
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


STAGES = {
    "monitoring.judge": {"report": ("verification", 4)},
    "monitoring.confirm": {"report": ("confirmation", 5)},
    "monitoring.write_dossier": {"report": ("verified", 6)},
    "monitoring.approve_dossier": {"report": ("verified", 6), "dossier": ("drafting", 1)},
    "monitoring.propose_dossier": {"report": ("verified", 6), "dossier": ("drafting", 1)},
    "monitoring.renew_dossier": {"report": ("verified", 6)},
    "monitoring.forwarded_dossier": {"dossier": ("registered", 4)},
    "monitoring.extended_dossier": {"dossier": ("registered", 4)},
    "monitoring.outcome_dossier": {"dossier": ("answered", 5)},
    "monitoring.move_dossier": {"dossier": ("registered", 4)},
    "monitoring.sent_dossier": {"dossier": ("approved", 2)},
    "monitoring.registered_dossier": {"dossier": ("sent", 3)},
    "monitoring.answered_dossier": {"dossier": ("registered", 4)},
}
"""Where the Russian record must stand for a step to succeed."""

LISTING_STAGES = {
    "monitoring.risk_listing": "risk_review",
    "monitoring.extend_listing": "reply_window",
    "monitoring.reply_listing": "reply_window",
    "monitoring.answer_dispute": "disputed",
}
"""The same for its entry of the public list."""


def stage(net: Network, endpoint: str, records: Records) -> None:
    """Put the report and its dossier where the step can succeed."""
    report_id, wanted = records["monitoring.report"]["report_id"], STAGES.get(endpoint, {})
    with net.app.app_context(), net.site.database.transaction() as session:
        listing = session.get_one(Listing, records["monitoring.listing"]["listing_id"])
        listing.state = LISTING_STAGES.get(endpoint, "proposed")
        listing.post_on = listing.email_on = date(2026, 3, 1)
        report = session.get_one(Report, report_id)
        dossier = session.scalars(select(Dossier).where(Dossier.report_id == report_id)).one()
        dossier.registered_on, dossier.answer_by = date(2026, 3, 1), date(2026, 3, 31)
        for name, (state, revision) in wanted.items():
            record = {"report": report, "dossier": dossier}[name]
            record.state, record.revision = state, revision
        if report.state in ("confirmation", "verified"):
            report.allegations[0].verdict = "verified"
            report.allegations[0].state = "verified" if report.state == "verified" else "pending"
        if report.state == "verified":
            report.employer = session.scalars(select(Employer)).first()
        dossier.consent_lost_at = now() if endpoint == "monitoring.told_dossier" else None
        session.flush()
        _approval(session, net, dossier)


def _approval(session: Session, net: Network, dossier: Dossier) -> None:
    """What the two-person rule asks for where the dossier stands."""
    author, officer = (net.actor(session, who) for who in ("coordinator", "lawyer"))
    dossier.content = None if dossier.state == "drafting" else {"reference": "RP"}
    text = canonical(dossier.content) if dossier.content else dossiers.content(session, dossier)
    proposal = approvals.propose(session, author, "monitoring.dossier", dossier.id, text)
    if dossier.content:
        approvals.approve(session, officer, proposal, text)
        dossier.content_hash = proposal.content_hash
