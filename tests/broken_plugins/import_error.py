"""Its module cannot be imported."""

raise ImportError("a library of this plugin is not installed")
