"""Long proofs: what kills, cuts and floods, and then counts at the far end."""
