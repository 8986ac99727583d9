class BackupError(Exception):
    """A backup or restore that cannot go on; its text is the one line the person at the console reads."""


class AlreadyRunning(BackupError):
    """Another backup, verification or restore works in the same folder."""
