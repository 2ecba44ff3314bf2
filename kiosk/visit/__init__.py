"""One citizen at the glass: which screen comes next, what it says, what is asked of hub and printer."""
