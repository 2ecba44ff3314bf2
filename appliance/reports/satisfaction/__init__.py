"""What citizens think of the service, as Permenpan-RB 14/2017 asks for it."""
