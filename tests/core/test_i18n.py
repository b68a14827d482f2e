"""A missing sentence falls back from Kyrgyz to Russian to English; variables are escaped, sentences are not."""

from pathlib import Path

import pytest
from flask import Flask, render_template_string
from markupsafe import Markup

from core import i18n
from core.i18n import best, catalogue, core_domain

PO = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"Language: LANGUAGE\\n"\n\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    texts = {
        "ru": 'msgid "both"\nmsgstr "оба"\n\nmsgid "only"\nmsgstr "только"\n\n'
        'msgid "%(num)s day"\nmsgid_plural "%(num)s days"\nmsgstr[0] "день"\nmsgstr[1] "дня"\nmsgstr[2] "дней"\n',
        "ky": '#, fuzzy\nmsgid "both"\nmsgstr "экөө"\n\nmsgid "only"\nmsgstr ""\n',
    }
    for language, text in texts.items():
        path = tmp_path / language / "LC_MESSAGES" / "trial.po"
        path.parent.mkdir(parents=True)
        path.write_text(PO.replace("LANGUAGE", language) + text, "utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("language", "message", "shown"),
    [
        ("ky", "both", "экөө"), ("ky", "only", "только"), ("ky", "none", "none"),
        ("ru", "both", "оба"), ("ru", "none", "none"), ("en", "both", "both"),
    ],
)  # fmt: skip
def test_the_chain_of_fallbacks(folder: Path, language: str, message: str, shown: str) -> None:
    assert catalogue(folder, "trial", language).ugettext(message) == shown


def test_plural_forms(folder: Path) -> None:
    russian = catalogue(folder, "trial", "ru")
    assert [russian.ungettext("%(num)s day", "%(num)s days", n) for n in (1, 3, 11)] == [
        "день",
        "дня",
        "дней",
    ]


def test_a_template_escapes_variables_only(app: Flask) -> None:
    attack = "<script>alert(1)</script>"
    with app.test_request_context("/en/"):
        shown = render_template_string('{{ _("Hello, %(name)s", name=name) }}|{{ name }}', name=attack)
        assert shown == "Hello, &lt;script&gt;alert(1)&lt;/script&gt;|&lt;script&gt;alert(1)&lt;/script&gt;"
        many = render_template_string(
            '{{ ngettext("%(num)s by %(name)s", "%(num)s of %(name)s", 2, name=name) }}', name=attack
        )
        assert many == "2 of &lt;script&gt;alert(1)&lt;/script&gt;"
        kept = render_template_string('{{ _("See %(link)s", link=link) }}', link=Markup("<b>x</b>"))
        assert kept == "See <b>x</b>"


def test_a_name_full_of_placeholders_stays_as_it_is(app: Flask) -> None:
    with app.test_request_context("/en/"):
        assert (
            render_template_string('{{ _("Hello, %(name)s", name="%(name)s %s 100%") }}')
            == "Hello, %(name)s %s 100%"
        )


def test_pages_speak_the_language_of_their_address(app: Flask) -> None:
    client = app.test_client()
    pages = {code: client.get(f"/{code}/") for code in ("ru", "ky", "en")}
    for code, page in pages.items():
        assert page.headers["Content-Language"] == code
        assert f'<html lang="{code}"' in page.text
    assert "No worker far from home stands alone" in pages["en"].text
    assert core_domain.text("ru", "No worker far from home stands alone") in pages["ru"].text
    assert client.get("/de/").status_code == 404


@pytest.mark.parametrize(
    ("asked", "leads"), [("ky", "/ky/"), ("en-GB,en;q=0.8", "/en/"), ("zh", "/ru/"), ("", "/ru/")]
)
def test_the_first_page_follows_the_browser(app: Flask, asked: str, leads: str) -> None:
    assert app.test_client().get("/", headers={"Accept-Language": asked}).headers["Location"] == leads


def test_labels_fall_back_too() -> None:
    assert best({"ru": "Мост", "en": "Bridge"}, "ky") == "Мост"
    assert best({"en": "Bridge"}, "ru") == "Bridge"
    assert best({}, "ru") == ""


def test_a_plugin_that_is_gone_speaks_core(app: Flask) -> None:
    assert i18n.domain_of("nobody") is core_domain
