"""Pages of figures: what the office did, and what its citizens think of it."""
