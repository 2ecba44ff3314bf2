"""Whole office days through the real engine on a virtual clock (pure)."""
