"""What is made of figures: documents, charts, comparisons. Nothing here is asked of the queue."""
