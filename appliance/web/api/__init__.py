"""The interface for other systems, ``/api/1``: what consoles do, as JSON; events as a stream and as signed webhooks."""
