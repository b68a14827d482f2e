"""The forms of the plugin."""
