"""One counter's buttons and lamp: from the officer's finger to a command, and back to a light."""
