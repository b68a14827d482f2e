"""Templates obey the content security policy, and leave escaping on."""

import re

import pytest
from architecture.source import ROOT

TEMPLATES = [p for part in ("core", "plugins", "examples") for p in sorted((ROOT / part).rglob("*.html"))]
HANDLER = re.compile(r"<[a-z][^>]*\son[a-z]+\s*=", re.IGNORECASE)
STYLE = re.compile(r"<style\b|<[a-z][^>]*\sstyle\s*=", re.IGNORECASE)
SCRIPT = re.compile(
    r'<script\b(?![^>]*\bsrc=)(?! type="application/ld\+json">{{ data\|tojson }}</script>)|javascript:',
    re.IGNORECASE,
)
"""Data for search engines is no script: browsers never run it, and `tojson` escapes it."""

OUTSIDE = re.compile(r"""(src|href|action)\s*=\s*["']\s*(https?:)?//""", re.IGNORECASE)
UNSAFE = re.compile(r"\|\s*safe\b|autoescape\s+false|%\s*filter\s+safe", re.IGNORECASE)
SESSION = re.compile(r"\bcurrent_user\b|\bsession\.|\.query\b")
RULES = {
    "handler": HANDLER,
    "style": STYLE,
    "script": SCRIPT,
    "outside": OUTSIDE,
    "unsafe": UNSAFE,
    "session": SESSION,
}
SAVED = {("style", "examples/camove-handbook/handbook/templates/handbook/offline.html")}
"""Files that are saved and never shown as a page of the site."""

OFFENCES = {
    "handler": '<a href="#"\n onclick="x()">',
    "style": '<p class="a" style="color:red">',
    "script": "<script>go()</script>",
    "outside": '<img src="//elsewhere.example/a.png">',
    "unsafe": "{{ text | safe }}",
    "session": "{{ session.query(Person) }}",
}


def test_each_rule_finds_its_offence() -> None:
    for name, rule in RULES.items():
        assert rule.search(OFFENCES[name]), name


@pytest.mark.parametrize("rule", RULES)
def test_no_template_offends(rule: str) -> None:
    assert len(TEMPLATES) > 50
    found = {(rule, str(p.relative_to(ROOT))) for p in TEMPLATES if RULES[rule].search(p.read_text("utf-8"))}
    assert found <= SAVED


@pytest.mark.parametrize(
    "plugin", [p.name for p in (ROOT / "plugins").iterdir() if (p / "templates").is_dir()]
)
def test_templates_of_a_plugin_stand_under_its_name(plugin: str) -> None:
    folder = ROOT / "plugins" / plugin / "templates"
    assert [child.name for child in folder.iterdir()] == [plugin]
