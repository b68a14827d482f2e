"""One plugin per way to fail, and a healthy one beside which each is started."""
