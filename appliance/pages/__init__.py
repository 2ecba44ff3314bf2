"""What all pages share, whoever serves them: the shell around a page, its look, its script, its headers."""
