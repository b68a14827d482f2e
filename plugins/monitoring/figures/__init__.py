"""What may be shown of figures: suppression, quarters, k-anonymity, and what their tables are called."""
