"""What is made of an office's past: documents, charts, comparisons, and what would have been in another office.

It stands on the figures of the store; it knows no page and no hub.
"""
