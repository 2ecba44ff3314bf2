"""A whole office on one machine, out of real parts, and the hands and eyes that play in it."""
