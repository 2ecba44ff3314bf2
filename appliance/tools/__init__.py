"""What only developers run: nothing on a box of an office imports it."""
