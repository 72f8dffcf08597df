"""Why a letter cannot be printed as it stands, in words for the officer."""

import unicodedata


class CannotPrint(Exception):
    """Printing this letter would show something wrong; `why` says what, `mend` what to do."""

    why = ""
    mend = ""

    def __str__(self) -> str:
        return f"This letter cannot be printed: {self.why}. {self.mend}"


class Unprintable(CannotPrint):
    """A text has characters that no font here can show properly; `characters` lists them."""

    mend = "Write it in other letters, or install a font that has it."

    def __init__(self, characters: str) -> None:
        super().__init__(characters)
        self.characters = characters
        named = (unicodedata.name(ch, f"U+{ord(ch):04X}").lower() for ch in characters[:3])
        more = " and others" if len(characters) > 3 else ""
        self.why = f"no font on this computer can show {', '.join(named)}{more}"


class DoesNotFit(CannotPrint):
    """An address does not fit into the window of the envelope."""

    why = "the address needs more than the six lines of the envelope's window"
    mend = "Shorten it."
