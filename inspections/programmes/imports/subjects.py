"""Subjects as committees write them in one cell: organisations, members, all of them (shared/data 04)."""

import re

from inspections.imports.sheets import Cell
from inspections.organisations.imports.names import Finder
from inspections.organisations.text import clean

# "các chi bộ trực thuộc" is all of them; "các chi bộ thôn" may be fewer, and is asked about
UNITS = r"(?:cac )?(?:chi bo|dang bo|chi, dang bo|chi dang bo|to chuc dang|chi bo, dang bo|dang bo, chi bo)"
ALL_BELOW = re.compile(
    rf"(?:(?:tat ca|toan bo|100%)(?: so)? {UNITS}|cac (?:chi bo|to chuc dang|chi, dang bo))"
    r"(?: co so)?(?: truc thuoc)?(?: dang uy| dang bo)?(?: xa| phuong| dac khu)?\.?"
)
SEVERAL = re.compile(r"^(?:cac|tat ca|toan bo|mot so|100%)\b")
ALL = "all"
MEMBER = re.compile(r"^(?:đ/c|đc|đồng chí|đ\.c)\.?\s+", re.IGNORECASE)


def pieces(cell: Cell, finder: Finder) -> list[str]:
    """The subjects named in one cell: by line, semicolon, comma or "và", whole names never cut."""
    found: list[str] = []
    for line in cell.lines or [cell.text]:
        for part in line.split(";"):
            found += _cut(clean(re.sub(r"^[-+•*]\s*", "", part.strip())), finder)
    return [piece for piece in found if piece]


def _cut(text: str, finder: Finder) -> list[str]:
    """The subjects of a text without line breaks and semicolons."""
    if not text or finder.exactly(text) is not None:
        return [text]
    parts = re.split(r"\s*(,|\bvà\b)\s*", text)
    found: list[str] = []
    at = 0
    while at < len(parts):
        # the longest run of parts that is the name of an organisation, else one part
        ends = (end for end in range(len(parts), at, -2) if finder.exactly(_joined(parts[at:end])) is not None)
        end = next(ends, at + 1)
        piece = _joined(parts[at:end])
        if found and MEMBER.match(found[-1]) and not MEMBER.match(piece) and finder.exactly(piece) is None:
            # what follows a member's name is the office
            found[-1] = f"{found[-1]}, {piece}"
        elif piece:
            found.append(piece)
        at = end + 1
    return found


def _joined(parts: list[str]) -> str:
    return clean(" ".join(parts)).replace(" ,", ",")
