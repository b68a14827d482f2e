"""The length of a text message. One that holds a Cyrillic letter goes as UCS-2 (3GPP TS 23.038, section 6.2.3).

A message alone has 140 octets, 70 units of 16 bits; in a chain each part loses 6 octets to its header (TS 23.040,
section 9.2.3.24.1), so that 67 are left. A part is paid for as a message, and some telephones show parts apart.
"""

ALONE, CHAINED = 70, 67


def units(text: str) -> int:
    """How many units of 16 bits; a letter beyond the basic plane takes two."""
    return len(text.encode("utf-16-be")) // 2


def parts(text: str) -> int:
    """How many messages are paid for. A pair of two units is never cut, so a part may stay one short."""
    if units(text) <= ALONE:
        return 1
    number, used = 1, 0
    for char in text:
        size = units(char)
        if used + size > CHAINED:
            number, used = number + 1, 0
        used += size
    return number
