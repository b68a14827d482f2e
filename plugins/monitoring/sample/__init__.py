"""The invented reports, quarters and employers of `camove demo`."""
