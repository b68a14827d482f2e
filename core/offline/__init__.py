"""Forms that work without the network: what a phone keeps, what it sends later, and that a repeat counts once."""
