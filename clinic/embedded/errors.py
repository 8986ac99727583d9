class EmbeddedError(Exception):
    """A start that cannot go on; its text is the one line the person at the console reads."""
