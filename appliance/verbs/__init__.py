"""What ``giliran …`` offers on every box of an office: each verb in a file of its name."""
