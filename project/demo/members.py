"""The facts of the demo's members, and the cell of thirty-four that meets in the stories (scenarios.md F)."""

import datetime
from collections.abc import Iterator

from inspections.calendars.rules import add_months
from inspections.members.models import Member
from inspections.members.services import Listed, take_members
from inspections.organisations.models import Organisation
from project.demo.cast import Cast

WARD_CELL, WARD_MEMBERS = "ward_cell", 34
LIST = "Danh sách đảng viên, 01/7/2025"
# of the members of a cell, counted from the last but one: on probation, exempt, elsewhere for a time
PROBATIONARY, EXEMPT, AWAY = -2, -3, -4


def know_members(cast: Cast, cells: list[str], drawn: Iterator[str]) -> None:
    """Tells the facts of those who are there, cell by cell; the cell of the ward gets the rest of its thirty-four."""
    listed = []
    number = 1
    for key in cells:
        cell = cast.organisation(key)
        people = list(Member.objects.filter(organisation=cell, is_active=True).order_by("pk"))
        marked = {people[at].pk: at for at in (PROBATIONARY, EXEMPT, AWAY)} if len(people) > 6 else {}
        for one in people:
            listed.append(_listed(cell, number, marked.get(one.pk, 0), member=one))
            number += 1
    ward = cast.organisation(WARD_CELL)
    have = list(Member.objects.filter(organisation=ward).order_by("pk"))
    listed += [_listed(ward, number + at, 0, member=one) for at, one in enumerate(have)]
    for at in range(len(have), WARD_MEMBERS):
        # two of the thirty-four are exempt, all others are expected
        listed.append(_listed(ward, number + at, EXEMPT if at < len(have) + 2 else 0, name=next(drawn)))
    take_members(acting_user=cast.root, listed=listed, now=cast.now)


def _listed(cell: Organisation, number: int, mark: int, *, member: Member | None = None, name: str = "") -> Listed:
    name = name or (member.full_name if member is not None else "")
    # nobody is admitted as a child
    born = member.born_on.year if member is not None and member.born_on is not None else 1965
    year = max(2023 - number % 38, born + 19)
    admitted = datetime.date(year, 1 + number % 12, 1 + number % 28)
    facts = {
        "sex": Member.Sex.FEMALE if " Thị " in name else Member.Sex.MALE,
        "admitted_on": admitted,
        **({"full_name": name} if member is None else {}),
    }
    if mark == PROBATIONARY:
        facts |= {"standing": Member.Standing.PROBATIONARY}
    else:
        facts |= {"card_number": f"97{number:06}", "full_on": add_months(admitted, 12)}
    return Listed(
        cell,
        member,
        facts,
        is_exempt=True if mark == EXEMPT else None,
        is_away=True if mark == AWAY else None,
        paper=LIST,
    )
