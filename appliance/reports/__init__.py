"""What is made of an office's past: documents, comparisons, and what would have happened in another office."""
