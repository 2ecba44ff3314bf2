"""The pages of the past: what the office did on any days, beside other days, and the tickets behind each figure."""
