"""Work for a child process that stumbles over a foreign text."""


def stumble(text: str) -> int:
    """Raise an error that quotes what it was given, as int() does."""
    return int(text)
