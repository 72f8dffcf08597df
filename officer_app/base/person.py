"""The one normal form of a person's e-mail, phone and name, used by matching and by blind indexes."""

import unicodedata

import idna
import phonenumbers


def normal_email(text: str) -> str:
    """Return the address trimmed, NFKC, casefolded, its domain as an A-label (RFC 5891); "" when it is none."""
    # Nearly every address is plain, and lists of millions are made of such ones.
    folded = text.strip().lower() if text.isascii() else unicodedata.normalize("NFKC", text).strip().casefold()
    local, at, domain = folded.rpartition("@")
    if not at or not local or not domain or folded.split() != [folded]:
        return ""
    try:
        domain = idna.encode(domain, uts46=True).decode("ascii") if not domain.isascii() else domain
    except idna.IDNAError:
        return ""
    return f"{local}@{domain}"


def email_without_tag(text: str) -> str:
    """Return the normal form without a "+tag" in the local part (RFC 5233 sub-addressing)."""
    normal = normal_email(text)
    local, at, domain = normal.rpartition("@")
    return f"{local.split('+', 1)[0]}{at}{domain}" if at else normal


def normal_phone(text: str, region: str = "VN") -> str:
    """Return the number in E.164, read as dialled in `region` (ISO 3166 two letters); "" when it is none."""
    if not any(ch.isdecimal() for ch in text):
        return ""
    try:
        number = phonenumbers.parse(unicodedata.normalize("NFKC", text), region or None)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(number):
        return ""
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def national_number(text: str, region: str = "VN") -> str:
    """Return a phone's digits after the country's code, without a leading 0; "" when it is none."""
    normal = normal_phone(text, region)
    return str(phonenumbers.parse(normal).national_number) if normal else ""


def normal_name(text: str) -> str:
    """Return the name NFC-normalised, without control and format characters, white space folded."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    composed = unicodedata.normalize("NFC", text)
    kept = "".join(" " if ch.isspace() else ch for ch in composed if ch.isspace() or unicodedata.category(ch)[0] != "C")
    return " ".join(kept.split())


def comparable_name(text: str) -> str:
    """Return a casefolded name without diacritics, for comparing what people type from memory."""
    spread = unicodedata.normalize("NFKD", normal_name(text).casefold().replace("đ", "d"))
    return "".join(ch for ch in spread if not unicodedata.combining(ch))


def masked(text: str) -> str:
    """Return a name or address of which each word shows its first letter only: "Hoa Lê" becomes "H•• L•"."""
    words = normal_name(text).split()
    return " ".join([word[0] + "••••••"[: len(word) - 1] for word in words])
