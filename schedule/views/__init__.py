"""Pages and parts of the schedule."""
