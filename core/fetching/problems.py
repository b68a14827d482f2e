"""Why a page was not fetched: a code for programs, a sentence for people."""

from core.i18n import gettext, mark

REASONS = {
    "url": mark("This is not a web address."),
    "scheme": mark("Only addresses that begin with http or https are fetched."),
    "userinfo": mark("The address carries a user name or password. Remove it."),
    "port": mark("Only the usual ports of the web (80 and 443) are fetched."),
    "host": mark("The name of the site is written in an unusual way. Write it plainly."),
    "address": mark("The name leads into a private or reserved network, so it is not fetched."),
    "downgrade": mark("The site leads from a protected address to an unprotected one."),
    "hops": mark("The site redirects too many times."),
    "budget": mark("This site was asked very often just now. Try again in a few minutes."),
    "name": mark("The name of the site was not found."),
    "connect": mark("The site could not be reached."),
    "tls": mark("The certificate of the site is not valid for its name."),
    "deadline": mark("The site answers too slowly."),
    "too_large": mark("The answer of the site is too large."),
    "encoding": mark("The answer of the site is packed in a way that cannot be opened."),
    "broken": mark("The answer of the site is broken off or not understandable."),
}
"""Code -> the sentence; `reason_in_words` translates it."""


class FetchProblem(Exception):
    """Nothing usable came back; `reason` is a code of REASONS."""

    def __init__(self, reason: str) -> None:
        """Keep the code; the address itself stays out of messages and logs."""
        super().__init__(reason)
        self.reason = reason


class Refused(FetchProblem):
    """We did not ask: the address, or one that it led to, breaks our rules. Asking again changes nothing."""


class FetchFailed(FetchProblem):
    """We asked and it failed: it may work later."""


def reason_in_words(reason: str) -> str:
    """The sentence for a code, in the visitor's language."""
    return str(gettext(REASONS[reason]))
