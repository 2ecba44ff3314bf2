"""What citizens said of the service: ``satisfaction.db`` beside the log, which the hub writes and reports read.

Who said it cannot be found from here: an answer loses the request that brought it, and with that its ticket, as soon as
the log is known to tell that the ticket was rated.
"""
