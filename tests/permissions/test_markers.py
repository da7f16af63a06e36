"""No page, count, picker, search result or export shows another organisation's text (issue 2, Rights).

Everybody asks every address that takes GET at all four places, their exports, searches for the marks, and opens every
form; none of it may hold a mark of a place from which he is to see nothing."""

from collections.abc import Callable
from functools import cache
from html import unescape
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.test import Client
from django.urls import reverse

from inspections.organisations.models import User
from inspections.organisations.text import fold
from permissions import policy
from tests.permissions.matrix import ROUTES
from tests.permissions.test_access_matrix import address
from tests.permissions.world import CHILD, OWN, PARENT, PLACES, SAYS, SIBLING, World
from workflows import access

pytestmark = pytest.mark.django_db
# what only things of a place have; leaders above are named to those below (“who can see this”), so they are no mark:
# the matter of its cases, its cell, its people
MARKS = {
    OWN: (SAYS[OWN], "Im Văn Own", "bien-ban-own", "so-lieu-import-own"),
    SIBLING: (SAYS[SIBLING], "Tổ dân phố 7", "Im Văn Sibling", "Kiều Văn Lực", "bien-ban-sibling", "import-sibling"),
    PARENT: (SAYS[PARENT], "Văn thư tỉnh", "Im Văn Parent", "Vi Văn Hợi", "bien-ban-parent", "import-parent"),
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
    "sd_member": (OWN, SIBLING, PARENT, CHILD),
    "former": (OWN, SIBLING, PARENT, CHILD),
    "stranger": (OWN, PARENT, CHILD),
    "stranger_secretary": (OWN, PARENT, CHILD),
}
LISTS = ("cases:list", "findings:list", "remedies:list", "programmes:list", "organisations:list", "imports:list")


def addresses(world: World, user: User) -> list[str]:
    """Every address that takes GET, at every place; exports; searches for every mark; the user's own tasks."""
    found = {address(route, world, place) for route in ROUTES if route.get for place in route.places}
    found |= {f"{reverse(name)}?export=xlsx" for name in LISTS}
    # typed without accents, so that what is typed is no mark itself
    words = [fold(mark) for place in PLACES for mark in MARKS[place] if fold(mark) != mark]
    found |= {f"{reverse('reports:search')}?q={typed}" for typed in words}
    found |= {f"{reverse('cases:list')}?q={fold(SAYS[place])}" for place in PLACES}
    found |= {item.get_absolute_url() for item in access.for_me(policy.viewer_for(user))}
    return sorted(found - {reverse("logout")})


def text_of(response: object) -> str:
    """What can be read of an answer: of a workbook its cells, of a page its text, and the headers."""
    content = b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]
    if content[:2] == b"PK":
        book = ZipFile(BytesIO(content))
        content = b"".join(book.read(name) for name in book.namelist() if name.endswith(".xml"))
    return unescape(content.decode(errors="replace")) + str(response.headers)  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def read(world: World) -> Callable[[str], dict[str, list[str]]]:
    """Who -> mark -> the addresses on which he reads it. Everybody goes round once."""

    @cache
    def by(name: str) -> dict[str, list[str]]:
        user = User.objects.get(username=name) if name == "root" else world.cast[name]
        client = Client()
        client.force_login(user, backend="permissions.backend.OfficeBackend")
        found: dict[str, list[str]] = {}
        for url in addresses(world, user):
            response = client.get(url)
            assert response.status_code != 500, url
            text = text_of(response)
            for mark in (*CASE_TEXTS.values(), *(mark for place in PLACES for mark in MARKS[place])):
                if mark in text:
                    found.setdefault(mark, []).append(url)
        return found

    return by


@pytest.mark.parametrize("name", HIDDEN)
def test_nothing_of_another_place_is_read_anywhere(read, name: str):
    hidden = {mark for place in HIDDEN[name] for mark in (*MARKS[place], CASE_TEXTS[place])}
    assert {mark: urls for mark, urls in read(name).items() if mark in hidden} == {}


@pytest.mark.parametrize("name", ["root", "recused", "administrator", "inspector"])
def test_who_keeps_the_tree_or_withdrew_reads_nothing_of_a_case(read, name: str):
    # of the cell's own case he did not withdraw
    places = [place for place in PLACES if not (name == "recused" and place == CHILD)]
    hidden = {CASE_TEXTS[place] for place in places} | {f"bien-ban-{place}" for place in places}
    assert {mark: urls for mark, urls in read(name).items() if mark in hidden} == {}


@pytest.mark.parametrize(
    ("place", "name"), [(OWN, "chair"), (SIBLING, "stranger"), (PARENT, "province_chair"), (CHILD, "dm_secretary")]
)
def test_every_mark_is_read_by_those_who_may(read, place: str, name: str):
    """So that nothing passes for want of text; files being taken in are read by who may take them in."""
    marks = {CASE_TEXTS[place], *(mark for mark in MARKS[place] if "import" not in mark)}
    assert marks <= read(name).keys()
    assert {mark for mark in MARKS[place] if "import" in mark} <= read("root").keys()
