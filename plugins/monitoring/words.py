"""What the codes of guards and files mean to people, and what to do about them."""

from plugins.monitoring.language import gettext, lazy_gettext
from plugins.monitoring.publication import words as publication_words

OBSTACLES = {
    "safety_unanswered": lazy_gettext("Answer the questions about safety."),
    "employer_missing": lazy_gettext("Tell who the employer is."),
    "allegation_missing": lazy_gettext("Describe at least one allegation."),
    "source_missing": lazy_gettext("Add at least one source."),
    "no_coordinator": lazy_gettext(
        "Nobody coordinates this country yet. Your draft is kept: ask the secretariat to name a coordinator."
    ),
    "consent_not_asked": lazy_gettext("Record for each source when you asked for consent."),
    "employer_not_linked": lazy_gettext("Link the report to an employer in the register."),
    "identifier_problem": lazy_gettext("Correct the company number of the employer in the register first."),
    "first_verifier_missing": lazy_gettext("Name the first verifier."),
    "first_is_reporter": lazy_gettext("Name a first verifier who did not write the report."),
    "first_organisation_unknown": lazy_gettext("Name a first verifier who belongs to an organisation."),
    "first_of_reporting_organisation": lazy_gettext(
        "Name a first verifier of another organisation than the one that reported."
    ),
    "second_verifier_missing": lazy_gettext("Name the second verifier."),
    "second_is_first": lazy_gettext("Name two different people as verifiers."),
    "second_is_reporter": lazy_gettext("Name a second verifier who did not write the report."),
    "same_record": lazy_gettext("Choose two different employers."),
    "merged_already": lazy_gettext(
        "One of the two is merged into another already. Open that one, or undo its merge first."
    ),
    "told_apart": lazy_gettext("Somebody has said that these two are not the same. Take that back first."),
    "not_first_verifier": lazy_gettext("Only the first verifier can propose findings."),
    "not_second_verifier": lazy_gettext("Only the second verifier can do this."),
    "verdict_missing": lazy_gettext("Choose a finding for each allegation."),
    "independent_sources": lazy_gettext(
        "An allegation is confirmed only by two sources that do not know each other, or by a decision in force."
    ),
    "primary_source": lazy_gettext("An allegation is confirmed only if one of its sources saw or lived it."),
    "reason_missing": lazy_gettext("Write the reason."),
    "author_approves": lazy_gettext("Somebody else must approve what you wrote."),
    "not_frozen": lazy_gettext("Approve the dossier before it leaves."),
    "same_person": lazy_gettext("Somebody else must approve what you wrote."),
    "content_changed": lazy_gettext(
        "The report has changed since this letter was proposed. Its author must look at it and propose it again."
    ),
    "not_open": lazy_gettext("This letter does not wait for an approval any more."),
    "report_not_verified": lazy_gettext("A dossier can be written once the report is confirmed."),
    "no_consent": lazy_gettext(
        "No source of a confirmed allegation has agreed to a dossier. Ask them first."
    ),
    "status_risk_open": lazy_gettext(
        "Ask the workers first: the letter could bring somebody trouble because of their papers."
    ),
    "no_applicant": lazy_gettext("Whoever wrote the letter belongs to no organisation. Propose it again."),
    "no_channel": lazy_gettext("Choose how it was sent. E-mail is not an appeal."),
    "registered_before_forwarded": lazy_gettext(
        "Enter a day of registration that is not before the day of forwarding."
    ),
    "forwarded_before_registered": lazy_gettext(
        "Enter a day of forwarding that is not before the day of registration."
    ),
    "forwarded_to_itself": lazy_gettext("Choose another authority than the one that has it now."),
    "extended_already": lazy_gettext("The term was extended before, and the law allows it once."),
    "extension_too_long": lazy_gettext("The law allows at most 30 more days. Enter an earlier day."),
    "extension_too_short": lazy_gettext("Enter a day after the one on which the answer is due now."),
    "outcome_against_answer": lazy_gettext(
        "Record the answer first. Without an answer the outcome is that none came."
    ),
    "money_without_currency": lazy_gettext("Enter the amount and its currency, or neither."),
    "annex_lost": lazy_gettext(
        "The ZIP cannot be made: a photo that belongs to it was removed or changed. Write a new version."
    ),
    "answer_decided": lazy_gettext("Somebody has decided on this answer already."),
    "not_to_be_shared": lazy_gettext(
        "A source does not agree that other organisations of the network know what it said. "
        "Take this source out, or keep the report as a draft."
    ),
    "consent_lost": lazy_gettext(
        "A source took its consent back. Propose the letter again, write a new version or withdraw it."
    ),
    "nothing_lost": lazy_gettext(
        "No consent of this letter was taken back, or the authority was told already."
    ),
    "not_sent": lazy_gettext("This letter has not left: nobody has to be told."),
    "norm_changed": lazy_gettext("The norm has changed since you opened this page. Read it again."),
    "norm_replaced": lazy_gettext("There is a newer edition of this norm. Open that one."),
    "edition_missing": lazy_gettext("Write first of which day the edition is."),
    "no_custodian": lazy_gettext(
        "Your organisation has no other custodian of identities. Ask its administrator to name one."
    ),
    "own_request": lazy_gettext("Another custodian must decide on your own request."),
    "request_decided": lazy_gettext("Somebody has decided on this request already, or it is too old."),
    "not_granted": lazy_gettext("Ask the custodian first."),
    "registered_before_sent": lazy_gettext(
        "Enter a day of registration that is not before the day of sending."
    ),
}


def obstacle(code: str) -> str:
    """The sentence for the code of a guard."""
    return publication_words.obstacle(code) or str(
        OBSTACLES.get(code) or gettext("This step is not possible now.")
    )


def verdicts() -> list[tuple[str, str]]:
    """What a verifier may find of an allegation."""
    return [
        ("verified", gettext("Confirmed")),
        ("unverified", gettext("Not confirmed")),
        ("refuted", gettext("Refuted: it did not happen")),
    ]


NAME_SOURCES = {
    "heard": lazy_gettext("Heard from workers"),
    "paper": lazy_gettext("Read on a paper"),
    "former": lazy_gettext("Former legal name"),
    "other": lazy_gettext("From elsewhere"),
}
"""Where another name of an employer comes from."""

RELATION_KINDS = {
    "subcontractor": lazy_gettext("Subcontractor for"),
    "labour_broker": lazy_gettext("Labour broker for"),
    "site_owner": lazy_gettext("Owner of the site where works"),
}
"""What an employer is for another, so that the other's name may follow."""

CHANGES = {
    "add": lazy_gettext("Added to the register"),
    "correct": lazy_gettext("Corrected in the register"),
    "rename": lazy_gettext("Renamed; before:"),
    "add_name": lazy_gettext("Name added:"),
    "add_number": lazy_gettext("Number added:"),
    "add_site": lazy_gettext("Place added:"),
    "add_relation": lazy_gettext("Relation added:"),
    "drop_name": lazy_gettext("Name removed:"),
    "drop_number": lazy_gettext("Number removed:"),
    "drop_site": lazy_gettext("Place removed:"),
    "drop_relation": lazy_gettext("Relation removed:"),
    "tell_apart": lazy_gettext("Said not to be the same as:"),
    "take_back_apart": lazy_gettext("No longer said to differ from:"),
}
"""What was done to a record of the register; what it was about follows."""
