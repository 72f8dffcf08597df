"""Finds senders that are not who they seem: look-alike letters, mixed scripts, hidden characters (UTS 39)."""

import unicodedata

import idna

from officer_app.base.person import normal_email
from officer_app.post.headers import email_in

# Letters of other scripts that most fonts draw like a Latin one, from the confusables of Unicode UTS 39.
_TWINS = {
    "a": "аɑαΑА", "b": "ΒВЬ", "c": "сϲСϹ", "d": "ԁɗ", "e": "еɛεΕЕ", "g": "ɡԌ", "h": "һհΗН", "i": "іıιΙІ",
    "j": "јЈ", "k": "кκΚК", "l": "ӏⅼɩ", "m": "ΜМ", "n": "пոΝ", "o": "оοօσΟОՕ", "p": "рρΡР", "q": "ԛգ",
    "r": "гɾ", "s": "ѕʂЅՏ", "t": "тτΤТ", "u": "υսʋ", "v": "νѵѴ", "w": "ѡԝшω", "x": "хχΧХ", "y": "уγʏΥУҮ",
    "z": "ᴢΖ",
}  # fmt: skip
_TO_LATIN = {ord(twin): latin for latin, twins in _TWINS.items() for twin in twins}
_PAIRS = (("rn", "m"), ("vv", "w"), ("cl", "d"), ("0", "o"), ("1", "l"), ("|", "l"), ("i", "l"))
_EAST_ASIAN = frozenset({"CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "HANGUL", "BOPOMOFO", "LATIN"})
_LATIN_TOO = frozenset({"FULLWIDTH", "FEMININE", "MASCULINE", "MICRO", "MODIFIER"})
_SHOWN_MARKS = 5
_VARIANTS = 80


def skeleton(text: str) -> str:
    """Return a form in which texts that look alike are equal; for comparing only, never for showing."""
    spread = unicodedata.normalize("NFKD", _latin(text).replace("đ", "d").replace("ø", "o").replace("ł", "l"))
    plain = "".join(ch for ch in spread if unicodedata.category(ch)[0] not in "CM")
    for pair, letter in _PAIRS:
        plain = plain.replace(pair, letter)
    return plain


def imitates(address: str, known: str) -> bool:
    """Return whether `address` looks like the e-mail address `known` without being it."""
    alike = skeleton(_readable(address)) == skeleton(_readable(known))
    return alike and normal_email(address) != normal_email(known)


def looks_like(address: str) -> str:
    """Return a form that is the same for all addresses that look like this one; "" when it is no address."""
    return skeleton(_readable(address)) if normal_email(address) else ""


def variants(address: str) -> tuple[str, ...]:
    """Return addresses that this one may imitate: its letters as Latin ones, and one look-alike pair undone each."""
    base = unicodedata.normalize("NFC", _latin(_readable(address)))
    made = [base]
    for one, other in (*_PAIRS, ("1", "i")):
        for known, wanted in ((one, other), (other, one)):
            starts = (at for at in range(len(base)) if base.startswith(known, at))
            made += [f"{base[:at]}{wanted}{base[at + len(known) :]}" for at in starts]
            if base.count(known) > 1:
                made.append(base.replace(known, wanted))
    found = dict.fromkeys(normal_email(one) for one in made)
    return tuple(one for one in found if one and imitates(address, one))[:_VARIANTS]


def sender_warnings(name: str, address: str, reply_to: str = "") -> tuple[str, ...]:
    """Return what the officer should know about a sender before trusting it, each as one sentence."""
    found = [*_odd_name(name), *_odd_address(address)]
    claimed = email_in(name)
    if claimed and claimed != normal_email(address):
        real = address or "nobody"
        found.append(f"The sender's name shows the address {claimed}, but the mail came from {real}.")
    if reply_to and address and normal_email(reply_to) != normal_email(address):
        found.append(f"Answers would go to {reply_to}, not to the sender's address {address}.")
    return tuple(found)


def _odd_name(name: str) -> list[str]:
    found = []
    if invisible := _invisible(name):
        found.append(f"The sender's name contains invisible characters ({invisible}).")
    if mixed := [word for word in name.split() if len(_scripts(word)) > 1]:
        found.append(f"The sender's name mixes writing systems in one word: {_marked(mixed[0])}.")
    return found


def _odd_address(address: str) -> list[str]:
    found = []
    if invisible := _invisible(address):
        found.append(f"The sender's address contains invisible characters ({invisible}).")
    shown = _readable(address)
    if shown.isascii():
        return found
    foreign = [ch for ch in shown if not ch.isascii()]
    plain = _latin(shown)
    if any(len(_scripts(label)) > 1 for label in shown.replace("@", ".").split(".")):
        found.append(f"The sender's address mixes writing systems: {_marked(shown)}.")
    elif plain.isascii():
        found.append(f"The sender's address {_marked(shown)} looks like {plain} but is another one.")
    else:
        found.append(f"The sender's address has letters outside A to Z ({_codes(foreign)}).")
    return found


def _latin(text: str) -> str:
    """Return the text case-folded, its look-alike letters replaced; before and after what Unicode itself folds."""
    folded = unicodedata.normalize("NFKC", text.translate(_TO_LATIN)).translate(_TO_LATIN)
    return folded.casefold().translate(_TO_LATIN)


def _readable(address: str) -> str:
    """Return the address with the A-labels (xn--…) of its domain as the letters that a mail client shows."""
    local, at, domain = address.strip().rpartition("@")
    if "xn--" in domain.casefold():
        try:
            domain = idna.decode(domain)
        except (idna.IDNAError, UnicodeError):
            return address
    return f"{local}{at}{domain}"


def _scripts(word: str) -> set[str]:
    """Return the writing systems of a word's letters; East Asian ones with Latin count as one."""
    names = {unicodedata.name(ch, "UNKNOWN").split()[0] for ch in word if ch.isalpha()}
    scripts = {"LATIN" if name in _LATIN_TOO else name for name in names}
    return {"LATIN"} if scripts and scripts <= _EAST_ASIAN else scripts


def _invisible(text: str) -> str:
    return _codes([ch for ch in text if unicodedata.category(ch) in ("Cf", "Cc", "Co", "Cn")])


def _marked(text: str) -> str:
    """Return the text between isolates, so that it cannot turn the sentence, with its odd code points."""
    odd = [ch for ch in text if ch.isalpha() and _scripts(ch) != {"LATIN"}]
    visible = "".join(ch for ch in text[:80] if unicodedata.category(ch)[0] != "C")
    codes = f" ({_codes(odd)})" if odd else ""
    return f"\u2068{visible}\u2069{codes}"


def _codes(characters: list[str]) -> str:
    unique = list(dict.fromkeys(characters))
    more = ", …" if len(unique) > _SHOWN_MARKS else ""
    return ", ".join(f"U+{ord(ch):04X}" for ch in unique[:_SHOWN_MARKS]) + more
