"""What is made of figures: documents, charts, indexes. It stands on the figures of the store; no page, no hub."""
