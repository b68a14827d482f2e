"""Short codes of people: five digits and a check digit that finds each wrong digit and each swap (Damm 2004)."""

TABLE = (
    "0317598642", "7092154863", "4206871359", "1750983426", "6123045978",
    "3674209581", "5869720134", "8945362017", "9438617205", "2581436790",
)  # fmt: skip
DIGITS = 5


def check_digit(digits: str) -> str:
    """The digit that makes `digits` sound."""
    interim = "0"
    for digit in digits:
        interim = TABLE[int(interim)][int(digit)]
    return interim


def code(number: int) -> str:
    """The code of a number from 0 to 99,999."""
    digits = f"{number:0{DIGITS}d}"
    return digits + check_digit(digits)


def read(typed: str) -> str:
    """The code in what was typed or scanned, blanks and hyphens left out; empty when a digit is wrong."""
    digits = "".join(char for char in typed if char not in " -\u00a0\t")
    sound = len(digits) == DIGITS + 1 and digits.isascii() and digits.isdigit() and check_digit(digits) == "0"
    return digits if sound else ""
