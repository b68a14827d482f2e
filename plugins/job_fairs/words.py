"""What codes mean in words."""

from plugins.job_fairs.language import gettext, lazy_gettext

OBSTACLES = {
    "venue_missing": lazy_gettext("Enter the venue first."),
    "phone_missing": lazy_gettext("Enter the council's telephone first."),
    "no_employers": lazy_gettext("Accept at least one employer first."),
    "licence_missing": lazy_gettext(
        "A vacancy abroad has no licence of the agency. Refuse it or ask for the number."
    ),
    "licence_unchecked": lazy_gettext(
        "Look the licence up in the register of the ministry, then tick that you did."
    ),
    "no_vacancy": lazy_gettext("Accept at least one vacancy of this employer first."),
    "last_vacancy": lazy_gettext(
        "It is the last accepted vacancy of an employer who takes part. Accept another one first."
    ),
    "reason_missing": lazy_gettext("Write the reason."),
    "booth_taken": lazy_gettext("Another employer has this booth. Choose another."),
    "applications_closed": lazy_gettext("Employers cannot apply to this fair now."),
    "applied_already": lazy_gettext("An employer with this INN has applied already."),
    "registration_closed": lazy_gettext("People cannot be registered in this way now."),
    "consent_missing": lazy_gettext("Without consent nobody can be registered. Ask, and tick the box."),
    "wishes_wrong": lazy_gettext("Choose one to five employers, each once."),
    "answer_wrong": lazy_gettext("One of the answers is not in its list. Choose again."),
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
    "no_solver": lazy_gettext("The exact way is not installed here. Choose the quick one."),
    "gone": lazy_gettext("This person has withdrawn, or the registration was merged with another."),
    "merge_other_way": lazy_gettext(
        "Keep the registration that has the contact; merge the other one into it."
    ),
    "not_published": lazy_gettext("Publish the plan first, then offer what is free."),
    "too_late": lazy_gettext("The fair has begun: there is no time left for an offer of this length."),
    "offer_over": lazy_gettext("This offer has ended. Somebody else may have it by now."),
    "wave_not_due": lazy_gettext("This wave cannot be asked yet."),
    "not_present": lazy_gettext("Somebody on the page did not come to the fair. Open the page anew."),
    "outcome_changed": lazy_gettext(
        "Somebody else has answered for one of these people meanwhile. Nothing was kept. Look at the page anew."
    ),
    "results_missing": lazy_gettext(
        "Not everybody who came was asked in all three waves. Enter the results first."
    ),
    "begun": lazy_gettext("The fair has begun or is over. It cannot be changed any more."),
    "frame_stands": lazy_gettext(
        "Appointments stand. The length of an interview and their number cannot change any more."
    ),
    "no_such_square": lazy_gettext("The grid has 6 columns and 8 rows."),
    "place_taken": lazy_gettext("Two employers stand on the same square. Move one of them."),
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
    "own": lazy_gettext("Our own weights"),
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
    "offered": lazy_gettext("Offered, not answered yet"),
    "declined": lazy_gettext("Offer declined"),
    "expired": lazy_gettext("Offer not answered in time"),
}
WAVES = {
    "day": lazy_gettext("On the day"),
    "weeks": lazy_gettext("After two weeks"),
    "months": lazy_gettext("After three months"),
}
STATUSES = {
    "unknown": lazy_gettext("Not asked yet"),
    "not_reached": lazy_gettext("Called in vain"),
    "hired": lazy_gettext("Hired"),
    "second": lazy_gettext("Awaits a decision"),
    "no": lazy_gettext("Not hired"),
}
SOURCES = {
    "seeker": lazy_gettext("The person"),
    "employer": lazy_gettext("The employer"),
    "both": lazy_gettext("Both"),
}
CONTRACTS = {"yes": lazy_gettext("With a contract"), "no": lazy_gettext("Without a contract")}
WAGES = {
    "under20": lazy_gettext("Under 20 000 som"),
    "20to35": lazy_gettext("20 000 to 35 000 som"),
    "35to50": lazy_gettext("35 000 to 50 000 som"),
    "over50": lazy_gettext("Over 50 000 som"),
}
STEPS = {
    "away": lazy_gettext("Did not come (people)"),
    "came": lazy_gettext("Came, no interview"),
    "met": lazy_gettext("Had an interview"),
}
BANDS = {
    "14": lazy_gettext("Up to 17 years"),
    "18": lazy_gettext("18 to 28 years"),
    "29": lazy_gettext("29 to 44 years"),
    "45": lazy_gettext("45 to 59 years"),
    "60": lazy_gettext("60 years and over"),
    "": lazy_gettext("Age not known"),
}
GROUPED_SEXES = {
    "2": lazy_gettext("Women"),
    "1": lazy_gettext("Men"),
    "0": lazy_gettext("Sex not known"),
}
SCHEDULES = {
    "day": lazy_gettext("Day work"),
    "shift": lazy_gettext("Shifts"),
    "night": lazy_gettext("Nights"),
    "part": lazy_gettext("Part time"),
    "season": lazy_gettext("Seasonal work"),
}
EDUCATIONS = {
    "": lazy_gettext("Not said"),
    "basic": lazy_gettext("School, up to 9 classes"),
    "general": lazy_gettext("School, 11 classes"),
    "vocational": lazy_gettext("Vocational school or college"),
    "higher": lazy_gettext("University"),
}
RETURNED = {
    "unknown": lazy_gettext("Not said"),
    "yes": lazy_gettext("Yes"),
    "no": lazy_gettext("No"),
}
MESSAGES = {
    "stands": lazy_gettext("Appointment"),
    "moved": lazy_gettext("Moved"),
    "off": lazy_gettext("Called off"),
}
SIGNS = {
    "phone": lazy_gettext("same telephone"),
    "name": lazy_gettext("like name"),
    "birth_year": lazy_gettext("same year of birth"),
    "wishes": lazy_gettext("same wishes"),
}
REGISTERED = {
    "confirmed": lazy_gettext("Registered"),
    "present": lazy_gettext("Came"),
    "withdrawn": lazy_gettext("Withdrawn"),
    "merged": lazy_gettext("Merged with another registration"),
}


def obstacle(code: str) -> str:
    """Why something cannot be done, and what to do."""
    return str(OBSTACLES.get(code) or gettext("This cannot be done now."))
