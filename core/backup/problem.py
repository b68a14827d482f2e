"""What stops a backup or a restore."""


class BackupProblem(Exception):
    """It cannot be done; the sentence says why and what to do. Live data was not touched."""
