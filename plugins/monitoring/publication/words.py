"""What the public list says: never a verdict on anybody, always what was reported, checked and answered."""

from core.toolkit import mark
from plugins.monitoring.language import gettext, lazy_gettext

STATE_REGISTER = "https://rostrud.gov.ru/"
"""Whose register this list must not be taken for."""

STANDING = mark("There are published confirmed reports of violations about %(name)s")

GATES = {
    "person": lazy_gettext("The employer is a firm, not a person"),
    "number": lazy_gettext("A sound company number identifies the employer"),
    "confirmed": lazy_gettext("A person has found the number in an open register"),
    "workers": lazy_gettext("Enough workers are concerned"),
    "sources": lazy_gettext("Enough independent sources"),
    "primary": lazy_gettext("Enough sources that saw or lived it"),
    "reports": lazy_gettext("Two confirmed reports, or one and a document"),
    "organisations": lazy_gettext("Reports of enough organisations, or a document"),
    "recent": lazy_gettext("The last fact is recent enough"),
    "grave": lazy_gettext("A grave violation is among them"),
    "consent": lazy_gettext("Every source relied on agrees to publication"),
    "reidentification": lazy_gettext("Nobody can be recognised from what is told"),
    "migrants": lazy_gettext("Enough migrants work on the site, so that none stands out"),
    "safe": lazy_gettext("Every source relied on has left, or accepts it in writing"),
    "dossier": lazy_gettext("A dossier went to the authority first"),
    "decision": lazy_gettext("An official decision is in force"),
    "document": lazy_gettext("The paper of the decision is stored"),
    "testimony": lazy_gettext("No testimony of workers is used"),
    "prosecution_risk": lazy_gettext("The question of prosecution is answered, and nobody is at risk"),
    "reply": lazy_gettext("The employer could reply, and what came is recorded"),
    "votes": lazy_gettext("Enough members of the board have voted for these words"),
}
"""Each gate in one line; a refusal names the gates that do not hold."""

OBSTACLES = {
    "reviewer_proposed": lazy_gettext("You have proposed this entry. Another legal officer must take it."),
    "reply_window_open": lazy_gettext(
        "The employer still has time to reply. Wait until the last day has passed."
    ),
    "reply_empty": lazy_gettext("Write what the employer replied."),
    "reply_extended": lazy_gettext("The employer has had more time once already."),
    "letter_in_future": lazy_gettext("Enter the days on which the letters went out, not days to come."),
    "post_number_missing": lazy_gettext("Enter the number of the registered letter."),
    "publication_off": lazy_gettext("Publishing is switched off on this site."),
    "listing_grounds": lazy_gettext("Choose confirmed reports, or enter an official decision; not both."),
    "listing_report": lazy_gettext("Choose confirmed reports about this employer that you may read."),
    "listing_open": lazy_gettext("There is an entry about this employer already. Continue with that one."),
    "listing_changed": lazy_gettext("Somebody changed this entry meanwhile. Read it again."),
    "not_open_now": lazy_gettext("This is not possible where the entry stands now."),
    "voter_proposed": lazy_gettext("You cannot vote: you proposed this entry or put it to the vote."),
    "voter_reviewed": lazy_gettext("You cannot vote: you took part in the review of this entry."),
    "voter_own_case": lazy_gettext("You cannot vote: you reported or verified in this case."),
    "voter_of_reporting_organisation": lazy_gettext(
        "You cannot vote: your organisation reported in this case."
    ),
    "voted_already": lazy_gettext("You have voted. Another member of the board must vote, too."),
    "vote_content_changed": lazy_gettext(
        "The words have changed since they were put to the vote. A legal officer must put them to the vote again."
    ),
    "renewed_already": lazy_gettext("An entry is renewed once only."),
}

RISKS = (
    ("none", lazy_gettext("No")),
    ("handled", lazy_gettext("Yes, and those concerned know it and accept it, or it is averted")),
    ("open", lazy_gettext("Yes, or nobody has found out yet")),
)
TESTS = (
    ("passed", lazy_gettext("No, nobody stands out")),
    ("failed", lazy_gettext("Yes, or we are not sure")),
)
STANCES = (
    ("left", lazy_gettext("Has left the employer")),
    ("accepted", lazy_gettext("Is still there and accepts it in writing")),
    ("", lazy_gettext("Not known")),
    ("drop", lazy_gettext("Do not rely on this source")),
)
REPLIES = (
    ("full", lazy_gettext("A reply, shown in full")),
    ("summary", lazy_gettext("A reply, shown as an agreed summary")),
    ("none", lazy_gettext("No reply came")),
)
DECISIONS = {
    "court": lazy_gettext("Decision of a court"),
    "labour_inspectorate": lazy_gettext("Decision of the labour inspectorate"),
    "register": lazy_gettext("Entry of an official register"),
}
CORRECTIONS = {
    "annulled": lazy_gettext("Annulled as mistaken. We are sorry for it."),
    "lifted": lazy_gettext("Taken off the list."),
    "suspended": lazy_gettext("Suspended until it is checked again."),
    "republished": lazy_gettext("Checked again and published in a new version."),
    "renewed": lazy_gettext("Renewed on a new confirmed report."),
}
STATES = {
    "published": lazy_gettext("Confirmed reports of violations"),
    "renewal": lazy_gettext("Confirmed reports of violations"),
    "disputed": lazy_gettext("Confirmed reports, disputed by the employer"),
    "remedied": lazy_gettext("Remedied: the wages were paid"),
    "": lazy_gettext("No published reports under this number"),
}
"""How an entry stands, in public."""


def obstacle(code: str) -> str:
    """The sentence of a refusal; a gate is named as one. Empty for a code of another place."""
    if code.startswith("gate_") and (gate := GATES.get(code.removeprefix("gate_"))):
        return str(gettext("This gate does not hold: %(gate)s.", gate=str(gate)))
    return str(OBSTACLES.get(code, ""))
