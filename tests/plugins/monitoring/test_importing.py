"""A dry run of an import: public wage claims, partners' files in three languages, each reason of refusal."""

import contextlib
import gc
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.monitoring.intake import dry_run
from plugins.monitoring.intake.cells import day_order, decimal_mark, read_amount, read_day
from plugins.monitoring.intake.columns import DROPPED, MAPPED, UNKNOWN, understand
from plugins.monitoring.intake.files import read
from plugins.monitoring.intake.importing import ImportPlan, plan
from plugins.monitoring.intake.rows import CaseRow
from plugins.monitoring.intake.tabular import Table, TableProblem
from plugins.monitoring.register.identifiers import Identifier

SHARED = Path(__file__).parents[4] / "shared" / "data"
MAINE = """CASENUMBER,INDATE,CASESTATUS,EMPLOYERNAME,FOLDERNAICSCODE,WDWAGESDUE,WRWAGESPAID
2030 000001,6/14/2030,Final,ANVIL BAKERY LLC,722511,3451.85,985
2030 000002,6/15/2030,Final,,812320,132.16,132.16
2030 000003,12/1/2030,Final,NORTH POLE TOWERS INC,236118,1080,
"""
RUSSIAN = """\
Номер;Дата;Работодатель;ИНН;Страна;Сфера;Долг;Оплачено;Валюта;Бузуу;Факты;Женщин;Мужчин;Человек;imei;Знак
А-1;01.02.2026;ООО «Ёлка»;7707083893;Россия;Другое;1 500 000,50;;руб.;Дискриминация;Без зарплаты;3;4;10;abc;x
А-2;31.12.2025;ИП Пример;7707083894;RU;construction;;;;no_contract;Нет договора;;;;abc;x
"""
KYRGYZ = """Номери;Күнү;Иш берүүчү;СТН;Өлкө;Карыз;Валютасы;Укук бузуу;Кызматкерлердин саны
К-7;05.03.2026;ЖЧК «Көл»;22802199000123;Кыргызстан;12 000 сом;KGS;Кооптуу эмгек шарттары;5
"""


def planned(text: str, **choices: str) -> ImportPlan:
    return plan(read(text.encode(), "a.csv"), **choices)


def problems(text: str, **choices: str) -> list[tuple[int, str, str]]:
    return [
        (row.number, problem.column, problem.code)
        for row in planned(text, **choices).rows
        for problem in row.problems
    ]


def test_public_wage_claims_are_understood_as_they_are() -> None:
    found = planned(MAINE)
    first, second, third = found.rows
    assert first.case is not None
    assert third.case is not None
    assert (first.number, first.case.reference, first.case.received) == (2, "2030 000001", date(2030, 6, 14))
    assert (first.case.employer, first.case.sector, first.case.violation) == (
        "ANVIL BAKERY LLC",
        "hospitality",
        "wage_arrears",
    )
    assert (first.case.amount_due, first.case.amount_paid) == (Decimal("3451.85"), Decimal("985.0"))
    assert (third.case.amount_paid, third.case.source_status, third.case.sector) == (
        None,
        "Final",
        "construction",
    )
    assert [(row.number, row.problems[0].column, row.problems[0].code) for row in found.refused] == [
        (3, "EMPLOYERNAME", "employer_missing")
    ]
    assert second.case is None
    assert (found.ok, found.total_due, found.total_paid) == (False, Decimal("4664.01"), Decimal("1117.16"))
    assert found.headers(UNKNOWN) == ()


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared reference data is not beside this repository")
def test_the_shared_wage_claims() -> None:
    path = SHARED / "maine-wage-claims.csv"
    found = plan(read(path, path.name))
    assert (len(found.rows), len(found.refused), found.problems) == (44, 1, ())
    assert [problem.code for problem in found.refused[0].problems] == ["employer_missing"]
    assert (found.total_due, found.total_paid) == (Decimal("257901.31"), Decimal("135852.54"))
    assert all(case.sector and case.received for case in found.cases)


def test_a_russian_file() -> None:
    found = planned(RUSSIAN)
    first, second = found.cases
    assert first == CaseRow(
        reference="А-1",
        received=date(2026, 2, 1),
        employer="ООО «Ёлка»",
        identifiers=(Identifier("ru-inn", "7707083893"),),
        country="RU",
        region="",
        sector="other",
        violation="discrimination",
        amount_due=Decimal("1500000.50"),
        amount_paid=None,
        currency="RUB",
        description="Без зарплаты",
        women=3,
        men=4,
        unknown=3,
        minors=0,
        source_status="",
    )
    assert (second.violation, second.currency, found.ok) == ("no_contract", "", True)
    assert (found.headers(DROPPED), found.headers(UNKNOWN)) == (("imei",), ("Знак",))


def test_a_wrong_check_digit_warns_and_does_not_refuse() -> None:
    warned = planned(RUSSIAN).rows[1]
    assert warned.case is not None
    assert [(problem.column, problem.code, problem.value) for problem in warned.problems] == [
        ("ИНН", "identifier_checksum", "7707083894")
    ]


def test_a_kyrgyz_file() -> None:
    (case,) = planned(KYRGYZ).cases
    assert (case.country, case.currency, case.amount_due) == ("KG", "KGS", Decimal(12000))
    assert (case.violation, case.unknown, case.identifiers[0].scheme) == ("unsafe_work", 5, "kg-inn")


PRIVATE = """
    deviceid phonenumber username subscriberid simserial _geolocation gps _gps_latitude gps_precision
    _submitted_by group/deviceid meta/phone_number Телефон place/point_longitude
"""


@pytest.mark.parametrize("header", PRIVATE.split())
def test_private_columns_are_dropped_and_leave_no_trace(header: str) -> None:
    found = planned(f"employer,amount due,{header}\nA,5,secret-value\n,5,secret-value\n")
    assert found.headers(DROPPED) == (header,)
    assert "secret-value" not in repr(found)


@pytest.mark.parametrize("header", ["group/employer_name", "EMPLOYER NAME", "Работодатель:", "Иш берүүчү"])
def test_headers_are_recognised_in_their_spellings(header: str) -> None:
    assert [(column.fate, column.field) for column in understand([header])] == [(MAPPED, "employer")]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("amount due,notes\n5,x\n", ["column_missing_employer"]),
        ("employer,notes\nA,x\n", ["column_missing_facts"]),
        ("notes,other\nA,x\n", ["column_missing_employer", "column_missing_facts"]),
        ("employer,company,due\nA,B,5\n", ["column_twice", "column_twice"]),
        ("employer,due,date\nA,5,3/4/2026\nA,5,5/6/2026\n", ["date_order_ambiguous"]),
        ("employer,due,date\nA,5,31/4/2026\nA,5,30/4/2026\nA,5,4/30/2026\n", ["date_order_mixed"]),
    ],
)
def test_no_row_is_judged_until_the_columns_are_understood(text: str, codes: list[str]) -> None:
    found = planned(text)
    assert [problem.code for problem in found.problems] == codes
    assert (found.rows, found.ok) == ((), False)


def test_an_ambiguous_column_is_settled_by_a_choice() -> None:
    text = "employer,due,date\nA,5,3/4/2026\n"
    assert planned(text).problems[0].value == "D/M/YYYY, M/D/YYYY"
    assert planned(text, date_order="dmy").cases[0].received == date(2026, 4, 3)
    assert planned(text, date_order="mdy").cases[0].received == date(2026, 3, 4)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("employer,due\nA,much\n", (2, "due", "amount")),
        ("employer,due\nA,-5\n", (2, "due", "amount_negative")),
        ("employer,due\nA,(5)\n", (2, "due", "amount_negative")),
        ('employer,due\nA,"3,451"\n', (2, "due", "amount_ambiguous")),
        ("employer,due\nA,1234.125\n", (2, "due", "amount_precision")),
        ("employer,due,date\nA,5,soon\n", (2, "date", "date")),
        ("employer,due,date\nA,5,31.02.2026\n", (2, "date", "date")),
        ("employer,due,country\nA,5,Narnia\n", (2, "country", "unknown_country")),
        ("employer,due,currency\nA,5,Narnia\n", (2, "currency", "unknown_currency")),
        ("employer,violation\nA,Narnia\n", (2, "violation", "unknown_violation")),
        ("employer,due,currency\nA,5 $,RUB\n", (2, "currency", "currency_conflict")),
        ("employer,due,workers\nA,5,many\n", (2, "workers", "count")),
        ("employer,due,workers,women,men\nA,5,3,2,2\n", (2, "workers", "workers_do_not_add_up")),
        ("employer,due,women,minors\nA,5,1,2\n", (2, "minors", "minors_too_many")),
        ("employer,due,inn\n\nA,,7707083894\n", (3, "inn", "identifier_checksum")),
        ("employer,due\n\nA,\n", (3, "", "nothing_alleged")),
        ("employer,due\nA,5,6\n", (2, "", "extra_cells")),
    ],
)
def test_each_reason_is_named_at_its_row_and_column(text: str, expected: tuple[int, str, str]) -> None:
    found = planned(text)
    assert expected in problems(text)
    assert (found.ok, found.cases) == (False, ())


def test_a_reference_that_stands_twice_refuses_both_rows() -> None:
    text = "reference,employer,due\nx,A,5\nx,B,6\ny,C,7\n,D,8\n,E,9\n"
    assert [(row, code) for row, _, code in problems(text)] == [
        (2, "reference_twice"),
        (3, "reference_twice"),
    ]
    assert [case.employer for case in planned(text).cases] == ["C", "D", "E"]


def test_defaults_stand_in_where_the_file_is_silent() -> None:
    text = "employer,due,currency,country,inn\nA,5,,,22802199000123\nB,6,USD,RU,7707083893\n"
    silent, spoken = planned(text, currency="KGS", country="KG").cases
    assert (silent.currency, silent.country, silent.identifiers[0].problem) == ("KGS", "KG", "")
    assert (spoken.currency, spoken.country) == ("USD", "RU")


@pytest.mark.parametrize(
    ("column", "order"),
    [
        ([], "dmy"),
        (["2026-02-01", "1.2.2026"], "dmy"),
        (["1/2/2026", "13/2/2026"], "dmy"),
        (["1/2/2026", "2/13/2026"], "mdy"),
        (["5/5/2026"], "dmy"),
        (["1-2-2026"], "ambiguous"),
        (["13/2/2026", "2/13/2026"], "mixed"),
    ],
)
def test_the_order_of_day_and_month_is_that_of_the_column(column: list[str], order: str) -> None:
    assert day_order(column) == order


@given(st.dates(date(1990, 1, 1), date(2100, 12, 31)))
def test_a_day_is_read_back_from_each_way_to_write_it(day: date) -> None:
    assert {read_day(text, "dmy") for text in (day.isoformat(), f"{day:%d.%m.%Y}", f"{day:%d/%m/%Y}")} == {
        day
    }
    assert read_day(f"{day.month}/{day.day}/{day.year}", "mdy") == day
    assert read_day(f"{day.isoformat()}T10:00:00+06:00", "dmy") == day


@given(st.decimals(0, 10**9, places=2), st.sampled_from([" ", "\u00a0", "\u202f", "'", ""]))
def test_an_amount_is_read_back_to_the_last_kopeck(amount: Decimal, gap: str) -> None:
    grouped = f"{amount:,.2f}"
    assert read_amount(grouped, ".") == (amount, "", "")
    assert read_amount(grouped.replace(",", gap).replace(".", ","), ",") == (amount, "", "")
    assert read_amount(grouped.replace(",", "_").replace(".", ",").replace("_", ".") + " руб.", "") == (
        amount,
        "RUB",
        "",
    )


@pytest.mark.parametrize(
    ("column", "mark"),
    [
        (["5", "3,451"], ""),
        (["12,50", "3,451"], ","),
        (["12.5", "3,451"], "."),
        (["1,5", "1.5"], ""),
        (["1,234.50"], "."),
    ],
)
def test_the_decimal_sign_is_that_of_the_column(column: list[str], mark: str) -> None:
    assert decimal_mark(column) == mark


def test_a_comma_means_what_its_column_says() -> None:
    assert read_amount("3,451", ".") == (Decimal(3451), "", "")
    assert read_amount("3.451", ",") == (Decimal(3451), "", "")
    assert read_amount("3,451", ",") == (None, "", "amount_precision")


@given(st.text(max_size=60), st.sampled_from(["", ".", ","]))
def test_any_text_is_an_amount_or_a_problem(text: str, mark: str) -> None:
    amount, _, problem = read_amount(text, mark)
    assert (amount is None) == bool(problem)


NAMES = st.sampled_from(
    ["employer", "due", "paid", "date", "currency", "violation", "workers", "women", "inn", "gps", "x"]
)


@given(st.lists(NAMES, min_size=1, max_size=6, unique=True), st.data())
def test_any_table_gives_a_plan_that_adds_up(headers: list[str], data: st.DataObject) -> None:
    cell = st.one_of(
        st.sampled_from(["", "5", "1,5", "3/4/2026", "wage_arrears", "KGS"]), st.text(max_size=5)
    )
    rows = data.draw(st.lists(st.tuples(*[cell] * len(headers)), max_size=5))
    found = plan(Table(tuple(headers), tuple(rows)), date_order="dmy")
    assert len(found.cases) + len(found.refused) == len(found.rows)
    assert found.ok == (not found.problems and not found.refused)
    assert all(row.problems for row in found.refused)
    assert {column.fate for column in found.mapping} <= {MAPPED, DROPPED, UNKNOWN}


def test_a_case_has_no_place_for_a_person() -> None:
    assert not {*CaseRow._fields} & {
        "name",
        "worker",
        "phone",
        "passport",
        "address",
        "pin",
    }


@pytest.mark.parametrize("content", [b"employer,facts\nMost,unpaid\n", b"\0"])
def test_the_collector_of_cycles_runs_again_whatever_was_brought(content: bytes) -> None:
    with contextlib.suppress(TableProblem):
        dry_run.judge([("a.csv", content)], dry_run.Wishes(), {})
    assert gc.isenabled()
