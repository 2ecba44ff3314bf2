"""Numbered steps from an empty file to the schema of today. A step that was released is never edited."""
