"""Reports as files: PDF, XLSX, CSV and JSON; the one that a closed day makes by itself, and its mail."""
