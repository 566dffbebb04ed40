"""What can go wrong at the start, told to the person who typed the command."""


class EmbeddedError(Exception):
    """Its text says what happened, where, and what to do; the start command prints it and nothing else."""


class InUse(EmbeddedError):
    """Another process works on the same folder."""
