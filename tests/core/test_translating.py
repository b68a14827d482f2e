"""The check of catalogues finds what a reader would notice."""

from pathlib import Path

import pytest
from flask import Flask

from core.cli import build
from core.translating import Catalogues

HEAD = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'


def catalogues(folder: Path, russian: str) -> Catalogues:
    (folder / "code.py").write_text('a = gettext("Hello, %(name)s")\nb = mark("Bye")\n')
    templates = folder / "templates" / "trial"
    templates.mkdir(parents=True)
    (templates / "a.html").write_text('{{ _("In a template") }}')
    found = Catalogues("trial", folder)
    for language in ("ru", "ky"):
        path = found.path(language)
        path.parent.mkdir(parents=True)
        path.write_text(HEAD + (russian if language == "ru" else SOUND), "utf-8")
    return found


SOUND = (
    'msgid "Hello, %(name)s"\nmsgstr "Салам, %(name)s"\n\nmsgid "Bye"\nmsgstr "Пока"\n\n'
    'msgid "In a template"\nmsgstr "В шаблоне"\n'
)


def test_sound_catalogues_have_no_problems(tmp_path: Path) -> None:
    assert list(catalogues(tmp_path, SOUND).problems()) == []


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("Салам, %(name)s", "Салам", "placeholders differ"),
        ("Салам, %(name)s", "Салам, %(nam)s", "placeholders differ"),
        ('"Пока"', '""', "untranslated: Bye"),
        ('"Пока"', '"<b>Пока</b>"', "markup in a translation"),
        ('msgid "Bye"', 'msgid "Gone"', "no longer used: Gone"),
        ('msgid "In a template"', 'msgid "Other"', "not in the catalogue: In a template"),
    ],
)
def test_each_fault_is_found(tmp_path: Path, old: str, new: str, problem: str) -> None:
    assert old in SOUND
    found = list(catalogues(tmp_path, SOUND.replace(old, new)).problems())
    assert [each for each in found if problem in each and each.startswith("trial/ru")]


def test_update_keeps_translations(tmp_path: Path) -> None:
    found = catalogues(tmp_path, SOUND.replace('msgid "Bye"', 'msgid "Gone"'))
    assert found.update() == 3
    russian = {message.id: message.string for message in found.read("ru") if message.id}
    assert russian == {"Hello, %(name)s": "Салам, %(name)s", "Bye": "", "In a template": "В шаблоне"}


def test_the_catalogues_of_this_site_are_whole(app: Flask) -> None:
    with app.app_context():
        checked = app.test_cli_runner().invoke(build(app), ["translations", "check"])
    assert checked.output == "every sentence is translated\n"
