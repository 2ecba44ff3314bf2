"""From a ticket's lines to paper: the port, its drivers, and the ways to a printer."""
