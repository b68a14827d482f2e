"""What codes mean in words."""

from plugins.job_fairs.language import gettext, lazy_gettext

OBSTACLES = {
    "venue_missing": lazy_gettext("Enter the venue first."),
    "phone_missing": lazy_gettext("Enter the council's telephone first."),
    "no_employers": lazy_gettext("Accept at least one employer first."),
    "licence_missing": lazy_gettext(
        "A vacancy abroad has no licence of the agency. Reject it or ask for the number."
    ),
    "reason_missing": lazy_gettext("Write the reason."),
    "booth_taken": lazy_gettext("Another employer has this booth. Choose another."),
    "applications_closed": lazy_gettext("Employers cannot apply to this fair now."),
    "applied_already": lazy_gettext("An employer with this INN has applied already."),
    "registration_closed": lazy_gettext("People cannot be registered in this way now."),
    "consent_missing": lazy_gettext("Without consent nobody can be registered. Ask, and tick the box."),
    "wishes_wrong": lazy_gettext("Choose one to five employers, each once."),
    "window_wrong": lazy_gettext("The end must not be before the beginning."),
    "not_plannable": lazy_gettext("End the registration first, then plan."),
    "published_already": lazy_gettext("This version is published already."),
    "plan_stale": lazy_gettext(
        "People, desks or appointments have changed since this plan was made. Make a new one."
    ),
    "taken": lazy_gettext("Somebody else has just taken this place."),
    "no_such_desk": lazy_gettext("There is no such desk at that time."),
    "code_wrong": lazy_gettext("A digit of the code is wrong. Type the six digits again."),
    "code_unknown": lazy_gettext("Nobody has this code at this fair. Register the person as a walk-in."),
    "scan_of_another": lazy_gettext("This scan belongs to somebody else. Scan again."),
    "no_such_interview": lazy_gettext("This interview does not stand any more."),
}
REASONS = {
    "no_common_slot": lazy_gettext("never there at the same time"),
    "employer_full": lazy_gettext("employer full"),
    "person_full": lazy_gettext("person's time full"),
    "rest_rule": lazy_gettext("rest between two interviews"),
    "open": lazy_gettext("could be met"),
}
CHANNELS = {
    "helper": lazy_gettext("A helper"),
    "phone": lazy_gettext("By telephone"),
    "paper": lazy_gettext("From a paper list"),
    "walk_in": lazy_gettext("Came without registration"),
    "web": lazy_gettext("On the site"),
}
SEXES = {
    "2": lazy_gettext("Woman"),
    "1": lazy_gettext("Man"),
    "0": lazy_gettext("Not known"),
    "9": lazy_gettext("Not said"),
}
CHOICES = {
    "balanced": lazy_gettext("Interviews and people alike"),
    "count": lazy_gettext("Most interviews"),
    "people": lazy_gettext("Most people with an interview"),
    "ranks": lazy_gettext("First choices"),
}
GROUPS = {
    "short": lazy_gettext("The fifth with the shortest stay"),
    "long": lazy_gettext("All others"),
}
ENDS = {
    "published": lazy_gettext("Not entered yet"),
    "done": lazy_gettext("Took place"),
    "seeker_absent": lazy_gettext("The person did not come"),
    "employer_absent": lazy_gettext("The employer did not come"),
    "cancelled": lazy_gettext("Called off"),
}


def obstacle(code: str) -> str:
    """Why something cannot be done, and what to do."""
    return str(OBSTACLES.get(code) or gettext("This cannot be done now."))
