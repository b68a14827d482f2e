"""camove's core: it knows nothing of reports, ratings, fairs or datasets."""

__version__ = "0.1.0"

HOOK_API = 1
"""The version of the plugin contract; a plugin declares the one that it needs."""
