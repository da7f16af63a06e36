"""No page, count, picker, search result or export shows another organisation's text (issue 2, Rights).

Everybody asks every address that takes GET at all four places, their exports, searches for the marks, and opens every
form; none of it may hold a mark of a place from which he is to see nothing. What the access matrix asks in somebody's
name is read for marks there, as it is answered; here everything else."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse

from inspections.organisations.models import User
from inspections.organisations.text import fold
from permissions import policy
from tests.permissions.marks import CASE_TEXTS, EVERYBODY, MARKS, asked_in_matrix, content_of, readable, shown
from tests.permissions.matrix import ROUTES
from tests.permissions.test_access_matrix import address
from tests.permissions.world import CHILD, OWN, PARENT, PLACES, SAYS, SIBLING, World
from workflows import access

pytestmark = [pytest.mark.django_db, pytest.mark.once]
LISTS = (
    "members:list",
    "meetings:list",
    "cases:list",
    "findings:list",
    "remedies:list",
    "programmes:list",
    "organisations:list",
    "imports:list",
)


def user_named(world: World, name: str) -> User:
    return User.objects.get(username=name) if name == "root" else world.cast[name]


def of_matrix(world: World, *, but_not_by: str = "") -> set[str]:
    """Every address that takes GET, at every place; without those asked there by the log-in."""
    routes = [route for route in ROUTES if route.get and but_not_by not in asked_in_matrix(route)]
    return {address(route, world, place) for route in routes for place in route.places}


def beside_matrix(user: User) -> set[str]:
    """Exports; searches for every mark; the user's own tasks."""
    found = {f"{reverse(name)}?export=xlsx" for name in LISTS}
    # typed without accents, so that what is typed is no mark itself
    words = [fold(mark) for place in PLACES for mark in MARKS[place] if fold(mark) != mark]
    found |= {f"{reverse('reports:search')}?q={typed}" for typed in words}
    found |= {f"{reverse('cases:list')}?q={fold(SAYS[place])}" for place in PLACES}
    return found | {item.get_absolute_url() for item in access.for_me(policy.viewer_for(user))}


def round_of(user: User, urls: set[str]) -> Iterator[tuple[str, bytes, object]]:
    """The user asks the addresses one after the other: address, content, answer."""
    client = Client()
    client.force_login(user, backend="permissions.backend.OfficeBackend")
    for url in sorted(urls - {reverse("logout")}):
        response = client.get(url)
        assert response.status_code != 500, url
        yield url, content_of(response), response


@pytest.mark.parametrize("name", EVERYBODY)
def test_nothing_that_is_hidden_from_somebody_is_read_anywhere(world: World, name: str):
    user = user_named(world, name)
    urls = of_matrix(world, but_not_by=name) | beside_matrix(user)
    found = [(url, mark) for url, content, answer in round_of(user, urls) for mark in shown(name, content, answer)]
    assert found == []


@pytest.mark.parametrize(
    ("place", "name"), [(OWN, "chair"), (SIBLING, "stranger"), (PARENT, "province_chair"), (CHILD, "dm_secretary")]
)
def test_every_mark_is_read_by_those_who_may(world: World, place: str, name: str):
    """So that nothing passes for want of text; files being taken in are read by who may take them in."""
    marks = {CASE_TEXTS[place], *(mark for mark in MARKS[place] if "import" not in mark)}
    assert unread(world, name, marks) == set()
    assert unread(world, "root", {mark for mark in MARKS[place] if "import" in mark}) == set()


def unread(world: World, name: str, marks: set[str]) -> set[str]:
    """Of the marks, those that the log-in reads on none of the addresses."""
    left = set(marks)
    for _url, content, answer in round_of(user_named(world, name), of_matrix(world)):
        text = readable(content, answer)
        left = {mark for mark in left if mark not in text}
        if not left:
            break
    return left
