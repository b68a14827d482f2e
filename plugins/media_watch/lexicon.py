"""Word lists that steer sampling, as versioned data: whether a text touches the topic, and holds risk words.

They never code anything. A stem matches words that begin with it and go on by an ending: Russian of up to six letters,
Kyrgyz of up to twelve, since its endings pile up.
"""

import json
import re
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


def in_topic(text: str) -> bool:
    """Whether the text names a group or speaks of migration."""
    return bool(_found("topic", text))


def in_risk(text: str) -> bool:
    """Whether a risk word stands near a word of the topic, a dozen words at most between them."""
    topic, risk = _found("topic", text), _found("risk", text)
    return any(abs(one - other) <= NEAR for one in topic for other in risk)


def _found(kind: str, text: str) -> list[int]:
    """The places, counted in words, of what matches; both languages are tried, since texts mix them."""
    words = re.findall(r"\w+", text.lower().replace("ё", "е"))
    pattern, rows = _pattern(kind)
    places = [i for i, word in enumerate(words) if pattern.fullmatch(word)]
    for row in rows:
        size = len(row)
        places += [
            i for i in range(len(words) - size + 1) if all(map(str.startswith, words[i : i + size], row))
        ]
    return places


@cache
def _pattern(kind: str) -> tuple[re.Pattern[str], tuple[tuple[str, ...], ...]]:
    single, rows = [], []
    for language, ending in ENDING.items():
        for stem in WORDS[kind][language]:
            parts = tuple(stem.replace("ё", "е").split())
            if len(parts) > 1:
                rows.append(parts)
            else:
                single.append(rf"{re.escape(parts[0])}\w{{0,{ending}}}")
    return re.compile("|".join(single)), tuple(rows)
