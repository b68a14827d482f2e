"""It says nothing of itself."""

plugin = object()
