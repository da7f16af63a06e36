"""Text as it is searched, compared and kept: without accents and case, in the language of the papers (stack.md §1)."""

import re
import unicodedata
from typing import Any

from django.conf import settings
from django.utils import translation

SPACES = re.compile(r"\s+")
BIGGEST_NUMBER = 2**63 - 1
SEPARATORS = re.compile(r"[\W_]+")


def clean(text: str) -> str:
    """The text as it is kept: composed Unicode (NFC), every run of blanks one space, no blanks at the ends."""
    return SPACES.sub(" ", unicodedata.normalize("NFC", text)).strip()


def fold(text: str) -> str:
    """The text as it is searched: "Chi bộ thôn Đồng Muối" -> "chi bo thon dong muoi"."""
    decomposed = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "d"))
    bare = "".join(mark for mark in decomposed if not unicodedata.combining(mark))
    return SPACES.sub(" ", bare.casefold()).strip()


def whole_number(text: str) -> int | None:
    """The number that decimal digits alone say; None for all else, also for “²”, and for more than a column holds."""
    number = int(text) if text.isdecimal() and len(text) < 20 else None
    return number if number is not None and number <= BIGGEST_NUMBER else None


def bare_words(text: str) -> str:
    """The folded words alone, whatever stands between them: "Ngày, tháng/năm sinh" -> "ngay thang nam sinh"."""
    return SEPARATORS.sub(" ", fold(text)).strip()


def on_paper() -> Any:
    """Within it, texts are in the language of the papers: for words that are stored, whoever reads them."""
    return translation.override(settings.LANGUAGE_CODE)
