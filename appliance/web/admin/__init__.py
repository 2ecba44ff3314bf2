"""Administration: the office's definition, its versions, its people, and what its lobby reads."""
