"""Plumbing that every box has: configuration, the bus, the daemon's life, logs."""
