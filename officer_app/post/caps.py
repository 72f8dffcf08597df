"""The limits that a mail must keep to be read in full, and the notes taken while reading it."""

MAIL_BYTES = 25 * 1024 * 1024
"""A larger mail is kept, but only its headers and the beginning of its text are read."""

FILE_BYTES = 100 * 1024 * 1024
"""A larger file is not taken at all."""

REDUCED_BYTES = 1024 * 1024
"""How much of a mail over a limit is looked at for its text."""

HEADER_BYTES = 1024 * 1024
HEADER_LINE = 998
"""Longest header line (RFC 5322 section 2.1.1). Body lines may be of any length."""

FIELD_BYTES = 64 * 1024
ADDRESS_BYTES = 16 * 1024
PARAMETER_CHARS = 2_000
DEPTH = 20
PARTS = 200
ADDRESSES = 100
REFERENCES = 100
TEXT_CHARS = 500_000
DECODED_CHARS = 1_500_000
HTML_CHARS = 1_000_000
SUBJECT_CHARS = 500
NAME_CHARS = 200
EMAIL_CHARS = 320
WARNINGS = 30

TOO_BIG = "The mail is larger than 25 MB and was not read in full; its attachments are in the sealed original."
TOO_LONG = "The text of the mail is very long and is shown in part."
TOO_HARD = "The mail could not be read in full within safe limits. Everything is in the sealed original."


class Notes:
    """What the reader has to tell the officer, each sentence once, and whether everything was read."""

    def __init__(self) -> None:
        self.warnings: list[str] = []
        self.complete = True

    def warn(self, sentence: str) -> None:
        """Note something the officer should know; the mail still counts as read."""
        if sentence not in self.warnings and len(self.warnings) < WARNINGS:
            self.warnings.append(sentence)

    def over(self, sentence: str) -> None:
        """Note that a limit was passed, so that the mail is shown as not read in full."""
        self.complete = False
        self.warn(sentence)
