"""The pictures of the README and of the guides, as data: who looks at which page, and what is pressed before."""

from dataclasses import dataclass

LANGUAGES = ("ru", "ky", "en")
PHONE, TALL, SHORT, DESK = (360, 720), (360, 960), (360, 560), (1280, 720)
HEADER = "main :is(.back, .caption, h1)"
"""The page's own header: what stands above it is the same everywhere."""

FIRST = "main table a"
"""The first row of a list."""


SECOND, THIRD = (f"main tbody tr:nth-child({number}) a" for number in (2, 3))


@dataclass(frozen=True)
class Picture:
    """One picture: somebody of the sample network ("" for anybody) opens `path` and takes `steps`.

    A step is a selector to press, or `+` and what to add to the address. `begin` is the element that stands at the top
    of the picture, "" leaves the page as it opens. `scene` names what the script must do where steps are not enough;
    `confirmed` pages ask for the password anew. Pictures without a `guide` are those of the README, in Russian only.
    """

    name: str
    guide: str
    person: str
    path: str
    steps: tuple[str, ...] = ()
    begin: str = HEADER
    scene: str = ""
    confirmed: bool = False
    size: tuple[int, int] = PHONE

    @property
    def languages(self) -> tuple[str, ...]:
        """In which languages it is taken."""
        return LANGUAGES if self.guide else LANGUAGES[:1]

    def file(self, language: str) -> str:
        """Where it is kept, below `docs/screenshots`."""
        return f"{language}/{self.name}.png" if self.guide else f"{self.name}.png"


def reports(state: str) -> str:
    """The list of reports in that state."""
    return f"monitoring/reports?state={state}"


def dossiers(state: str) -> str:
    """The list of dossiers in that state."""
    return f"monitoring/dossiers?state={state}"


def listings(state: str) -> str:
    """The entries of the public list in that state."""
    return f"monitoring/listings?state={state}"


PICTURES = (
    Picture("home", "", "", "", begin="", size=TALL),
    Picture("report", "", "monitor", reports("verified"), (FIRST,), begin="", size=TALL),
    Picture("dashboard", "", "coordinator", "work", begin="", size=DESK),
    Picture("sign-in", "start", "", "account/sign-in"),
    Picture("waiting", "start", "coordinator", "work"),
    Picture("cannot-get-in", "trouble", "", "account/cannot-get-in"),
    Picture("draft", "monitor", "monitor", reports("draft"), (FIRST,)),
    Picture("consents", "monitor", "monitor", reports("draft"), (FIRST, "+/sources/0"), begin="#consents"),
    Picture("contact", "monitor", "monitor", reports("submitted"), (FIRST, ".contacts a:not([href$='/open'])")),
    Picture("upload", "monitor", "monitor", reports("draft"), (FIRST, "+/evidence/0"), scene="photo"),
    Picture("take-back", "monitor", "monitor", reports("submitted"), (FIRST, "main a[href*='/consents/']")),
    Picture("queue", "coordinator", "coordinator", "monitoring/queue", begin="#found"),
    Picture("triage", "coordinator", "coordinator", reports("triage"), (FIRST,)),
    Picture("dossier", "coordinator", "coordinator", dossiers("registered"), (FIRST,)),
    Picture("judge", "verifier", "verifier", reports("verification"), (FIRST, "+/findings"), begin="main fieldset"),
    Picture("confirm", "verifier", "second", reports("confirmation"), (FIRST, "+/confirm")),
    Picture("approve", "legal-officer", "lawyer", dossiers("drafting"), (FIRST,), size=TALL),
    Picture("norms", "legal-officer", "lawyer", "monitoring/norms"),
    Picture("reply", "legal-officer", "lawyer", listings("reply_window"), (FIRST,), begin="#main h2"),
    Picture("vote", "board", "board2", listings("board"), (FIRST,), size=TALL),
    Picture("published", "board", "", "monitoring/published", begin="#found"),
    Picture("entry", "board", "", "monitoring/published", (FIRST,)),
    Picture("link", "inspector", "", "monitoring/shared", scene="link"),
    Picture("verify", "inspector", "", "monitoring/verify"),
    Picture("sealed", "custodian-and-key-holder", "monitor", "vault/"),
    Picture(
        "sheet", "custodian-and-key-holder", "monitor", "vault/",
        ("+new-sheet", "main form button"), confirmed=True,
    ),
    Picture(
        "request", "custodian-and-key-holder", "custodian", "monitoring/contacts/requests",
        ("main li a",), confirmed=True,
    ),
    Picture("data-columns", "research", "depositor", "research/work", (FIRST, "+/columns")),
    Picture("data-review", "research", "scholar", "research/work", (FIRST,), begin="#main h2"),
    Picture("data-open", "research", "depositor", "research/", (FIRST,)),
    Picture("data-request", "research", "scholar", "research/requests", (FIRST,)),
    Picture("fair-plan", "fair-council", "council", "job_fairs/", (SECOND, "+/plan"), size=SHORT),
    Picture("fair-register", "fair-helper", "council", "job_fairs/", (SECOND, "+/register"), size=SHORT),
    Picture("fair-door", "fair-desk", "council", "job_fairs/", (SECOND, "+/day"), size=SHORT),
    Picture("fair-vacancies", "fair-employer", "", "job_fairs/open/vacancies", begin="#main .count", size=(360, 440)),
    Picture(
        "fair-report", "fair-coordinator", "council", "job_fairs/",
        (THIRD, "+/report"), begin="#main h2", size=SHORT,
    ),
    Picture("promises", "network-coordinator", "net_coordinator", "commitments/", size=SHORT),
    Picture("periodic", "network-coordinator", "net_coordinator", "reports/desk", (FIRST,)),
    Picture("people", "administrator", "org_admin", "people/"),
    Picture("invite", "administrator", "org_admin", "people/invite"),
    Picture("release", "media-watch", "", "media_watch/releases", ("main ul a",)),
    Picture("training", "media-coder", "coder_kg", "media_watch/desk/training"),
    Picture("coding", "media-coder", "coder_kg", "media_watch/desk"),
    Picture("decision", "media-adjudicator", "judge", "media_watch/decisions", (FIRST,)),
    Picture("round", "media-coordinator", "media", "media_watch/rounds", (FIRST,)),
    Picture("sign", "media-association", "press_first", "media_watch/rounds", (FIRST,), begin="section.panel"),
    Picture("notice", "media-outlet", "", "media_watch/replies", scene="notice"),
)  # fmt: skip
