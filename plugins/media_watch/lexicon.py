"""Word lists that steer sampling, as versioned data: whether a text touches the topic, and holds risk words.

They never code anything. A stem matches words that begin with it and go on by an ending: Russian of up to six letters,
Kyrgyz of up to twelve, since its endings pile up.
"""

import json
import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

ENDING = {"ru": 6, "ky": 12}
WORDS: Mapping[str, Mapping[str, Sequence[str]]] = json.loads(
    files("plugins.media_watch").joinpath("lexicon.json").read_text(encoding="utf-8")
)
VERSION = str(WORDS["version"])
KYRGYZ = re.compile("[өүң]", re.IGNORECASE)
CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)
OTHERS = {
    code: re.compile(each, re.IGNORECASE)
    for code, each in {"uz": "[ўқғҳ]", "tg": "[ӣӯҷ]", "kk": "[әіұһ]"}.items()
}
NEAR = 12
"""Words between a name of a group and a risk word that still belong together."""


def language_of(text: str) -> str:
    """ru, ky, kk, uz, tg or en, by letters that only one of them has."""
    sample = text[:5000]
    for code, letters in OTHERS.items():
        if len(letters.findall(sample)) * 200 > len(sample):
            return code
    if not CYRILLIC.search(sample):
        return "en"
    return "ky" if len(KYRGYZ.findall(sample)) * 200 >= len(sample) else "ru"


def marks(text: str) -> tuple[bool, bool]:
    """Whether the text names a group or speaks of migration, and whether a risk word stands near such a word.

    Near is a dozen words at most between them. Both languages are tried, since texts mix them.
    """
    plain = text.lower().replace("ё", "е")
    if not _pattern("topic").search(plain):
        return False, False
    if not _pattern("risk").search(plain):
        return True, False
    starts = [each.start() for each in re.finditer(r"\w+", plain)]
    topic, risk = (_places(kind, plain, starts) for kind in ("topic", "risk"))
    return True, any(abs(one - other) <= NEAR for one in topic for other in risk)


def in_topic(text: str) -> bool:
    """Whether the text names a group or speaks of migration."""
    return marks(text)[0]


def in_risk(text: str) -> bool:
    """Whether a risk word stands near a word of the topic."""
    return marks(text)[1]


def _places(kind: str, plain: str, starts: list[int]) -> list[int]:
    """The places, counted in words, of what matches."""
    return [bisect_left(starts, each.start()) for each in _pattern(kind).finditer(plain)]


@cache
def _pattern(kind: str) -> re.Pattern[str]:
    """All stems as one pattern; words of a row follow each other, whatever their endings and what stands between."""
    stems = [
        _stem(stem.replace("ё", "е").split(), ending)
        for language, ending in ENDING.items()
        for stem in WORDS[kind][language]
    ]
    return re.compile(rf"(?<!\w)(?:{'|'.join(stems)})")


def _stem(parts: list[str], ending: int) -> str:
    if len(parts) > 1:
        return r"\w*\W+".join(re.escape(part) for part in parts)
    return rf"{re.escape(parts[0])}\w{{0,{ending}}}(?!\w)"
