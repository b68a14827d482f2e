"""The content of an edition as one text: a lawyer's sign-off holds for exactly this."""

import json
from collections.abc import Mapping, Sequence
from datetime import date

LANGUAGES = ("ru", "ky", "en")
PARTS = ("title", "body", "changed")


def canonical(
    slug: str,
    texts: Mapping[str, Mapping[str, str]],
    sources: Sequence[Mapping[str, str]],
    review_by: date | None,
) -> str:
    """JSON with sorted keys and without spaces (in the manner of RFC 8785), so that equal content is equal text."""
    kept = {code: {part: texts.get(code, {}).get(part, "") for part in PARTS} for code in LANGUAGES}
    whole = {
        "slug": slug,
        "texts": kept,
        "sources": list(sources),
        "review_by": review_by.isoformat() if review_by else "",
    }
    return json.dumps(whole, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
