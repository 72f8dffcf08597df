"""The refusal of a policy file: which file, which line, what is wrong, and the cure."""

from officer_app.base.errors import KnownError


class PackError(KnownError):
    """A policy file that was refused; nothing of it is used.

    `file` is the file's name, `line` counts from 1, `problem` and `cure` are sentences.
    """

    def __init__(self, file: str, line: int, problem: str, cure: str) -> None:
        super().__init__(f"{file}, line {line}: {problem} {cure}")
        self.file = file
        self.line = line
        self.problem = problem
        self.cure = cure
