"""What the addresses of monitoring are about: a draft, a report with its dossier, an employer, an entry of the list."""

from datetime import date
from uuid import UUID

from answers import ANSWERS
from network import Network
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.toolkit import Actor, new_id, now
from doors.door import Records, World
from plugins.monitoring.dossier.letter import payload
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
    identities,
    intake,
    merging,
    register,
    sharing,
    triage,
)

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
        "api.monitoring.reports.one": {"key": UUID(int=1)},
        "api.monitoring.public_list.one": {"key": "P-0"},
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


def some_norm(name: str) -> Norm:
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
    made = some_norm(name)
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
