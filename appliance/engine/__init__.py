"""The rules of a queue (pure): no clock, no input or output. Time comes in as ``now``.

``decide`` answers a command with events or a refusal and changes nothing; ``evolve`` is the only place where the state
of a business day changes. All instants are milliseconds since 1970 (UTC).
"""
