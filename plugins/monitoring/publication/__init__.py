"""The careful public list: its gates, its terms, what an entry tells, and the states that it passes."""
