"""`camove media …`: what an administrator asks on the command line; `--json` gives one JSON value on stdout."""

from pathlib import Path

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.toolkit import Conflict, Denied, Fetcher, GuardFailed, platform, telling
from plugins.media_watch import canonical, findings, opml, tallies, warc
from plugins.media_watch.canonical import BadRelease
from plugins.media_watch.models import Round
from plugins.media_watch.opml import BadOpml
from plugins.media_watch.services import evidence, polling, releases, rounds, sources
from plugins.media_watch.services.polling import Polled
from plugins.media_watch.services.sources import SourceProblem

country = click.option("--country", type=click.Choice(["RU", "KG"]), required=True)
period = click.option("--period", required=True, help="A quarter, such as 2026-Q3.")


REFUSALS = (Denied, Conflict, GuardFailed)


def _why(error: Exception) -> str:
    """A refusal in the codes of its gates, or in words."""
    if isinstance(error, GuardFailed):
        return ", ".join(dict.fromkeys(error.codes))
    return "this person may not" if isinstance(error, Denied) else "it is in another state already"


class Steps:
    """Progress on standard error, so that standard output stays one value: which step of how many is done."""

    def __init__(self, total: int, *, quiet: bool) -> None:
        self.total, self.done, self.quiet = total, 0, quiet

    def __call__(self, what: str) -> None:
        """One more step is done."""
        self.done += 1
        telling.step(f"{self.done}/{self.total}  {what}", quiet=self.quiet)


def _round(session: Session, country: str, period: str) -> Round:
    found = session.scalars(select(Round).where(Round.country == country, Round.period == period)).first()
    if found is None:
        raise click.ClickException(f"There is no round of {country} {period}.")
    return found


@click.command("import-opml")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@country
@telling.AS
@click.option("--dry-run", is_flag=True, help="Only say what would become of each row.")
@telling.JSON
def import_opml(file: Path, country: str, email: str, dry_run: bool, as_json: bool) -> None:
    """Bring in a list of feeds: all of it, or nothing."""
    try:
        listed = opml.read(file.read_bytes())
        step = Steps(len(listed) + 1, quiet=as_json)
        step(f"{len(listed)} feeds read")
        with platform.database.transaction() as session:
            rows = sources.judge_list(session, listed)
            told = [{"feed": each.listed.url, "outcome": each.outcome} for each in rows]
            number = (
                0
                if dry_run
                else sources.take_list(
                    session, telling.acting(session, email), country, listed, told=lambda each: step(each.url)
                )
            )
    except (BadOpml, SourceProblem) as error:
        raise click.ClickException(f"Nothing was brought in: {error.code}.") from error
    except Denied as error:
        raise click.ClickException(f"Nothing was brought in: {_why(error)}.") from error
    if as_json:
        telling.say({"added": number, "rows": told}, as_json=True)
        return
    for each in told:
        click.echo(f"{each['outcome']:>6}  {each['feed']}")
    click.echo(f"added: {number}")


@click.command("poll")
@telling.JSON
def poll(as_json: bool) -> None:
    """Ask the feeds whose turn it is."""

    def told(each: Polled, done: int, total: int) -> None:
        words = f"{done}/{total}  {each.outcome}  +{each.taken.new} ~{each.taken.revised}"
        telling.step(words, quiet=as_json)

    found = polling.poll(platform.database, Fetcher(platform.settings), told=told)
    feeds = [
        {
            "feed": str(each.feed_id),
            "outcome": each.outcome,
            "new": each.taken.new,
            "revised": each.taken.revised,
        }
        for each in found
    ]
    summary = {"asked": len(found), "new": sum(each.taken.new for each in found)}
    telling.say({**summary, "feeds": feeds} if as_json else summary, as_json=as_json)


@click.command("sample")
@country
@period
@telling.AS
@telling.JSON
def sample(country: str, period: str, email: str, as_json: bool) -> None:
    """Draw the sample of a round and give it to the coders."""
    try:
        with platform.database.transaction() as session:
            found = _round(session, country, period)
            size = sum(len(each) for each in rounds.frame_of(session, found).strata.values())
            step = Steps(3, quiet=as_json)
            step(f"{size} articles in the frame")
            number = rounds.draw(session, telling.acting(session, email), found, revision=found.revision)
            step(f"{number} articles drawn and given to coders")
            told = {"articles": number, "seed": found.seed, "frame": found.frame["sizes"]}
    except REFUSALS as error:
        raise click.ClickException(f"Not drawn: {_why(error)}.") from error
    step("kept")
    telling.say(told, as_json=as_json)


@click.command("reliability")
@country
@period
@telling.JSON
def reliability(country: str, period: str, as_json: bool) -> None:
    """Say how well the coders of a round agree, over the articles that both have handed in."""
    with platform.database.reading() as session:
        step = Steps(2, quiet=as_json)
        coded = tallies.coded(session, _round(session, country, period))
        step(f"{len(coded)} articles coded by both")
        found = tallies.measure(coded)
        step("agreement measured")
    telling.say(
        {
            "alpha": found.alpha,
            "low": found.low,
            "high": found.high,
            "units": found.units,
            "agreed": found.agreed,
        },
        as_json=as_json,
    )


@click.command("rate")
@country
@period
@telling.JSON
def rate(country: str, period: str, as_json: bool) -> None:
    """Say what the rating of a coded round would be. Nothing is published."""
    with platform.database.reading() as session:
        found = _round(session, country, period)
        if found.state != "coded":
            raise click.ClickException("Not coded yet: close the round first.")
        step = Steps(2, quiet=as_json)
        coded = tallies.coded(session, found)
        step(f"{len(coded)} articles coded by both")
        content = canonical.rounded(findings.content(found, coded))
        step("rated")
    if as_json:
        telling.say(content, as_json=True)
        return
    for each in sorted(content["outlets"].values(), key=lambda row: (row.get("group", 99), row["name"])):
        limits = (
            f"{each['index']:.4f} ({each['low']:.4f}-{each['high']:.4f})"
            if "index" in each
            else each["status"]
        )
        click.echo(f"{each.get('group', '-')!s:>3}  {limits}  {each['name']}")


@click.command("release")
@country
@period
@telling.AS
@click.option("--publish", is_flag=True, help="Publish the signed text.")
@telling.JSON
def release(country: str, period: str, email: str, publish: bool, as_json: bool) -> None:
    """Say which gates of the newest release are shut, or publish it if none is."""
    try:
        with platform.database.transaction() as session:
            round_ = _round(session, country, period)
            editions = releases.of(session, round_)
            if not editions:
                raise click.ClickException("No release is prepared.")
            step = Steps(2 + publish, quiet=as_json)
            found = releases.release_of(session, telling.acting(session, email), editions[0].id)
            step(f"release {found.number} read")
            if publish:
                releases.publish(session, telling.acting(session, email), found, revision=found.revision)
                step("published")
            shut = [{"gate": each.gate, **each.values} for each in releases.shut(session, found)]
            step("gates asked")
            told = {"number": found.number, "state": found.state, "sha256": found.sha256, "shut": shut}
    except REFUSALS as error:
        raise click.ClickException(f"Not published: {_why(error)}.") from error
    telling.say(told, as_json=as_json)


@click.command("verify-release")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@telling.JSON
def verify_release(file: Path, as_json: bool) -> None:
    """Say whether a downloaded release is whole."""
    step = Steps(2, quiet=as_json)
    body = file.read_bytes()
    step(f"{len(body)} bytes read")
    try:
        found = canonical.verify(body)
    except BadRelease as problem:
        raise click.ClickException(f"Not a whole release: {problem.code}.") from problem
    step("hashes compared")
    told = {"whole": True, "sha256": canonical.digest(found)}
    told |= {key: found.get(key) for key in ("country", "period", "number", "method", "codebook")}
    telling.say(told, as_json=as_json)


@click.command("export-warc")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@country
@period
@telling.AS
@telling.JSON
def export_warc(file: Path, country: str, period: str, email: str, as_json: bool) -> None:
    """Write the evidence behind the sample of a round into a WARC file that any web archive can read."""
    try:
        with platform.database.transaction() as session, file.open("xb") as target:
            found = evidence.of_round(
                session, telling.acting(session, email), _round(session, country, period)
            )
            step = Steps(len(found) + 1, quiet=as_json)
            step(f"{len(found)} answers behind the sample")
            number = warc.write(target, evidence.answers(session, found, told=step))
    except FileExistsError as error:
        raise click.ClickException(f"{file} is there already.") from error
    except Denied as error:
        raise click.ClickException(f"Nothing was written: {_why(error)}.") from error
    telling.say({"file": str(file), "records": number}, as_json=as_json)


COMMANDS = (import_opml, poll, sample, reliability, rate, release, verify_release, export_warc)
