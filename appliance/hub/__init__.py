"""The only writer: takes commands from the bus, decides, commits, and only then lets anything out."""
