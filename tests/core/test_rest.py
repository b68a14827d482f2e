"""What every resource keeps to: tokens, lists, tags, conditions, repeats, errors, limits.

schemathesis judges all of them in tests/core/test_matrix.py, where a site with records of each plugin stands ready.
"""

import json
import shutil
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from callers import EMPLOYER, MONITOR, REPORTS, Caller, caller
from marshmallow import fields
from network import Network
from sqlalchemy import update

from core.accounts.models import SignIn
from core.audit import verify
from core.rest.contract import Access, Record, Resource, Undeclared
from core.rest.mounting import offences
from core.web.guard import public
from core.web.limits import ON, PER_MINUTE
from plugins.monitoring.models import Report
from plugins.monitoring.services import finding


@pytest.fixture(scope="module")
def net(settled: Network) -> Iterator[Network]:
    """One network for the whole file: no test here leaves what another would stumble over."""
    folder = settled.site.settings.instance
    shutil.rmtree(folder)
    shutil.copytree(folder.with_name("rest"), folder)
    yield settled
    settled.site.database.close()


@pytest.fixture(scope="module")
def ours(net: Network) -> Caller:
    return caller(net, "org_admin", roles=MONITOR)


@pytest.fixture(scope="module")
def theirs(net: Network) -> Caller:
    return caller(net, "kg_admin", roles=MONITOR)


def problem(answer: Any, status: int, code: str) -> dict[str, Any]:
    """The body of a refusal, after its form was looked at."""
    told: dict[str, Any] = answer.get_json(force=True)
    assert (answer.status_code, told["status"], told["code"]) == (status, status, code), told
    assert answer.mimetype == "application/problem+json"
    assert told["title"] and told["detail"] and told["type"] == "about:blank" and told["request_id"]
    return told


def test_no_session_opens_what_programs_read(net: Network) -> None:
    browser = net.browser("monitor")
    assert browser.get("/ru/monitoring/reports").status_code == 200
    answer = browser.get(REPORTS)
    problem(answer, 401, "no_token")
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="camove"'
    with net.site.database.transaction() as session:
        session.execute(update(SignIn).values(token_hash=SignIn.token_hash + "x"))
    # A cookie that is worth nothing any more is taken back on a page; here nobody has looked at it.
    assert "Set-Cookie" not in browser.get(REPORTS).headers
    assert "Set-Cookie" in browser.get("/ru/conduct").headers


@pytest.mark.parametrize(
    "given", ["Basic b3Jn", "Bearer", "Bearer camove_", "Bearer camove_x\0", "camove_x", "Bearer x y"]
)
def test_what_is_no_token_is_refused(net: Network, given: str) -> None:
    answer = net.app.test_client().get(REPORTS, headers={"Authorization": given})
    problem(answer, 401, "no_token")
    assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]


def test_a_token_in_the_address_counts_for_nothing(ours: Caller) -> None:
    for name in ("access_token", "token"):
        problem(ours.client.get(f"{REPORTS}?{name}={ours.token}"), 401, "no_token")


def test_a_scope_opens_no_other_door(net: Network) -> None:
    reader = caller(net, "org_admin", "monitoring.public_list.read")
    answer = reader.get(REPORTS)
    problem(answer, 403, "scope_missing")
    assert 'scope="monitoring.reports.read"' in answer.headers["WWW-Authenticate"]
    only = caller(net, "org_admin", "monitoring.reports.read")
    problem(only.draft(), 403, "scope_missing")


def test_another_organisations_record_is_not_there(ours: Caller, theirs: Caller) -> None:
    place = theirs.draft().headers["Location"]
    assert theirs.get(place).status_code == 200
    strange = f"{REPORTS}/{uuid4()}"
    answers = [ours.get(place), ours.get(strange)]
    answers += [ours.change(each, {"employer": EMPLOYER}, If_Match='"x"') for each in (place, strange)]
    for answer in answers:
        problem(answer, 404, "not_found")
    assert place.rpartition("/")[2] not in ours.get(f"{REPORTS}?limit=100").text


def test_pages_of_a_list_follow_each_other(ours: Caller) -> None:
    made = [ours.draft(f"Фирма {n}").get_json()["id"] for n in range(5)]
    seen, path = [], f"{REPORTS}?limit=2&state=draft"
    while path:
        answer = ours.get(path)
        found = answer.get_json()
        seen += [each["id"] for each in found["items"]]
        assert len(found["items"]) <= 2
        assert answer.headers.get("Link", "") == (f'<{found["next"]}>; rel="next"' if found["next"] else "")
        path = found["next"]
    assert seen[:5] == made[::-1] and len(seen) == len(set(seen))
    onward = ours.get(f"{REPORTS}?limit=2&state=draft").get_json()["next"]
    cursor = onward.rpartition("cursor=")[2]
    for path in (f"{REPORTS}?cursor={cursor}", f"{REPORTS}?cursor=x{cursor}", f"{REPORTS}?cursor=a"):
        told = problem(ours.get(path), 422, "fields")
        assert told["errors"][0]["pointer"] == "cursor"


def test_what_one_has_already_is_not_sent_again(ours: Caller) -> None:
    place = ours.draft().headers["Location"]
    first = ours.get(place)
    again = ours.get(place, If_None_Match=first.headers["ETag"])
    assert (again.status_code, again.get_data()) == (304, b"")
    assert not first.headers["ETag"].startswith("W/")
    assert ours.get(place, If_None_Match=first.headers["ETag"], Accept_Language="ky").status_code == 200
    for _ in range(4):
        ours.draft()
    long = ours.get(f"{REPORTS}?limit=100", Accept_Encoding="gzip")
    assert len(long.get_data()) > 1024 and "Content-Encoding" not in long.headers
    assert long.headers["ETag"] == ours.get(f"{REPORTS}?limit=100").headers["ETag"]


def test_nobodys_change_is_lost(net: Network, ours: Caller) -> None:
    before = net.audited("core.token.write", ours.token_id)
    place = ours.draft().headers["Location"]
    tag = ours.get(place).headers["ETag"]
    body = {"employer": EMPLOYER | {"name": "Другое имя"}}
    for sent in ({}, {"If_Match": "*"}):
        problem(ours.change(place, body, **sent), 428, "condition_missing")
    changed = ours.change(place, body, If_Match=tag)
    assert changed.status_code == 200 and changed.get_json()["employer"]["name"] == "Другое имя"
    assert changed.headers["ETag"] == ours.get(place).headers["ETag"] != tag
    problem(ours.change(place, body, If_Match=tag), 412, "stale")
    problem(ours.change(place, body, If_Match=f"W/{changed.headers['ETag']}"), 412, "stale")
    assert net.audited("monitoring.report.save", _id(place)) == 2
    assert net.audited("core.token.write", ours.token_id) == before + 2, "one made, one changed"
    with net.site.database.reading() as session:
        assert verify(session) == []


def _id(place: str) -> Any:
    return UUID(place.rpartition("/")[2])


def test_a_repeat_makes_no_second_record(net: Network, ours: Caller, theirs: Caller) -> None:
    before, key = net.count(Report), str(uuid4())
    first, again = (ours.create(REPORTS, {"employer": EMPLOYER}, Idempotency_Key=key) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.headers["Location"] == again.headers["Location"]
    assert (first.headers["Idempotency-Replayed"], again.headers["Idempotency-Replayed"]) == ("false", "true")
    other = {"employer": EMPLOYER | {"name": "Иное"}}
    problem(ours.create(REPORTS, other, Idempotency_Key=key), 422, "key_reused")
    problem(ours.ask("POST", REPORTS, json=other), 400, "key_missing")
    assert net.count(Report) == before + 1
    assert theirs.create(REPORTS, {"employer": EMPLOYER}, Idempotency_Key=key).status_code == 201
    wrong = {"employer": EMPLOYER | {"identifier": "7707083893"}}
    key = str(uuid4())
    assert ours.create(REPORTS, wrong, Idempotency_Key=key).status_code == 422
    assert ours.create(REPORTS, {"employer": EMPLOYER}, Idempotency_Key=key).status_code == 201


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({}, ["/employer"]),
        ({"employer": {}, "x": 1}, ["/employer/country", "/employer/name", "/employer/role", "/employer/sector", "/x"]),
        ({"employer": EMPLOYER | {"name": "a\0b"}}, ["/employer/name"]),
        ({"employer": EMPLOYER | {"name": "\ud800"}}, ["/employer/name"]),
        ({"employer": EMPLOYER | {"name": "x" * 301, "sector": "spying"}}, ["/employer/name", "/employer/sector"]),
        ({"employer": EMPLOYER | {"region": "KG-O"}}, ["/employer/region"]),
        ({"employer": EMPLOYER, "origin": {"method": "visit", "received_on": "2999-01-01", "wishes": ["pay"]}},
         ["/origin/received_on"]),
        ([], [""]),
        ("text", [""]),
    ],
)  # fmt: skip
def test_each_wrong_field_is_pointed_at(ours: Caller, body: Any, pointers: list[str]) -> None:
    told = problem(ours.create(REPORTS, body, Accept_Language="ru"), 422, "fields")
    assert sorted(each["pointer"] for each in told["errors"]) == pointers
    assert all(any("а" <= c.lower() <= "я" for c in each["detail"]) for each in told["errors"]), told


@pytest.mark.parametrize(
    ("method", "path", "options", "status", "code"),
    [
        ("GET", "/api/v1/monitoring/nothing", {}, 404, "not_found"),
        ("GET", "/api/v2/", {}, 404, "not_found"),
        ("GET", REPORTS, {"headers": {"Host": "evil.example"}}, 400, "bad_request"),
        ("GET", f"{REPORTS}/no-uuid", {}, 404, "not_found"),
        ("GET", f"{REPORTS}/%00", {}, 404, "not_found"),
        ("GET", f"{REPORTS}?state=%00", {}, 400, "bad_request"),
        ("GET", f"{REPORTS}?limit=0", {}, 422, "fields"),
        ("GET", f"{REPORTS}?limit=101", {}, 422, "fields"),
        ("GET", f"{REPORTS}?limit={'9' * 5000}", {}, 422, "fields"),
        ("GET", f"{REPORTS}?limit=1&limit=2", {}, 422, "fields"),
        ("GET", f"{REPORTS}?page=2", {}, 422, "fields"),
        ("DELETE", REPORTS, {}, 405, "method_not_allowed"),
        ("OPTIONS", REPORTS, {}, 405, "method_not_allowed"),
        ("GET", REPORTS, {"headers": {"Accept": "text/html"}}, 406, "not_acceptable"),
        ("POST", REPORTS, {"data": {"a": "b"}}, 415, "wrong_type"),
        ("POST", REPORTS, {"data": "{", "content_type": "application/json"}, 400, "not_json"),
        ("POST", REPORTS, {"data": b"\xff\xfe", "content_type": "application/json"}, 400, "not_json"),
        ("POST", REPORTS, {"data": "[" * 90_000, "content_type": "application/json"}, 400, "not_json"),
        ("POST", REPORTS, {"data": '{"a": NaN}', "content_type": "application/json"}, 400, "not_json"),
        ("POST", REPORTS, {"data": "1" * 9000, "content_type": "application/json"}, 400, "not_json"),
        ("POST", REPORTS, {"data": " " * 300_000, "content_type": "application/json"}, 413,
         "request_entity_too_large"),
    ],
)  # fmt: skip
def test_every_refusal_is_a_problem(
    ours: Caller, method: str, path: str, options: dict[str, Any], status: int, code: str
) -> None:
    options["headers"] = {"Idempotency-Key": str(uuid4())} | options.get("headers", {})
    answer = ours.ask(method, path, **options)
    problem(answer, status, code)
    assert status != 405 or answer.headers["Allow"] == "GET, HEAD, POST"


def test_a_report_that_was_sent_is_no_draft_any_more(net: Network, ours: Caller) -> None:
    sent = net.sent("monitor")
    place = f"{REPORTS}/{sent}"
    shown = ours.get(place, Accept_Language="en")
    assert shown.get_json()["allegations"][0]["violation"]["label"]
    assert net.audited("monitoring.report.read", sent) == 1
    told = problem(ours.change(place, {"employer": EMPLOYER}, If_Match=shown.headers["ETag"]), 412, "stale")
    assert told["detail"]
    russian = ours.get(place).headers["ETag"]
    problem(ours.change(place, {"employer": EMPLOYER}, If_Match=russian), 409, "not_ready")
    assert "facts" not in shown.text and "sources" not in shown.text


def test_a_flood_is_slowed_and_told_so(net: Network, ours: Caller, theirs: Caller) -> None:
    net.app.config[ON] = True
    try:
        first = ours.get("/api/v1/monitoring/public_list")
        assert first.headers["RateLimit-Policy"] == f'"token";q={PER_MINUTE["token"]};w=60'
        assert first.headers["RateLimit"].startswith(f'"token";r={PER_MINUTE["token"] - 1};t=')
        for _ in range(PER_MINUTE["token"] - 1):
            assert ours.get("/api/v1/monitoring/nothing").status_code in (404, 429)
        answer = ours.get(REPORTS)
        problem(answer, 429, "too_many_requests")
        assert 1 <= int(answer.headers["Retry-After"]) <= 60
        assert theirs.get(REPORTS).status_code == 200
        guessed = [
            net.app.test_client().get(REPORTS, headers={"Authorization": f"Bearer camove_{n}"}).status_code
            for n in range(PER_MINUTE["no token"] + 1)
        ]
        assert guessed[-1] == 429 and set(guessed[:-1]) == {401}
    finally:
        net.app.config[ON] = False


def test_a_record_is_answered_as_declared_or_not_at_all() -> None:
    """A field too many could be a person's; at any depth."""

    class Inner(Record):
        code = fields.String(required=True)

    class Outer(Record):
        inner = fields.Nested(Inner, required=True)

    assert Outer().dump({"inner": {"code": "a"}}) == {"inner": {"code": "a"}}
    for wrong in (
        {"inner": {"code": "a", "name": "Айгүл"}},
        {"inner": {"code": "a"}, "x": 1},
        {"inner": {}},
        {},
    ):
        with pytest.raises(Undeclared):
            Outer().dump(wrong)


def test_a_coordinators_token_reads_the_reports_of_its_own_organisation_alone(net: Network) -> None:
    """A country's coordinator reads those of others on the page; a token is the organisation's."""
    sent = net.sent("other")
    ours = caller(net, "org_admin", roles=(*MONITOR, "monitoring.coordinator"))
    with net.app.app_context(), net.site.database.reading() as session:
        assert finding.report(session, net.actor(session, "org_admin"), sent).id == sent
    problem(ours.get(f"{REPORTS}/{sent}"), 404, "not_found")
    assert str(sent) not in ours.get(f"{REPORTS}?limit=100").text


def test_a_resource_that_fails_is_noted_under_its_plugin(net: Network, ours: Caller) -> None:
    """And nothing of the error's own words is answered."""
    place = net.app.view_functions["api.monitoring.reports"]
    record = net.site.plugins.records["monitoring"]

    def failing() -> None:
        raise RuntimeError("Айгүл")

    net.app.view_functions["api.monitoring.reports"] = public(failing)
    try:
        answer = ours.get(REPORTS)
    finally:
        net.app.view_functions["api.monitoring.reports"] = place
    problem(answer, 500, "internal_server_error")
    assert "Айгүл" not in answer.text
    assert record.errors.pop().hook == "page api.monitoring.reports"


def test_a_plugin_that_is_off_has_no_resources(net: Network, ours: Caller) -> None:
    record = net.site.plugins.records["monitoring"]
    state = record.state
    record.set(type(state).DISABLED)
    problem(ours.get(REPORTS), 404, "not_found")
    record.set(state)


def test_a_plugin_owns_its_prefix_alone(net: Network) -> None:
    known = net.site.rest.resources["monitoring.reports"]
    alike = {**vars(known), "create": None, "created": None, "change": None, "changed": None, "write": None}
    read = Access("fairs.x.read", "x", ("fairs.nobody",))
    ours = Resource(**alike | {"name": "fairs.x", "read": read})
    wrong = [
        Resource(**alike | {"name": "monitoring.reports"}),
        Resource(**alike | {"name": "fairs.x/../y", "read": read}),
        ours,
        Resource(**alike | {"name": "fairs.x", "read": Access("fairs.x.read", "other")}),
    ]
    found = offences("fairs", wrong, net.site.rest, {"fairs.see"})
    for words in ("monitoring.reports must", "monitoring.reports.read must", "x/../y must",
                  "fairs.x is there twice",
                  "in two ways", "fairs.nobody, which nobody declares",
                  "monitoring.reports is there twice"):  # fmt: skip
        assert any(words in each for each in found), words
    assert offences("fairs", [Resource(**alike | {"name": "fairs.y", "read": Access("fairs.y.read", "y")})],
                    net.site.rest, ()) == []  # fmt: skip


def test_the_document_is_one_and_whole(net: Network) -> None:
    answer = net.app.test_client().get("/api/v1/openapi.json")
    told = answer.get_json()
    assert told["openapi"] == "3.1.0"
    again = net.app.test_client().get(
        "/api/v1/openapi.json", headers={"If-None-Match": answer.headers["ETag"]}
    )
    assert again.status_code == 304
    for path, ways in told["paths"].items():
        plugin = path.split("/")[3]
        assert all(each["tags"] == [plugin] and each["description"] for each in ways.values())
    closed = json.dumps(told["components"]["schemas"]).count('"additionalProperties": false')
    assert closed >= len(told["components"]["schemas"])
