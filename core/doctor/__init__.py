"""The doctor: what may be wrong with an installation, in words, each with what to do about it."""
