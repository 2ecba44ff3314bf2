"""What is made of figures: documents, charts, indexes. It knows the store's figures, no page and no hub."""
