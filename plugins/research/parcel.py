"""The forms in which content is compared and handed over: canonical JSON, and the manifest of a download. No I/O."""

import json
from collections.abc import Mapping
from typing import Any


def canonical(content: Mapping[str, Any]) -> bytes:
    """Plain values as bytes that are the same for the same content (RFC 8785 in spirit: sorted, no spaces)."""
    return json.dumps(
        content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    ).encode()


def manifest(told: Mapping[str, Any]) -> str:
    """The file `manifest.json` of a download."""
    return json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
