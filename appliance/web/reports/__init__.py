"""The pages of reports: what happened, and whether it got better."""
