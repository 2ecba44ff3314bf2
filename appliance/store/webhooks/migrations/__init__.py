"""Numbered steps of ``webhooks.db``. A step that was released is never edited."""
