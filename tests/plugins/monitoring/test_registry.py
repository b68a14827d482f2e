"""The register of employers, on each database: adding, correcting, merging, and what is said not to be the same."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from network import Network
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.toolkit import Actor, Conflict, Denied, GuardFailed
from plugins.monitoring.models import Alias, Apart, Employer, Identifier, Merge, NameKey, Relation, Site
from plugins.monitoring.register import kin
from plugins.monitoring.register.name_keys import keys
from plugins.monitoring.services import candidates, chronicle, finding, merging, register
from plugins.monitoring.services.register import Facts

WHY = "Так на вывеске."
SBER, YANDEX = "7707083893", "7736207543"


def within(net: Network, act: Callable[[Session, Actor], Any], who: str = "coordinator") -> Any:
    """One act of somebody in one transaction."""
    with net.app.app_context(), net.site.database.transaction() as session:
        return act(session, net.actor(session, who))


def added(net: Network, name: str, *numbers: tuple[str, str], **facts: Any) -> UUID:
    made = within(net, lambda s, a: register.add(s, a, Facts(name, "RU", **facts), numbers))
    found: UUID = made.id
    return found


def merged(net: Network, source: UUID, target: UUID, who: str = "coordinator") -> UUID:
    def act(session: Session, actor: Actor) -> UUID:
        seen = session.get_one(Employer, source).revision, session.get_one(Employer, target).revision
        made = merging.merge(session, actor, source, target, revisions=seen, reason=WHY)
        session.flush()
        return made.id

    found: UUID = within(net, act, who)
    return found


def changed(net: Network, employer_id: UUID, step: Any, *values: Any, **more: Any) -> None:
    def act(session: Session, actor: Actor) -> None:
        found = session.get_one(Employer, employer_id)
        step(session, actor, found, *values, **{"revision": found.revision, "reason": WHY} | more)

    within(net, act)


def proposed(net: Network, name: str, *numbers: tuple[str, str]) -> list[tuple[UUID, str]]:
    with net.site.database.reading() as session:
        found = candidates.proposals(session, [name], numbers)
        return [(each.employer.id, each.why) for each in found]


def test_an_employer_is_added_corrected_and_found_by_each_of_its_names(any_net: Network) -> None:
    net = any_net
    firm = added(net, "ООО «Пробный монтаж»", ("ru-inn", SBER))
    changed(net, firm, register.correct, Facts("ООО «Иной подряд»", "RU", "RU-MOW", "construction", "ru_ooo"))
    changed(net, firm, register.add_name, "Бригада Азамата-Курулуш", "heard")
    changed(net, firm, register.add_number, "ru-ogrn", "1027700132195")
    changed(net, firm, register.add_site, "Люберцы", "RU-MOS")
    with net.site.database.reading() as session:
        found = session.get_one(Employer, firm)
        assert (found.legal_name, found.region, found.revision) == ("ООО «Иной подряд»", "RU-MOW", 5)
        assert [(n.name, n.source) for n in found.names] == [
            ("ООО «Пробный монтаж»", "former"),
            ("Бригада Азамата-Курулуш", "heard"),
        ]
        assert [n.scheme for n in found.identifiers] == ["ru-inn", "ru-ogrn"]
        assert [s.label for s in found.sites] == ["Люберцы"]
        kept = set(session.scalars(select(NameKey.key).where(NameKey.employer_id == firm)))
        assert kept == frozenset().union(*map(keys, (found.legal_name, *found.aliases)))
    for name in ("Монтаж Пробный", "Inoy podryad", "бригада азамата"):
        assert proposed(net, name) == [(firm, "name")], name
    for action in ("add", "rename", "add_name", "add_number", "add_site"):
        assert net.audited(f"monitoring.employer.{action}", firm) == 1, action


def test_what_is_dropped_is_gone_from_the_keys_too(any_net: Network) -> None:
    net = any_net
    firm = added(net, "ООО «Гранит»", ("other", "П-1"))
    changed(net, firm, register.add_name, "Лазурная долина", "paper")
    changed(net, firm, register.add_site, "Химки", "")
    broker = added(net, "Кадры плюс")
    changed(net, broker, register.add_relation, "labour_broker", firm)
    with pytest.raises(GuardFailed):
        changed(net, firm, register.add_relation, "labour_broker", firm)
    for owner, table in ((firm, Alias), (firm, Identifier), (firm, Site), (broker, Relation)):
        with net.site.database.reading() as session:
            part_id = session.scalars(select(table.id)).one()

        def act(
            session: Session, actor: Actor, owner: UUID = owner, table: Any = table, part_id: UUID = part_id
        ) -> None:
            mine, one = session.get_one(Employer, owner), session.get_one(table, part_id)
            register.drop(session, actor, mine, one, revision=mine.revision, reason=WHY)

        within(net, act)
        assert net.count(table) == 0
    assert proposed(net, "Лазурная долина") == []
    assert proposed(net, "Гранит") == [(firm, "name")]


def test_each_change_wants_a_reason_the_right_and_the_revision_that_was_seen(any_net: Network) -> None:
    net = any_net
    firm = added(net, "ООО «Гранит»")
    with pytest.raises(Conflict):
        changed(net, firm, register.add_name, "Иначе", "heard", revision=7)
    with pytest.raises(GuardFailed):
        changed(net, firm, register.add_name, "Иначе", "heard", reason="  ")
    for who in ("monitor", "first", "lawyer", "admin"):
        with pytest.raises(Denied):
            within(net, lambda s, a: register.add(s, a, Facts("ООО «Чужое»", "RU")), who)
        with pytest.raises(Denied):
            within(net, lambda s, a: merging.take_back(s, a, firm, firm), who)
    assert net.count(Employer) == 1
    assert net.count(Alias) == 0


@pytest.mark.parametrize(
    ("form", "number", "person"),
    [
        ("ru_ooo", ("ru-inn", SBER), False),
        ("ru_ip", ("other", "П-1"), True),
        ("", ("ru-ogrnip", "304500116000157"), True),
        ("", ("ru-inn", "500100732259"), True),
    ],
)
def test_a_natural_person_is_known_by_form_or_number(
    net: Network, form: str, number: tuple[str, str], person: bool
) -> None:
    firm = added(net, "Хасанов", number, legal_form=form)
    with net.site.database.reading() as session:
        assert session.get_one(Employer, firm).natural_person is person


def test_the_same_number_comes_first_and_another_sound_one_is_never_proposed(any_net: Network) -> None:
    net = any_net
    same = added(net, "кафе «Совсем иное»", ("ru-inn", SBER))
    unnumbered = added(net, "ООО «Пробный монтаж»")
    other = added(net, "АО «Пробный монтаж»", ("ru-inn", YANDEX))
    wrong = added(net, "ИП «Пробный монтаж»", ("ru-inn", "7707083894"))
    found = proposed(net, "Пробный монтаж", ("ru-inn", SBER))
    assert found[0] == (same, "number")
    assert {each for each, _ in found[1:]} == {unnumbered, wrong}
    assert {each for each, _ in proposed(net, "Пробный монтаж")} == {unnumbered, wrong, other}
    assert proposed(net, "Пробный монтаж", ("ru-ogrn", "1027700132195"))[0][1] == "name"


def test_not_the_same_is_said_by_a_person_only_and_kept_to(any_net: Network) -> None:
    net = any_net
    one, two = added(net, "ООО «Гранит Плюс»"), added(net, "АО «Гранит Плюс»")
    third = added(net, "Другое имя вовсе")

    def duplicates(employer_id: UUID) -> list[UUID]:
        with net.site.database.reading() as session:
            found = candidates.duplicates(session, session.get_one(Employer, employer_id))
            return [each.employer.id for each in found]

    assert (duplicates(one), duplicates(two), net.count(Apart)) == ([two], [one], 0)
    within(net, lambda s, a: merging.tell_apart(s, a, two, one, reason=WHY))
    assert (duplicates(one), duplicates(two)) == ([], [])
    with pytest.raises(GuardFailed) as refused:
        merged(net, one, two)
    assert refused.value.codes == ["told_apart"]
    merged(net, one, third)
    assert duplicates(third) == [], "it holds for the records that one of them is merged with"
    assert duplicates(two) == []
    within(net, lambda s, a: merging.take_back(s, a, third, two))
    assert duplicates(third) == [two]
    assert (
        net.audited("monitoring.employer.tell_apart")
        == net.audited("monitoring.employer.take_back_apart")
        == 1
    )


def test_a_merged_record_is_read_at_its_survivor_and_never_proposed_itself(any_net: Network) -> None:
    net = any_net
    first, second, last = (added(net, name) for name in ("Альфа Гранит", "Бета Цемент", "Гамма Щебень"))
    report = net.sorting()
    with net.app.app_context(), net.site.database.transaction() as session:
        row = finding.report(session, net.actor(session, "coordinator"), report)
        row.employer_id = first
    merged(net, first, second)
    edge = merged(net, second, last)
    with net.app.app_context(), net.site.database.reading() as session:
        assert set(kin.family(session, last)) == {first, second, last}
        assert kin.survivors(session, [first, second, last]) == dict.fromkeys((first, second, last), last)
        told = chronicle.chronicle(session, net.actor(session, "coordinator"), kin.family(session, last))
        assert [e.record.id for e in told.events if e.kind == "report"] == [report]
        documents = {d.uid: d.body for d in finding.documents(session, None) if ":employer:" in d.uid}
        assert list(documents) == [f"monitoring:employer:{last}"]
        assert "Альфа Гранит" in documents[f"monitoring:employer:{last}"]
        assert {r.uid for r in finding.revisions(session) if ":employer:" in r.uid} == set(documents)
    assert proposed(net, "Альфа Гранит") == [(last, "name")]
    within(net, lambda s, a: merging.unmerge(s, a, edge, reason=WHY))
    with net.app.app_context(), net.site.database.reading() as session:
        assert (
            len(list(finding.documents(session, [f"monitoring:employer:{x}" for x in (second, last)]))) == 2
        )
        assert kin.family(session, last) == [last]
    assert proposed(net, "Альфа Гранит") == [(second, "name")]


def test_a_merge_is_refused_where_it_would_make_a_ring_or_nonsense(any_net: Network) -> None:
    net = any_net
    one, two, three = (added(net, name) for name in ("Альфа", "Бета", "Гамма"))
    edge = merged(net, one, two)
    for source, target, code in (
        (two, one, "merged_already"),
        (one, three, "merged_already"),
        (two, two, "same_record"),
    ):
        with pytest.raises(GuardFailed) as refused:
            merged(net, source, target)
        assert code in refused.value.codes
    with pytest.raises(Conflict):
        within(net, lambda s, a: merging.merge(s, a, two, three, revisions=(1, 1), reason=WHY))
    within(net, lambda s, a: merging.unmerge(s, a, edge, reason=WHY))
    with pytest.raises(Conflict):
        within(net, lambda s, a: merging.unmerge(s, a, edge, reason=WHY))
    assert net.count(Merge) == 1
    assert (
        net.audited("monitoring.employer.merge", one) == net.audited("monitoring.employer.unmerge", one) == 1
    )


def test_reading_ends_even_in_a_ring_that_no_page_can_make(any_net: Network) -> None:
    net = any_net
    one, two = added(net, "Альфа"), added(net, "Бета")
    with net.site.database.transaction() as session:
        session.add_all([Merge(source_id=a, target_id=b, reason=WHY) for a, b in ((one, two), (two, one))])
    with net.site.database.reading() as session:
        assert set(kin.family(session, one)) == set(kin.family(session, two)) == {one, two}
        assert set(kin.survivors(session, [one, two]).values()) <= {one, two}


def test_the_register_is_searched_by_number_by_beginning_and_by_likeness(any_net: Network) -> None:
    net = any_net
    firm = added(net, "ООО «Придуманная нить»", ("ru-inn", SBER))
    added(net, "ООО «Гранит»")
    with net.site.database.reading() as session:
        for text in ("придум", "ИНН 7707083893", "нить придуманая", "Pridumannaya"):
            assert [each.id for each in candidates.search(session, text)] == [firm], text
        assert candidates.search(session, "ыыы") == []


def test_a_wrong_number_of_a_merged_duplicate_counts_only_where_there_is_no_better(net: Network) -> None:
    good, bad = added(net, "Гранит", ("ru-inn", SBER)), added(net, "Гранит два", ("ru-inn", "77"))
    bare = added(net, "Три")
    edge = merged(net, bad, good)
    with net.site.database.reading() as session:
        assert kin.numbers_sound(session, session.get_one(Employer, good))
    within(net, lambda s, a: merging.unmerge(s, a, edge, reason=WHY))
    merged(net, bad, bare)
    with net.site.database.reading() as session:
        assert not kin.numbers_sound(session, session.get_one(Employer, bare))
