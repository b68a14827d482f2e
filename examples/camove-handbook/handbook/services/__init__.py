"""What people do with entries: one function each, in one transaction, with its audit."""
