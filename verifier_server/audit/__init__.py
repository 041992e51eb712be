"""The audit chain: what changed, when, by whom, in an order that nobody can alter unseen."""
