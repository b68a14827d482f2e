"""Sentences for codes: gates, problems, reasons."""

from collections.abc import Mapping

from core.toolkit import reason_in_words
from plugins.media_watch.gates import Refusal
from plugins.media_watch.language import gettext, lazy_gettext

PROBLEMS = {
    "coding": lazy_gettext("Coding is not finished: codes are still missing."),
    "disputes": lazy_gettext("Decisions are missing where coders differ."),
    "units": lazy_gettext("Too few double codes: at least 100 are needed, 20 of them with a finding."),
    "alpha_undefined": lazy_gettext("The agreement of the coders is undefined: nothing varies."),
    "alpha": lazy_gettext("The coders agree too little (alpha under 0.667). Train and code again."),
    "alpha_low": lazy_gettext("The agreement is too uncertain: its lower limit is under 0.60."),
    "n_eff": lazy_gettext("No outlet has enough coded articles to be shown."),
    "notice": lazy_gettext("Outlets that will be shown have not been told yet."),
    "reply_window": lazy_gettext("Outlets still have days to reply."),
    "signatures": lazy_gettext("Two people of the association of journalists must sign this text."),
    "content_changed": lazy_gettext("The text changed after it was frozen. Freeze it again."),
    "finding_changed": lazy_gettext(
        "An outlet would be shown worse than it was told. Prepare a new release."
    ),
    "frame_empty": lazy_gettext("No articles of this quarter touch the topic yet. Collect articles first."),
    "coders_missing": lazy_gettext(
        "There is no pair of trained coders of different organisations, one of them from the other country."
    ),
    "not_coded": lazy_gettext("Close the coding first."),
    "release_open": lazy_gettext("A release is being prepared already."),
    "reason_missing": lazy_gettext("Write the reason."),
    "not_frozen": lazy_gettext("The text is not frozen. Nothing can be signed now."),
    "signed_already": lazy_gettext("Two people have signed this text already."),
    "same_person": lazy_gettext("You have signed already. The second signature is another person's."),
    "done": lazy_gettext("This code was handed in and cannot be changed."),
    "training_incomplete": lazy_gettext("Choose a level for every text."),
    "item_unknown": lazy_gettext("There is no such article in this round."),
    "reply_closed": lazy_gettext("Replies are closed: the text is being signed."),
    "reply_missing": lazy_gettext("Write your reply."),
    "reply_too_long": lazy_gettext(
        "The reply is too long. It may be as long as the finding, or 8,000 characters."
    ),
    "relevance_missing": lazy_gettext("Say whether the article speaks of a group."),
    "group_missing": lazy_gettext("Choose the group."),
    "group_twice": lazy_gettext("A group is named twice."),
    "group_unknown": lazy_gettext("Choose a group of this country's list."),
    "category_unknown": lazy_gettext("Choose a category of the list."),
    "stance_missing": lazy_gettext("Say whose voice it is."),
    "quote_missing": lazy_gettext("Copy the words that the code rests on."),
    "too_long": lazy_gettext("The answer is too long."),
    "name_taken": lazy_gettext("An outlet of this list has that name already."),
    "country_unknown": lazy_gettext("Choose the country list."),
    "url": lazy_gettext("Enter an address that begins with http:// or https://."),
    "feed_known": lazy_gettext("This feed is watched already."),
    "bad_rows": lazy_gettext("Nothing was brought in: mend the rows that are marked first."),
    "period": lazy_gettext("Enter a quarter, such as 2026-Q3."),
    "round_exists": lazy_gettext("This quarter has a round already."),
    "doctype": lazy_gettext("The file carries a DOCTYPE and is refused. Save it without."),
    "broken": lazy_gettext("The file cannot be read as OPML."),
    "empty": lazy_gettext("There is no feed in the file."),
    "too_many": lazy_gettext("There are more than 1,000 feeds in the file. Divide it."),
}

FEED_ERRORS = {
    "gone": lazy_gettext("Gone for good (410)"),
    "not_a_feed": lazy_gettext("What is there is not a feed."),
    "entities": lazy_gettext("The document defines entities of its own and is refused."),
    "memory": lazy_gettext("The document could not be read within its limits."),
    "cpu": lazy_gettext("The document could not be read within its limits."),
    "wall": lazy_gettext("The document could not be read within its limits."),
    "output": lazy_gettext("The document could not be read within its limits."),
    "crash": lazy_gettext("The document could not be read within its limits."),
}


def problem(code: str) -> str:
    """The sentence for a problem's code."""
    return str(PROBLEMS.get(code) or gettext("This step is not possible now."))


def gate(refusal: Refusal) -> str:
    """Which gate is shut, and what is missing."""
    return " ".join([problem(refusal.gate), _missing(refusal.values)]).strip()


def _missing(values: Mapping[str, object]) -> str:
    told = "; ".join(str(value) for value in values.values())
    return f"({told})" if told else ""


def feed_error(code: str) -> str:
    """Why a feed could not be read, in words."""
    if code in FEED_ERRORS:
        return str(FEED_ERRORS[code])
    if code.startswith("http_"):
        return str(gettext("The site answered with status %(status)s", status=code.removeprefix("http_")))
    try:
        return str(reason_in_words(code))  # a lazy proxy to mypy
    except KeyError:
        return code
