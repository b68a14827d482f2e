"""The macro kit, asked through a real Flask app and judged by its parsed HTML."""

import re
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, g, render_template, render_template_string
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import ChoiceLoader, DictLoader
from werkzeug.datastructures import MultiDict
from wtforms import FieldList, Form, FormField, HiddenField, SelectField, StringField
from wtforms.validators import InputRequired, Length

from core.web import kit, pattern

WEB = Path(kit.__file__).parent
RUSSIAN = {"Error:": "Ошибка:", "There is a problem": "Есть ошибки", "optional": "необязательно"}
ENDPOINTS = ("pages.home", "pages.conduct", "pages.results", "account.sign_in", "account.sign_out")
ENDPOINTS += ("account.notifications", "account.quick_exit", "calendar.page", "periodic.index")
EVERY_TEXT = """
{{ ui.page_header(t, t, t, "/", t) }}{{ ui.notice(t, t) }}{{ ui.tag(t, t) }}
{{ ui.empty(t, t, t) }}{{ ui.count(t, t) }}
{{ ui.answers([{"question": t, "answer": t, "change": t}, {"question": t, "answer": [t, t]}], t) }}
{{ ui.table([{"key": "k", "label": t}], rows, t) }}{{ ui.copy_box(t, t) }}
{{ ui.definition([{"term": t, "value": t}]) }}
{{ ui.timeline([{"when": t, "title": t, "text": t, "by": t}]) }}
{{ ui.tasks([{"label": t, "href": t, "hint": t}]) }}
{{ ui.bar_chart(t, [{"label": t, "value": 1}], t, t) }}{{ ui.tile(t, t, t, t) }}{{ ui.confirmation(t, t, t) }}
{{ ui.button(t, t, t, t) }}{{ ui.text(form.name, hint=t) }}{{ ui.error_summary(form) }}
{% call ui.details(t) %}{% endcall %}{% call ui.panel(t) %}{% endcall %}
{% call ui.fieldset(t, t) %}{% endcall %}
"""
HOSTILE = "<script>alert(1)</script>\"'&"


def make_app(**extra: str) -> Flask:
    app = Flask(__name__, template_folder=str(WEB / "templates"), static_folder=str(WEB / "static"))
    app.secret_key = "only for tests"
    app.testing = True
    app.jinja_env.globals.update(_=translated, csrf_token=lambda: "token")
    app.jinja_env.filters["number"] = lambda number: f"{number:,}"
    if extra:
        app.jinja_loader = ChoiceLoader([DictLoader(extra), app.jinja_loader])  # type: ignore[list-item]
    for endpoint in ENDPOINTS:
        app.add_url_rule(f"/{endpoint}", endpoint, lambda: "")
    kit.install(app)
    return app


@cache
def shared_app() -> Flask:
    return make_app()


def translated(message: str, **values: Any) -> str:
    found = RUSSIAN.get(message, message) if g.get("language") == "ru" else message
    return found % values if values else found


class Page(HTMLParser):
    """Every start tag with its attributes, and the text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]

    def ids(self) -> list[str]:
        return [str(attributes["id"]) for _, attributes in self.tags if "id" in attributes]

    def by_id(self, wanted: str) -> dict[str, str | None]:
        return next(attributes for _, attributes in self.tags if attributes.get("id") == wanted)


@pytest.fixture(name="app")
def _app() -> Iterator[Flask]:
    app = make_app()
    with app.test_request_context("/"):
        yield app


def render(source: str, **context: Any) -> Page:
    return Page(render_template_string(source, **context))


class Report(Form):
    name = StringField("Name", [InputRequired("Enter the name"), Length(max=5, message="Use five letters")])
    note = StringField("Note")


def refused(**typed: str) -> Report:
    form = Report(MultiDict(typed))
    assert not form.validate()
    return form


def pattern_page() -> str:
    return render_template("pattern.html", **pattern.pattern_forms())


def test_a_refused_field_points_at_its_hint_and_its_error(app: Flask) -> None:
    page = render("{{ ui.text(form.name, hint='As in the passport') }}", form=refused())
    assert page.by_id("name")["aria-describedby"] == "name-hint name-error"
    assert page.by_id("name")["aria-invalid"] == "true"
    assert {"name-hint", "name-error"} <= set(page.ids())
    assert "Error: Enter the name" in page.text


def test_a_good_field_claims_nothing(app: Flask) -> None:
    page = render("{{ ui.text(form.note) }}", form=Report())
    assert not {"aria-describedby", "aria-invalid"} & set(page.by_id("note"))


def test_only_optional_fields_are_marked(app: Flask) -> None:
    assert "optional" not in render("{{ ui.text(form.name) }}", form=Report()).text
    assert "Note (optional)" in render("{{ ui.text(form.note) }}", form=Report()).text
    assert "optional" not in render("{{ ui.text(form.note, optional=False) }}", form=Report()).text


def test_the_browser_never_judges(app: Flask) -> None:
    page = Page(pattern_page())
    given_names = {name for tag, attributes in page.tags for name in attributes if tag != "progress"}
    assert not given_names & set(kit.BROWSER_RULES)
    assert not {"number", "date"} & {attributes.get("type") for attributes in page.all("input")}
    assert all("novalidate" in form for form in page.all("form") if form.get("method") == "post")


def test_every_summary_link_finds_its_control(app: Flask) -> None:
    page = Page(pattern_page())
    targets = {str(a["href"])[1:] for a in page.all("a") if str(a.get("href")).startswith("#bad-")}
    assert {"bad-text", "bad-problem-0", "bad-needs-0", "bad-relatives-0-phone"} <= targets
    assert targets <= set(page.ids())


def test_every_described_by_finds_its_text_and_ids_are_unique(app: Flask) -> None:
    page = Page(pattern_page())
    described = " ".join(str(a["aria-describedby"]) for _, a in page.tags if "aria-describedby" in a)
    assert len(described.split()) > 20
    assert set(described.split()) <= set(page.ids())
    assert len(page.ids()) == len(set(page.ids()))


def test_what_was_typed_is_kept_and_escaped(app: Flask) -> None:
    page = render("{{ ui.text(form.name) }}", form=refused(name=HOSTILE))
    assert page.by_id("name")["value"] == HOSTILE
    assert not page.all("script")


@given(text=st.text(alphabet=st.characters(exclude_categories=["C"]), min_size=1))
def test_no_macro_prints_markup_that_people_typed(text: str) -> None:
    hostile = f"<img src=x onerror=a>{text}"
    with shared_app().test_request_context("/"):
        page = render(EVERY_TEXT, t=hostile, form=refused(name=hostile), rows=[{"k": hostile}])
    assert not page.all("img")


def test_nothing_inline_leaves_the_kit(app: Flask) -> None:
    html = pattern_page()
    page = Page(html)
    assert not [a for _, a in page.tags for name in a if name == "style" or name.startswith("on")]
    assert not page.all("style")
    assert all(script.get("src") for script in page.all("script"))
    assert "javascript:" not in html


def test_the_pattern_page_shows_every_macro(app: Flask) -> None:
    shown = set(re.findall(r"ui\.(\w+)\(", (WEB / "templates/pattern.html").read_text("utf-8")))
    assert set(dir(app.jinja_env.globals["ui"])) == shown


def test_translations_are_looked_up_at_each_call(app: Flask) -> None:
    source, form = "{{ ui.text(form.note) }}{{ ui.error_summary(form) }}", refused()
    assert "(optional)" in render(source, form=form).text
    g.language = "ru"
    russian = render(source, form=form).text
    assert "(необязательно)" in russian
    assert "Есть ошибки" in russian


def test_the_title_tells_of_errors(app: Flask) -> None:
    source = "{% extends 'layout.html' %}{% block title %}Report{% endblock %}"
    assert "<title>Report - camove</title>" in render_template_string(source, form=Report())
    assert "<title>Error: Report - camove</title>" in render_template_string(source, form=refused())


def test_two_families_may_not_share_a_name() -> None:
    app = make_app(**{"ui/zz.html": "{% macro button() %}{% endmacro %}"})
    with app.test_request_context("/"), pytest.raises(kit.MacroCollision, match="button"):
        render_template_string("{{ ui.text }}")


def test_private_macros_and_strangers_are_not_served(app: Flask) -> None:
    for name in ("_field", "nothing"):
        with pytest.raises(AttributeError):
            getattr(app.jinja_env.globals["ui"], name)


def test_a_form_carries_its_token_and_hidden_fields_only_when_it_posts(app: Flask) -> None:
    class Hidden(Form):
        draft = HiddenField(default="7")

    posted = render("{% call ui.form(form) %}{% endcall %}", form=Hidden()).all("input")
    assert {(field["name"], field["value"]) for field in posted} == {("csrf_token", "token"), ("draft", "7")}
    asked = render("{% call ui.form(form, method='get') %}{% endcall %}", form=Hidden()).all("input")
    assert [field["name"] for field in asked] == ["draft"]


def test_nested_errors_come_in_page_order(app: Flask) -> None:
    class Inner(Form):
        phone = StringField("Phone", [InputRequired("Enter a phone")])

    class Outer(Form):
        rows = FieldList(FormField(Inner), min_entries=2)
        one = FormField(Inner)
        secret = HiddenField(validators=[InputRequired("Begin again")])

    form = Outer(MultiDict())
    form.validate()
    targets = [target for target, _ in kit.error_links(form)]
    assert targets == ["rows-0-phone", "rows-1-phone", "one-phone", ""]


def test_a_select_shown_as_radios_has_a_place_to_jump_to(app: Flask) -> None:
    class Choice(Form):
        way = SelectField("Way", choices=pattern.choices({"a": "A", "b": "B"}))

    form = Choice(MultiDict({"way": "c"}))
    form.validate()
    page = render("{{ ui.error_summary(form) }}{{ ui.radios(form.way) }}", form=form)
    assert page.all("a")[0]["href"] == "#way"
    assert page.by_id("way")["tabindex"] == "-1"


def test_an_answer_of_zero_is_an_answer(app: Flask) -> None:
    page = render("{{ ui.answers(rows) }}", rows=[{"question": "People", "answer": 0}, {"question": "Phone"}])
    assert page.text.count("Not provided") == 1
    assert "0" in page.text


def test_a_stacked_table_labels_every_cell_and_stays_a_table(app: Flask) -> None:
    columns = [{"key": "items", "label": "Thing"}, {"key": "n", "label": "Number", "numeric": True}]
    page = render("{{ ui.table(columns, rows) }}", columns=columns, rows=[{"items": "Fair", "n": 1204}])
    assert [cell["data-label"] for cell in page.all("td")] == ["Number"]
    assert page.all("th")[-1] == {"scope": "row", "role": "rowheader", "data-label": "Thing"}
    assert "1,204" in page.text
    assert page.all("table")[0]["role"] == "table"


def test_bars_are_as_long_as_their_values(app: Flask) -> None:
    bars = [{"label": "A", "value": 200}, {"label": "B", "value": 50}, {"label": "C", "value": 0}]
    page = render("{{ ui.bar_chart('Title', bars, 'Sentence') }}", bars=bars)
    assert [float(str(bar["width"])) for bar in page.all("rect")] == [280, 70, 0]
    assert page.all("svg")[0]["aria-label"] == "Title. Sentence"
    assert len(page.all("td")) == len(bars)


def test_an_error_page_stands_on_an_empty_context(app: Flask) -> None:
    told = {"status": 500, "title": "Broken", "text": "Try later", "request_id": "r-1"}
    page = Page(render_template("errors/page.html", **told))
    assert page.all("h1")
    assert "r-1" in page.text
    assert page.all("html")[0]["lang"] == "ru"


def test_quick_exit_is_only_where_it_is_asked_for(app: Flask) -> None:
    source = "{% extends 'layout.html' %}"
    assert "data-exit" not in render_template_string(source)
    assert "data-exit" in render_template_string(source, quick_exit="https://example.org/")
