"""The rooms of the menu, as a table: address, words, icon, and the verb an office must hold to need it."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from inspections.organisations.models import Office
from inspections.pages import user_of
from permissions import policy
from permissions.catalogue import ROLES
from workflows.queries import count_for


@dataclass(frozen=True)
class Room:
    name: str
    label: Any
    icon: str
    verbs: tuple[str, ...] = ()
    is_for_members: bool = False  # whoever is a person has it too, without an office
    also: tuple[str, ...] = ()  # addresses of other rooms that are shown as tabs of this one


ROOMS = (
    Room("workflows:my_work", _("My work"), "inbox"),
    Room("cases:list", _("Cases"), "folder-open", also=("/findings/cases/", "/corrections/cases/")),
    Room("findings:list", _("Findings"), "search-check"),
    Room("remedies:list", _("Corrections"), "list-checks"),
    Room("meetings:list", _("Cell meetings"), "calendar-range", ("see_meetings", "keep_meetings"), is_for_members=True),
    Room("superiors:board", _("Cells and their meetings"), "chart-column", ("see_meetings", "visit_meetings")),
    Room("programmes:list", _("Programmes"), "calendar-range", ("see_programmes", "draft_programme")),
    Room("schemes:list", _("Schemes"), "book-open", ("see_schemes", "keep_schemes")),
    Room("reports:leader", _("Leader's page"), "chart-column", ("see_board",)),
    Room("checks:list", _("Standing checks"), "triangle-alert", ("see_board",)),
    Room("members:list", _("Members"), "users", ("see_members", "keep_members")),
    Room("organisations:list", _("Organisations"), "building-2"),
    Room(
        "imports:list",
        _("Spreadsheets"),
        "upload",
        ("import_spreadsheets", "draft_programme", "keep_book", "keep_members"),
    ),
    Room("calendars:list", _("Calendar and time limits"), "clock"),
    Room("reference:list", _("Reference tables"), "scale"),
    Room("meetings:criteria", _("Criteria sets"), "scale", ("keep_tables",)),
    Room("permissions:roles", _("Roles"), "shield"),
)


def _room_of(path: str) -> Room | None:
    """The room an address belongs to: the one with the longest beginning in common."""
    beginnings = [(start, room) for room in ROOMS for start in (reverse(room.name), *room.also)]
    fitting = [one for one in beginnings if path.startswith(one[0])]
    return max(fitting, key=lambda one: len(one[0]))[1] if fitting else None


def items(request: HttpRequest) -> list[dict[str, Any]]:
    """The menu of the user, with the count of work that waits."""
    found = []
    here = _room_of(request.path)
    is_person = policy.viewer_for(user_of(request)).person is not None
    for room in ROOMS:
        is_held = not room.verbs or any(policy.holds(user_of(request), verb) for verb in room.verbs)
        if not is_held and not (room.is_for_members and is_person):
            continue
        url = reverse(room.name)
        count = count_for(user_of(request)) if room.name == "workflows:my_work" else 0
        found.append({"url": url, "label": room.label, "icon": room.icon, "is_current": room is here, "count": count})
    return found


def offices(request: HttpRequest) -> list[str]:
    """The offices held today, deputising said aloud."""
    viewer = policy.viewer_for(user_of(request))
    own = {held.office_id for held in viewer.holdings if held.delegation_id is None}
    kept = sorted((viewer.offices[pk] for pk in own), key=lambda one: (one.organisation.path, one.role, one.starts_on))
    told = [f"{_title(office)} – {office.organisation}" for office in kept]
    for _pk, lent in sorted(viewer.delegations.items(), key=lambda one: (one[1].starts_on, one[0])):
        office = viewer.offices[lent.office_id]
        told.append(
            _("on behalf of %(person)s, %(office)s – %(organisation)s")
            % {"person": lent.office.person, "office": _title(office), "organisation": office.organisation}
        )
    return told


def _title(office: Office) -> Any:
    return office.title or ROLES[office.role].label
