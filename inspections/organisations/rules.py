"""Pure rules of the tree: codes and paths (domain.md §2.1, stack.md §1)."""

import re

from inspections.organisations.text import bare_words

CODE_LENGTHS = (2, 3, 3, 3, 3)
CODE_SHAPE = re.compile(r"^\d{2}(\.\d{3}){4}$")
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
STEP = 5
LAST = "z" * STEP


def is_code(text: str) -> bool:
    """Whether the text is a five-part organisation code, 2.3.3.3.3 digits."""
    return bool(CODE_SHAPE.match(text))


def path_step(number: int) -> str:
    """The path digits of one organisation: its id as five base-36 digits.

    Raises ValueError for an id that does not fit (60 466 176 and more)."""
    digits = ""
    rest = number
    while rest:
        rest, digit = divmod(rest, 36)
        digits = DIGITS[digit] + digits
    if len(digits) > STEP:
        raise ValueError(f"organisation id {number} does not fit a path step")
    return digits.rjust(STEP, "0")


def id_at(path: str) -> int:
    """The id of the organisation at the path, which is its last step; 0 for the empty path, above all trees."""
    return int(path[-STEP:] or "0", 36)


def path_end(path: str) -> str:
    """The upper bound (inclusive) of all paths at and below `path`."""
    return path + LAST


def is_at_or_below(path: str, top: str) -> bool:
    """Whether the organisation at `path` is the one at `top` or stands below it."""
    return path.startswith(top)


READABLE = "abcdefghjkmnpqrstuvwxyz23456789"  # without those that look alike on paper


def user_name(full_name: str) -> str:
    """The user name proposed for a person: "Đỗ Hữu Thắng" -> "do.huu.thang"; "nguoi.dung" when nothing is left."""
    return ".".join(bare_words(full_name).split())[:140] or "nguoi.dung"
