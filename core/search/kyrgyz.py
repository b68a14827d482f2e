"""A careful stemmer for Kyrgyz nouns: case, possession and number come off, derivation stays.

It reads folded words (ө ү ң written о у н), so vowel harmony is checked as far as folding leaves it:
о and у may be back or front. It goes on until nothing more comes off, so that a base form that only
looks inflected ends where its own inflected forms end. Verbs are left alone.
"""

_VOWELS = frozenset("аеиоуыэюя")
_HIGH = frozenset("ыиу")
_VOICELESS = frozenset("кпстфхцчшщ")
_VOICED = frozenset("бвгджзйлмнрь")
_SOFTENED = frozenset("гб")
_SONANT = frozenset("йр")
_CONSONANTS = _VOICELESS | _VOICED
# After ч a final vowel is the suffix of a doer (жумушчу), which is part of the word.
_BEFORE_POSSESSION = _CONSONANTS - {"ч"}

# Which vowel a suffix takes after the last vowel of its stem; A is the low vowel, I the high one.
_HARMONY = {
    "A": {"а": "а", "ы": "а", "я": "а", "е": "е", "и": "е", "э": "е", "о": "о", "у": "ао", "ю": "ао"},
    "I": {"а": "ы", "ы": "ы", "я": "ы", "е": "и", "и": "и", "э": "и", "о": "у", "у": "у", "ю": "у"},
}

# (suffix, what may stand before it, least length of what stays); longer suffixes are tried first.
_RULES = (
    ("ндAгI", _HIGH, 3),  # in their ...: шаарындагы
    ("дAгI", _VOWELS | _VOICED, 3),
    ("тAгI", _VOICELESS, 3),
    ("ндAн", _HIGH, 3),
    ("IбIз", _CONSONANTS, 3),  # our
    ("IнIз", _CONSONANTS, 3),  # your
    ("бIз", _VOWELS, 3),
    ("нIз", _VOWELS, 3),
    ("нIн", _VOWELS, 3),  # genitive
    ("дIн", _VOICED, 3),
    ("тIн", _VOICELESS, 3),
    ("дAн", _VOWELS | _VOICED, 3),  # ablative
    ("тAн", _VOICELESS, 3),
    ("нAн", _HIGH, 3),
    ("ндA", _HIGH, 3),  # locative
    ("лAр", _VOWELS | _SONANT, 3),  # plural
    ("дAр", _VOICED, 3),
    ("тAр", _VOICELESS, 3),
    ("сIн", _VOWELS, 3),  # accusative of "their"
    ("нI", _VOWELS, 3),  # accusative
    ("дI", _VOICED, 3),
    ("тI", _VOICELESS, 3),
    ("гA", _VOWELS | _VOICED, 3),  # dative
    ("кA", _VOICELESS, 3),
    ("нA", _HIGH, 3),
    ("дA", _VOWELS | _VOICED, 3),
    ("тA", _VOICELESS, 3),
    ("сI", _VOWELS, 3),  # their
    ("Iн", _BEFORE_POSSESSION, 5),
    ("Iн", _SOFTENED, 4),
    ("Iм", _SOFTENED, 4),  # my, only where к or п has softened before it: айлыгым
    ("I", _BEFORE_POSSESSION, 4),
)
_HARDENED = {"г": "к", "б": "п"}
# Countries end like an ablative; these few words like a plural or a case.
_WHOLE = frozenset({"дептер", "майдан", "бирок", "кантип"})
_IRREGULAR = {"балдар": "бала"}


def stem(word: str) -> str:
    """The stem of a folded Kyrgyz word; a word without known suffixes stays as it is."""
    shorter = _without_suffix(word)
    while shorter != word:
        word, shorter = shorter, _without_suffix(shorter)
    return word[:-1] + _HARDENED.get(word[-1], word[-1]) if len(word) > 3 else word


def _without_suffix(word: str) -> str:
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if word in _WHOLE or word.endswith("стан"):
        return word
    for suffix, before, least in _RULES:
        rest = word[: -len(suffix)]
        if len(rest) >= least and rest[-1] in before and _agrees(rest, suffix, word[-len(suffix) :]):
            return rest
    return word


def _agrees(rest: str, suffix: str, ending: str) -> bool:
    vowel = next((letter for letter in reversed(rest) if letter in _VOWELS), "")
    for wanted, letter in zip(suffix, ending, strict=True):
        if wanted not in _HARMONY:
            if wanted != letter:
                return False
        elif letter not in _HARMONY[wanted].get(vowel, ""):
            return False
        else:
            vowel = letter
    return True
