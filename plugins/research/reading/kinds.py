"""What kind of file came, by its first bytes; names of files are not believed."""

TEXT, WORKBOOK, SPSS, STATA = "text", "workbook", "spss", "stata"
HEAD = 16


def kind_of(head: bytes) -> str:
    """One of the four; what is none of the others is taken for text and judged by the decoder."""
    if head.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return WORKBOOK
    if head[:4] in (b"$FL2", b"$FL3"):
        return SPSS
    old_stata = len(head) > 2 and head[0] in range(108, 120) and head[1] in (1, 2) and head[2] == 1
    return STATA if head.startswith(b"<stata_dta>") or old_stata else TEXT
