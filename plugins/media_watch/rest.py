"""What programs read: the outlets that are watched, and the public releases with intervals and replies; no persons."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import url_for
from marshmallow import fields

from core.toolkit import Subject, mark, rest
from plugins.media_watch import rights
from plugins.media_watch.codebook import CODEBOOK
from plugins.media_watch.language import gettext
from plugins.media_watch.lifecycle import RELEASE
from plugins.media_watch.models import Outlet, Release
from plugins.media_watch.services import releases, sources

OUTLETS = rest.Access(
    "media_watch.outlets.read", mark("Read the outlets that are watched"), (rights.SOURCES_VIEW,)
)
RELEASES = rest.Access("media_watch.releases.read", mark("Read the published ratings"))


class InCountry(rest.Record):
    """Of which list; the lists never mix."""

    country = rest.one_of(CODEBOOK.codes("list"))


class OutletRecord(rest.Record):
    """An outlet."""

    id = fields.UUID(required=True)
    country = fields.String(required=True)
    name = fields.String(required=True)
    site = fields.String(required=True)
    languages = fields.List(fields.String(), required=True)


def list_outlets(call: rest.Call, after: str, limit: int) -> list[rest.Row]:
    """Those of the countries that the token's maker watches, by country and name."""
    found = sources.outlets(call.session, call.actor, call.query.get("country", ""))
    return rest.behind(found, lambda each: str(each.id), _outlet, after, limit)


def show_outlet(call: rest.Call, outlet_id: UUID) -> Mapping[str, Any]:
    """One of them."""
    return _outlet(sources.outlet(call.session, call.actor, outlet_id))


def _outlet(found: Outlet) -> dict[str, Any]:
    return {name: getattr(found, name) for name in OutletRecord().fields}


NUMBERS = ("index", "low", "high", "n_eff", "share", "share_low", "share_high", "lenient", "strict")


class Rated(rest.Record):
    """What a release says of one outlet: an interval, not a place. Figures are null where too few were read."""

    outlet = fields.String(required=True)
    name = fields.String(required=True)
    status = fields.String(required=True)
    group = fields.Integer(required=True, allow_none=True)
    ranks = fields.List(fields.Integer(), required=True)
    index = fields.Float(required=True, allow_none=True)
    low = fields.Float(required=True, allow_none=True)
    high = fields.Float(required=True, allow_none=True)
    n_eff = fields.Float(required=True, allow_none=True)
    share = fields.Float(required=True, allow_none=True)
    share_low = fields.Float(required=True, allow_none=True)
    share_high = fields.Float(required=True, allow_none=True)
    lenient = fields.Float(required=True, allow_none=True)
    strict = fields.Float(required=True, allow_none=True)
    reply = fields.String(required=True)


class ReleaseRecord(rest.Record):
    """A public edition; of a withdrawn one the reason is left, and no outlet. Show `reading` where you show figures."""

    id = fields.UUID(required=True)
    country = fields.String(required=True)
    period = fields.String(required=True)
    number = fields.Integer(required=True)
    state = fields.Nested(rest.Coded, required=True)
    published_at = fields.DateTime(required=True)
    preliminary = fields.Boolean(required=True)
    reason = fields.String(required=True)
    sha256 = fields.String(required=True)
    url = fields.String(required=True)
    reading = fields.List(fields.String(), required=True)
    outlets = fields.List(fields.Nested(Rated), required=True)


def list_releases(call: rest.Call, after: str, limit: int) -> list[rest.Row]:
    """All public editions, the newest first."""
    found = releases.public(call.session, call.query.get("country", ""))
    return rest.behind(found, lambda each: str(each.id), _release, after, limit)


def show_release(call: rest.Call, release_id: UUID) -> Mapping[str, Any]:
    """One of them; what is not public is not there."""
    found = next((each for each in releases.public(call.session) if each.id == release_id), None)
    if found is None:
        raise sources.Missing(rights.ROUND_VIEW, Subject(object_id=release_id))
    return _release(found)


def _release(found: Release) -> dict[str, Any]:
    shown = found.state != "withdrawn"
    told = releases.told(found) if shown else {}
    return {
        "id": found.id,
        "country": found.round.country,
        "period": found.round.period,
        "number": found.number,
        "state": {"code": found.state, "label": gettext(RELEASE.state(found.state).label)},
        "published_at": found.published_at,
        "preliminary": bool(told.get("preliminary")),
        "reason": found.reason,
        "sha256": found.sha256,
        "url": url_for(
            "media_watch.public_release", country=found.round.country, period=found.round.period,
            number=found.number,
        ),
        "reading": [
            gettext("Each line is an interval: the true value lies in it with 95 % certainty. Lines that overlap are "
                    "not proven different."),
            gettext("There is no first and no last place. Outlets of one group stand by name."),
        ],
        "outlets": [_rated(key, each) for key, each in sorted(told.get("outlets", {}).items())],
    }  # fmt: skip


def _rated(key: str, entry: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "outlet": key,
        "name": entry["name"],
        "status": entry["status"],
        "group": entry.get("group"),
        "ranks": entry.get("ranks", []),
        "reply": entry.get("reply") or "",
        **{name: entry.get(name) for name in NUMBERS},
    }


RESOURCES = (
    rest.Resource(
        "media_watch.outlets", "Outlets that are watched.", OutletRecord, OUTLETS, list_outlets, show_outlet,
        query=InCountry,
    ),
    rest.Resource(
        "media_watch.releases", "Public editions of the rating, with intervals and replies.", ReleaseRecord, RELEASES,
        list_releases, show_release, query=InCountry,
    ),
)  # fmt: skip
