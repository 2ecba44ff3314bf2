"""Numbers that a kiosk gives while the hub is away: the lease, the journal, the handover."""
