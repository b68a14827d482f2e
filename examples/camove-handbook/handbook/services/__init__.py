"""What people do with the handbook: one function each, in one transaction, with its audit."""
