"""A status badge for partners' sites: an SVG without script, style or outside address."""

from xml.sax.saxutils import escape

WIDTH, HEIGHT, LEFT = 420, 44, 12
TONES = {"published": "#8a3b12", "disputed": "#7a5a00", "remedied": "#0b5d57", "none": "#4b5750"}


def badge(title: str, line: str, tone: str = "none") -> str:
    """Two lines of text on one colour; what is given is text, never markup."""
    first, second = escape(title), escape(line)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}"'
        f' role="img"><title>{first}. {second}</title>'
        f'<rect width="{WIDTH}" height="{HEIGHT}" rx="6" fill="{TONES.get(tone, TONES["none"])}"/>'
        f'<g fill="#ffffff" font-family="sans-serif"><text x="{LEFT}" y="19" font-size="14" font-weight="700">{first}'
        f'</text><text x="{LEFT}" y="36" font-size="13">{second}</text></g></svg>'
    )
