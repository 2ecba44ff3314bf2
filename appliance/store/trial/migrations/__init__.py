"""Numbered steps of the file of parallel running. A step that was released is never edited."""
