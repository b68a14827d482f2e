"""Its module tries to end the whole program at import."""

raise SystemExit(3)
