"""Which names of the register are worth comparing with a new one: short keys that spellings of one name share.

A key is a whole word, or two words each known by its first or last letters: so a typing mistake, another word
order, a lost word or a joined one leaves at least one key standing, and few other firms have the same.
"""

from itertools import combinations

from plugins.monitoring.register.matching import spelt

MOST_WORDS = 4
"""A longer name is known by its longest words."""
FEW_WORDS = 2
"""A name of more words has pairs enough; one of few is known by its longest word alone, too."""
SHORT = 5
"""In words of this length a mistake can spoil three letters at both ends, so two are kept as well."""
LONGEST_WORD = 24


def keys(name: str) -> frozenset[str]:
    """All keys of a name as heard; the same for a name of the register and for a question about it."""
    heard = spelt(name)
    words = sorted(set(heard), key=lambda word: (-len(word), word))[:MOST_WORDS]
    found = {whole(word) for word in (*words, "".join(heard)) if word}
    if len(words) <= FEW_WORDS:
        found.update(*(_alone(word) for word in words[:1]))
    found.update(*(_together(one, other) for one, other in combinations(words, 2)))
    return frozenset(found)


def whole(word: str) -> str:
    """The key of a word in its one spelling; those of longer words begin with it."""
    return f"={word[:LONGEST_WORD]}"


def _ends(word: str) -> tuple[str, ...]:
    sizes = (2,) if len(word) < SHORT else (2, 3) if len(word) == SHORT else (3,)
    return tuple(dict.fromkeys(end for size in sizes for end in (f"{word[:size]}-", f"-{word[-size:]}")))


def _together(one: str, other: str) -> set[str]:
    return {"".join(sorted((a, b))) for a in _ends(one) for b in _ends(other)}


def _alone(word: str) -> set[str]:
    """The longest word on its own: by five letters of either end, by both ends, short ones without a letter."""
    found = {f"{word[:5]}<", f">{word[-5:]}", f"{word[:3]}<>{word[-3:]}"}
    if len(word) <= SHORT + 1:
        found |= {f"~{word[:place]}{word[place + 1 :]}" for place in range(len(word))} | {f"~{word}"}
    return found
