"""Paper and queue side by side: registers typed or read from files, and what their comparison is sure of."""
