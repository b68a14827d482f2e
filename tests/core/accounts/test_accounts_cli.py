from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import select
from town import Town  # type: ignore[import-not-found]

from core.accounts.cli import org, user
from core.accounts.models import Invitation, Organisation, Person
from core.platform import Platform


def run(app: Flask, group: object, *words: str) -> Result:
    with app.app_context():
        return CliRunner().invoke(group, list(words))  # type: ignore[arg-type]


def test_first_organisation_and_first_person(app: Flask, site: Platform) -> None:
    words = ("add", "--kind", "secretariat", "--country", "KG", "--name-ru", "Секретариат")
    added = run(app, org, *words)
    assert added.exit_code == 0, added.output
    with site.database.reading() as session:
        organisation = session.scalars(select(Organisation.id)).one()
    assert added.output.strip() == str(organisation)
    assert "Секретариат" in run(app, org, "list").output
    person = ("--email", "First@Example.org", "--name", "Первая", "--role", "core.administrator")
    invited = run(app, user, "invite", "--org", str(organisation), *person)
    assert invited.exit_code == 0, invited.output
    path = invited.output.strip().removeprefix(site.settings.base_url)
    assert app.test_client().get(path).status_code == 200
    with site.database.reading() as session:
        assert session.scalars(select(Invitation.roles)).one() == ["core.administrator"]


def test_mistakes_are_said_in_words(app: Flask, town: Town) -> None:
    assert "at least one of --name-ru" in run(app, org, "add", "--kind", "partner", "--country", "KG").output
    base = ("invite", "--org", str(town.ids["north"]), "--name", "X", "--email")
    wrong = run(app, user, *base, "x@example.org", "--role", "core.king")
    assert wrong.exit_code == 1
    assert "core.organisation_admin" in wrong.output
    assert "belongs" in run(app, user, *base, "aibek@example.org").output
    assert (
        "no such organisation"
        in run(app, user, "invite", "--org", str(town.ids["aibek"]), *base[3:], "y@e.org").output
    )


def test_disable_and_list(app: Flask, town: Town, site: Platform) -> None:
    assert run(app, user, "disable", "Aibek@Example.org").exit_code == 0
    with site.database.reading() as session:
        assert session.get_one(Person, town.ids["aibek"]).disabled
    lines = {line.split()[0]: line for line in run(app, user, "list").output.splitlines()}
    assert " closed " in lines["aibek@example.org"]
    assert " open " in lines["nadia@example.org"]
    assert run(app, user, "disable", "nobody@example.org").exit_code == 1
