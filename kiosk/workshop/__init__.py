"""Doubles and previews: what is not in a kiosk of an office, or only to look at a ticket."""
