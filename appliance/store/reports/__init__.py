"""What the office's past comes to: figures that add up, their definitions, and the file that keeps each day's sums.

The log is folded once a day into sums (``summing``, a process of its own behind all others). Whoever asks about a span
gets them added up (``history``); nothing that answers a page looks through years.
"""
