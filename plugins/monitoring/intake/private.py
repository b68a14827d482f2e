"""What survey tools add about the device and the person: dropped by its column's name, or masked by its look.

Nothing of it reaches a draft, a batch that waits for a confirmation, or a hash: a phone number is quickly guessed.
"""

import re

SIGNS = re.compile(r"[\W_]+")


def folded(text: str) -> str:
    """Case, ё, spaces and signs do not tell headers or labels apart."""
    return SIGNS.sub("", text.casefold().replace("ё", "е"))


NAMES = (
    "device id|device|phone number|phone|user name|subscriber id|sim serial|sim id|imei|geolocation|location"
    "|submitted by|enumerator|email|passport|pin|audit|background audio|start|end|today|start time|end time"
    "|submission time|submission date|started at|completed at|submitter id|submitter name|reviewer"
    "|телефон|номер телефона|паспорт|пин|адрес|устройство|имя пользователя|электронная почта|геолокация"
    "|телефон номери|эл почта|эпочта|дарек|түзмөк|колдонуучунун аты"
)
NEVER = frozenset(map(folded, NAMES.split("|")))
STARTS = ("gps", "geopoint", "geotrace", "geoshape", "startgeopoint")
ENDS = ("latitude", "longitude", "altitude", "precision", "accuracy", "gps", "geopoint", "deviceid", "imei")
MASK = "…"
NUMBER = r"\d[\d\s()\-]{7,}\d"
LOOKS = {
    "e-mail": re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    "phone": re.compile(
        rf"(?:\+|\b00){NUMBER}|(?<![\d.,])[08][\s(-]*\d{{3}}[\s)-]*\d{{3}}[\s-]*\d{{2,3}}[\s-]*\d{{0,2}}"
        r"(?![\d.,])"
    ),
    "place": re.compile(r"-?\d{1,2}\.\d{3,}[,;\s]+-?\d{1,3}\.\d{3,}(?:[,;\s]+-?\d+(?:\.\d+)?){0,2}"),
    "device": re.compile(
        r"\b(?:collect|imei|deviceid|simserial|subscriberid|phonenumber|username|ee\.[\w.]+):\s*\S+", re.IGNORECASE
    ),
    "stamp": re.compile(r"\b\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?"),
}  # fmt: skip
"""What a value looks like -> the pattern. A company number has a field of its own, where nothing is masked."""

SUSPECT = re.compile(r"@|:|\.\d{3}|\dT\d|\d[\d\s()\-]{7}")
"""What a text must have for any of the looks to be in it; most texts have none of it, and are read only once."""


def is_private(header: str) -> bool:
    """Whether a column or question is never taken in; a private group hides all its questions."""
    names = [folded(part) for part in re.split(r"[/.:]", header) if part.strip()]
    return any(map(_never, (*names, folded(header))))


def masked(text: str) -> tuple[str, tuple[str, ...]]:
    """A text without what tells a person or a device, and the kinds that were found in it."""
    if not SUSPECT.search(text):
        return text, ()
    found = []
    for kind, look in LOOKS.items():
        text, count = look.subn(MASK, text)
        found += [kind] * bool(count)
    return text, tuple(found)


def _never(name: str) -> bool:
    return name in NEVER or name.startswith(STARTS) or name.endswith(ENDS)
