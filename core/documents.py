"""Documents for print: a Typst template and data become a PDF. What people wrote is data, never markup."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import typst

# Every PDF bears this time, so that the same input gives the same bytes; the true date stands in the text.
FIXED_TIME = datetime(2000, 1, 1, tzinfo=UTC)


def render_pdf(template: Path, data: Mapping[str, object]) -> bytes:
    """Compile `template`, which reads its data by `json(bytes(sys.inputs.data))`, to a tagged PDF.

    `data` must be what JSON can hold (else TypeError). The template sees no file outside its own folder and
    no system font; a mistake in it raises typst.TypstError.
    """
    return typst.compile(
        template,
        root=template.parent,
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"data": json.dumps(data, ensure_ascii=False, allow_nan=False)},
        timestamp=FIXED_TIME,
    )
