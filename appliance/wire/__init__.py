"""The language between boxes (pure): topics and payloads."""
