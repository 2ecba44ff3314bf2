"""What stands on a ticket (pure but for the file of its template)."""
