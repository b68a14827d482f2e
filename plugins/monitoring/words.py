"""What the codes of guards and files mean to people, and what to do about them."""

from plugins.monitoring.language import gettext, lazy_gettext

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
    "registered_before_sent": lazy_gettext(
        "Enter a day of registration that is not before the day of sending."
    ),
}


def obstacle(code: str) -> str:
    """The sentence for the code of a guard."""
    return str(OBSTACLES.get(code) or gettext("This step is not possible now."))


def verdicts() -> list[tuple[str, str]]:
    """What a verifier may find of an allegation."""
    return [
        ("verified", gettext("Confirmed")),
        ("unverified", gettext("Not confirmed")),
        ("refuted", gettext("Refuted: it did not happen")),
    ]
