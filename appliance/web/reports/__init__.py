"""Pages of figures: what the office did, what its citizens think of it, and whether it got better."""
