"""The use cases: one function each, one transaction, the permission checked by name."""
