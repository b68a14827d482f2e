"""What the plugin says about its codes."""

from handbook.language import gettext, lazy_gettext

OBSTACLES = {
    "russian_missing": lazy_gettext("Write the title and the text in Russian."),
    "half_translated": lazy_gettext("A translation needs both: a title and a text."),
    "sources_missing": lazy_gettext("Name at least one source."),
    "review_by_wrong": lazy_gettext(
        "Say by which day it must be looked at again: after today, within two years."
    ),
    "changes_missing": lazy_gettext("Say in Russian what changed since the edition before."),
    "writer_signs": lazy_gettext("You wrote or sent this edition. Another lawyer must sign it."),
    "content_changed": lazy_gettext("What you saw is not what was sent. Open the page again."),
    "not_a_draft": lazy_gettext("This edition is with a lawyer. Take it back before you change it."),
    "slug_taken": lazy_gettext("There is a chapter of this address already."),
    "reason_missing": lazy_gettext("Give a reason."),
}


def obstacle(code: str) -> str:
    """Why a move was refused."""
    return str(OBSTACLES.get(code, gettext("This cannot be done now.")))
