"""Pages and parts of the card index."""
