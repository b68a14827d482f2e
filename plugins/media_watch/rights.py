"""The plugin's permissions and roles. A coder sees texts without their origin, so no role of a coder reads articles."""

from core.toolkit import Permission, Role, Scope, mark

SOURCES_VIEW = "media_watch.sources.view"
SOURCES_CHANGE = "media_watch.sources.change"
ARTICLE_VIEW = "media_watch.article.view"
ROUND_VIEW = "media_watch.round.view"
ROUND_RUN = "media_watch.round.run"
CODE = "media_watch.code"
DECIDE = "media_watch.decide"
SIGN = "media_watch.release.sign"

PERMISSIONS = (
    Permission(SOURCES_VIEW, mark("See outlets and feeds")),
    Permission(SOURCES_CHANGE, mark("Change outlets and feeds")),
    Permission(ARTICLE_VIEW, mark("Read collected articles")),
    Permission(ROUND_VIEW, mark("See rounds of coding")),
    Permission(ROUND_RUN, mark("Run rounds of coding and publish")),
    Permission(CODE, mark("Code articles")),
    Permission(DECIDE, mark("Decide where coders differ")),
    Permission(SIGN, mark("Sign releases for the association of journalists")),
)

ROLES = (
    Role(
        "media_watch.editor",
        mark("Editor of feeds"),
        {SOURCES_VIEW: Scope.OWN_COUNTRY, SOURCES_CHANGE: Scope.OWN_COUNTRY, ARTICLE_VIEW: Scope.OWN_COUNTRY},
        kinds=("member_ngo", "secretariat", "research_centre"),
    ),
    Role(
        "media_watch.coder",
        mark("Coder"),
        {CODE: Scope.ASSIGNED},
        kinds=("member_ngo", "partner", "research_centre"),
    ),
    Role(
        "media_watch.adjudicator",
        mark("Adjudicator"),
        {DECIDE: Scope.ASSIGNED},
        kinds=("member_ngo", "partner", "research_centre"),
    ),
    Role(
        "media_watch.coordinator",
        mark("Coordinator of media watch"),
        {
            SOURCES_VIEW: Scope.OWN_COUNTRY,
            ARTICLE_VIEW: Scope.OWN_COUNTRY,
            ROUND_VIEW: Scope.OWN_COUNTRY,
            ROUND_RUN: Scope.OWN_COUNTRY,
        },
        kinds=("member_ngo", "secretariat"),
    ),
    Role(
        "media_watch.signer",
        mark("Signer of the association of journalists"),
        {ROUND_VIEW: Scope.OWN_COUNTRY, SIGN: Scope.OWN_COUNTRY},
        kinds=("partner",),
    ),
)
