"""The texts that only one place has, and who is to read none of them, whatever is asked."""

from collections.abc import Iterator
from html import unescape
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from tests.meetings.held import MINUTES_OF
from tests.permissions.matrix import ACTORS, Route
from tests.permissions.world import CELLS, CHILD, OWN, PARENT, PLACES, SAYS, SIBLING

# what only the minutes of the place's cell say, held or closed
MINUTES = {place: f"{MINUTES_OF} {cell}" for place, (cell, _secretary) in CELLS.items()}
# what only things of a place have; leaders above are named to those below (“who can see this”), so they are no mark:
# the matter of its cases, its cell, its people
MARKS = {
    OWN: (SAYS[OWN], "Im Văn Own", "bien-ban-own", "so-lieu-import-own", MINUTES[OWN]),
    SIBLING: (
        SAYS[SIBLING],
        "Tổ dân phố 7",
        "Im Văn Sibling",
        "Kiều Văn Lực",
        "bien-ban-sibling",
        "import-sibling",
        MINUTES[SIBLING],
    ),
    PARENT: (
        SAYS[PARENT],
        "Văn thư tỉnh",
        "Im Văn Parent",
        "Vi Văn Hợi",
        "bien-ban-parent",
        "import-parent",
        MINUTES[PARENT],
    ),
    CHILD: (SAYS[CHILD], "Im Văn Child", "bien-ban-child", "so-lieu-import-child"),
}
CASE_TEXTS = {place: f"{SAYS[place]} còn thiếu" for place in PLACES}  # the finding of the case
# who -> the places of which nothing at all may be read
HIDDEN = {
    "chair": (SIBLING, PARENT),
    "secretary": (SIBLING, PARENT),
    "administrator": (SIBLING, PARENT),
    "inspector": (SIBLING, PARENT),
    "dm_secretary": (SIBLING, PARENT),
    "sd_secretary": (SIBLING, PARENT, CHILD),
    "dm_member": (SIBLING, PARENT),
    "dm_doer": (SIBLING, PARENT),
    "sd_member": (OWN, SIBLING, PARENT, CHILD),
    "former": (OWN, SIBLING, PARENT, CHILD),
    "stranger": (OWN, PARENT, CHILD),
    "stranger_secretary": (OWN, PARENT, CHILD),
}
# who -> the places of whose cases nothing may be read: they keep the tree, or withdrew; of the cell's own case the
# recused did not withdraw
NO_CASE = {
    "root": PLACES,
    "administrator": PLACES,
    "inspector": PLACES,
    "dm_member": PLACES,
    "dm_doer": PLACES,
    "recused": (OWN, SIBLING, PARENT),
}
# who -> the places of whose minutes nothing may be read: a member reads what is to come, and no minutes of an evening
# that assigned him nothing
NO_MINUTES = {"dm_member": (OWN, CHILD), "dm_doer": (CHILD,)}
EVERYBODY = sorted({*HIDDEN, *NO_CASE})


def hidden_from(name: str) -> set[str]:
    """The marks that the log-in may read nowhere."""
    nothing_of = HIDDEN.get(name, ())
    marks = {mark for place in nothing_of for mark in (*MARKS[place], CASE_TEXTS[place], MINUTES[place])}
    marks |= {MINUTES[place] for place in NO_MINUTES.get(name, ())}
    return marks | {mark for place in NO_CASE.get(name, ()) for mark in (CASE_TEXTS[place], f"bien-ban-{place}")}


def asked_in_matrix(route: Route) -> set[str]:
    """The log-ins whose pages of this address the access matrix reads, at every place."""
    return {route.user_name(actor) for actor in ACTORS}


def content_of(response: Any) -> bytes:
    """The bytes of an answer. Those of a file can be taken once only."""
    return b"".join(response.streaming_content) if response.streaming else response.content


def readable(content: bytes, response: Any) -> str:
    """What can be read of an answer: of a workbook its cells, of a page its text, and the headers."""
    if content[:2] == b"PK":
        book = ZipFile(BytesIO(content))
        content = b"".join(book.read(name) for name in book.namelist() if name.endswith(".xml"))
    return unescape(content.decode(errors="replace")) + str(response.headers)


def shown(name: str, content: bytes, response: Any) -> Iterator[str]:
    """The marks in an answer that are hidden from the log-in."""
    hidden = hidden_from(name)
    if hidden:
        text = readable(content, response)
        yield from (mark for mark in sorted(hidden) if mark in text)
