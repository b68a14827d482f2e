"""Use cases: one function each, inside the caller's one transaction; permission, audit and outbox are in here."""
