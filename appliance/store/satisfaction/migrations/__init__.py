"""How the file of the answers came to be, step by step."""
