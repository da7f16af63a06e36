"""Bytes of a text file as letters: Unicode in its forms, and what Vietnamese offices wrote before it."""

import re
import unicodedata

from django.utils.translation import gettext as _

# TCVN 5712:1993 (ABC), as the .VnTime fonts show it: the letters from A1 on; a blank is a place without a letter
_TCVN3 = {
    0xA1: "ĂÂÊÔƠƯĐăâêôơưđ",
    0xB5: "àảãáạ",
    0xBB: "ằẳẵắ",
    0xC6: "ặầẩẫấậ",
    0xCC: "è ẻẽéẹềểễếệìỉ",
    0xDC: "ĩíịò",
    0xE1: "ỏõóọồổỗốộờởỡớợù",
    0xF1: "ủũúụừửữứựỳỷỹýỵ",
}
TCVN3 = {
    first + step: letter for first, letters in _TCVN3.items() for step, letter in enumerate(letters) if letter != " "
}
WORDS = re.compile(r"[\s;,|]+")
TONES = {"\u0300", "\u0301", "\u0303", "\u0309", "\u0323"}
LETTERS = set("ăâêôơưđ") | {chr(code) for code in range(ord("a"), ord("z") + 1)}


class UnknownLetters(Exception):
    """The bytes are no text that is understood; the message says what to do."""


def from_tcvn3(text: str) -> str:
    """Text whose letters are TCVN3 places read as Latin-1, in Unicode: "Chi bé th«n" -> "Chi bộ thôn"."""
    return text.translate(TCVN3)


def strangeness(text: str) -> float:
    """How little the text looks like Vietnamese: among its words with marks, the part that cannot be one."""
    marked = wrong = 0
    for word in WORDS.split(text):
        if word.isascii():
            continue
        marked += 1
        plain = unicodedata.normalize("NFD", unicodedata.normalize("NFC", word).casefold())
        tones = sum(mark in TONES for mark in plain)
        bare = unicodedata.normalize("NFC", "".join(mark for mark in plain if mark not in TONES))
        if tones > 1 or any(
            (mark.isalpha() and mark not in LETTERS)
            or (not mark.isascii() and not mark.isalpha() and unicodedata.category(mark)[0] not in "PZ")
            for mark in bare
        ):
            wrong += 1
    return wrong / marked if marked else 0.0


def looks_like_tcvn3(text: str) -> bool:
    """Whether letters that are Latin-1 to the machine read as Vietnamese only when taken for TCVN3."""
    latin = "".join(mark if ord(mark) < 256 else " " for mark in text)
    return strangeness(text) > 0.3 and strangeness(from_tcvn3(latin)) < 0.2


def decode(content: bytes) -> str:
    """The text of a file. Unicode first; else the old encoding in which it reads as Vietnamese.

    Raises UnknownLetters."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _decode(content, "utf-16")
    for encoding in ("utf-8-sig", *(("utf-16-le", "utf-16-be") if b"\x00" in content else ())):
        try:
            return content.decode(encoding)
        except UnicodeError:
            continue
    tried = [from_tcvn3(content.decode("latin-1")), content.decode("cp1258", errors="replace")]
    best = min(tried, key=strangeness)
    if strangeness(best) > 0.2:
        raise UnknownLetters(_not_known())
    return unicodedata.normalize("NFC", best)


def _decode(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeError as problem:
        raise UnknownLetters(_not_known()) from problem


def _not_known() -> str:
    return _("The letters of this file cannot be read. Save it as “CSV UTF-8” or as .xlsx and try once more.")
