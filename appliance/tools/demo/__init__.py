"""The demonstration: an office to try by hand, a recorded morning, a rush."""
