"""Full-text search behind one interface: three engines, one analysis of words, one suite of tests."""
