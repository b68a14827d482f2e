"""What a version says of itself to other systems. Each module takes a `Record` and gives text; none does I/O."""
