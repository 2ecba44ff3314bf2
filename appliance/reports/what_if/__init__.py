"""What would have been in another office: its own days, drawn and served again by the rules of the queue."""
