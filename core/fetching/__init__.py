"""The parts of the one client for outgoing requests; `core.fetch` puts them together."""
