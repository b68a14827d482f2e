"""Programs of confined children that write what needs a large library."""
