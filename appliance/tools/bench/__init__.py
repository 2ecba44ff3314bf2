"""Giliran's speed, beside what the parts below it can do alone."""
