"""No page, count, picker, search result or export shows another organisation's text (issue 2, Rights).

Everybody asks every address that takes GET at all four places, their exports, searches for the marks, and opens every
form; none of it may hold a mark of a place from which he is to see nothing."""

from html import unescape
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.test import Client
from django.urls import reverse

from inspections.cases.models import Paper
from inspections.documents.models import Attachment
from inspections.findings.models import Finding
from inspections.organisations.text import fold
from tests.permissions.matrix import ROUTES
from tests.permissions.test_access_matrix import address
from tests.permissions.world import CHILD, OWN, PARENT, PLACES, SAYS, SIBLING, World
from workflows.models import WorkItem

pytestmark = pytest.mark.django_db
# what only things of a place have: the matter of its cases, its cell, its people without an office here
MARKS = {
    OWN: (SAYS[OWN], "Im Văn Own", "bien-ban-own", "so-lieu-import-own"),
    SIBLING: (SAYS[SIBLING], "Tổ dân phố 7", "Im Văn Sibling", "Kiều Văn Lực", "bien-ban-sibling", "import-sibling"),
    PARENT: (SAYS[PARENT], "Văn thư tỉnh", "Im Văn Parent", "Tôn Nữ Mão", "bien-ban-parent", "import-parent"),
    CHILD: (SAYS[CHILD], "Im Văn Child", "bien-ban-child", "so-lieu-import-child"),
}
# who -> the places of which nothing at all may be read
HIDDEN = {
    "chair": (SIBLING, PARENT),
    "secretary": (SIBLING, PARENT),
    "administrator": (SIBLING, PARENT),
    "inspector": (SIBLING, PARENT),
    "deputy_of_chair": (SIBLING, PARENT),
    "dm_secretary": (SIBLING, PARENT),
    "sd_secretary": (SIBLING, PARENT, CHILD),
    "sd_member": (OWN, SIBLING, PARENT, CHILD),
    "former": (OWN, SIBLING, PARENT, CHILD),
    "stranger": (OWN, PARENT, CHILD),
    "ward_secretary": (OWN, PARENT, CHILD),
    "stranger_secretary": (OWN, PARENT, CHILD),
}
LISTS = ("cases:list", "findings:list", "remedies:list", "programmes:list", "organisations:list", "imports:list")


@pytest.fixture(scope="module")
def addresses(world: World) -> list[str]:
    """Every address that takes GET, at every place; exports; searches for every mark; files, papers, findings, work."""
    found = {address(route, world, place) for route in ROUTES if route.get for place in route.places}
    found |= {f"{reverse(name)}?export=xlsx" for name in LISTS}
    # typed without accents, so that what is typed is no mark itself
    words = [fold(mark) for place in PLACES for mark in MARKS[place] if fold(mark) != mark]
    found |= {f"{reverse(name)}?q={typed}" for name in (*LISTS[:3], "reports:search") for typed in words}
    cases = [world.row("case", place).pk for place in PLACES] + [world.row("released").pk, world.row("proposed").pk]
    for name, rows in (
        ("cases:paper", Paper.objects.filter(case__in=cases)),
        ("findings:detail", Finding.objects.filter(case__in=cases)),
        ("workflows:task", WorkItem.objects.filter(case__in=cases)),
        ("documents:download", Attachment.objects.all()),
    ):
        found |= {reverse(name, args=[pk]) for pk in rows.values_list("pk", flat=True)}
    return sorted(found - {reverse("logout")})


def text_of(response: object) -> str:
    """What can be read of an answer: of a workbook its cells, of a page its text, and the headers."""
    content = b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]
    if content[:2] == b"PK":
        book = ZipFile(BytesIO(content))
        content = b"".join(book.read(name) for name in book.namelist() if name.endswith(".xml"))
    return unescape(content.decode(errors="replace")) + str(response.headers)  # type: ignore[attr-defined]


def leaks(world: World, addresses: list[str], name: str, marks: list[str]) -> dict[str, list[str]]:
    """Mark -> the addresses on which the user reads it."""
    user = world.cast.root if name == "root" else world.cast[name]
    client = Client()
    client.force_login(user, backend="permissions.backend.OfficeBackend")
    found: dict[str, list[str]] = {}
    for url in addresses:
        response = client.get(url)
        assert response.status_code != 500, url
        read = text_of(response)
        for mark in marks:
            if mark in read:
                found.setdefault(mark, []).append(url)
    return found


@pytest.mark.parametrize("name", HIDDEN)
def test_nothing_of_another_place_is_read_anywhere(world: World, addresses: list[str], name: str):
    marks = [mark for place in HIDDEN[name] for mark in MARKS[place]]
    assert leaks(world, addresses, name, marks) == {}


@pytest.mark.parametrize("name", ["root", "recused", "administrator", "inspector"])
def test_who_keeps_the_tree_or_withdrew_reads_nothing_of_a_case(world: World, addresses: list[str], name: str):
    places = [place for place in PLACES if not (name == "recused" and place == CHILD)]
    texts = [f"{SAYS[place]} còn thiếu" for place in places] + [f"bien-ban-{place}" for place in places]
    assert leaks(world, addresses, name, texts) == {}


@pytest.mark.parametrize(
    ("place", "name"), [(OWN, "chair"), (SIBLING, "stranger"), (PARENT, "province_chair"), (CHILD, "dm_secretary")]
)
def test_every_mark_is_read_by_those_who_may(world: World, addresses: list[str], place: str, name: str):
    """So that nothing passes for want of text."""
    marks = [mark for mark in MARKS[place] if "import" not in mark]
    texts = [f"{SAYS[place]} còn thiếu"]
    assert set(leaks(world, addresses, name, marks + texts)) == {*marks, *texts}


def test_the_marks_of_spreadsheets_are_read_by_those_who_may(world: World, addresses: list[str]):
    marks = [mark for place in PLACES for mark in MARKS[place] if "import" in mark]
    assert set(leaks(world, addresses, "root", marks)) == set(marks)
