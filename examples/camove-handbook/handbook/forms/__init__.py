"""Forms: what is typed, in the visitor's language."""
