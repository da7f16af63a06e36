"""The province whose cells meet, on which the month-end evening is measured: an empty database is filled.

The first cells meet by the verbs that secretaries use, each in its own manner, month after month; one meeting of each
waits to be closed. All other cells are copies of these, with members, clocks and trails of their own: the rows are
copied by the database (bench_copies.py), the chains hashed anew."""

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from bench_copies import Clone, Pattern, copy_cells
from django.contrib.auth.hashers import make_password
from django.db import connection, transaction
from django.utils import timezone

from inspections.calendars.rules import add_months, day_before, days_after
from inspections.meetings.models import CriteriaSet, Meeting
from inspections.meetings.services.planning import plan_meeting
from inspections.members.models import Member
from inspections.members.services import Listed, take_members
from inspections.organisations.models import Office, Organisation, Person, User
from inspections.organisations.services.homes import joined
from inspections.organisations.text import fold
from inspections.superiors.models import FlagRule, Following
from permissions import audit, grants
from project.demo.build import PASSWORD
from project.demo.cast import SINCE, Cast
from project.demo.meetings import (
    DAY,
    EVENING,
    FAIR,
    GOOD,
    MIDDLING,
    POOR,
    THEMATIC_DAY,
    TOPICS,
    Manner,
    moment_of,
    spend,
)
from project.demo.meetings import _hold as hold
from project.demo.meetings import _prepare as prepare
from project.demo.names import people
from project.demo.province import Commune, _commune, _grants

COMMUNES, CELLS, MONTHS = 100, 100, 24
MEMBERS = 12  # beside the secretary
FOLLOWED = 10  # cells of each commune, by one member of its committee
LATE = replace(FAIR, late=3, days=5)
# how the cells meet whose rows are copied, month after month in turn; None: not at all
PATTERNS: tuple[tuple[Manner | None, ...], ...] = (
    (GOOD, GOOD, FAIR),
    (FAIR,),
    (FAIR, GOOD, MIDDLING),
    (GOOD,),
    (FAIR, FAIR, LATE, FAIR),
    (MIDDLING, FAIR),
    (FAIR, FAIR, FAIR, FAIR, None),
    (POOR, MIDDLING),
    (GOOD, FAIR, FAIR),
    (FAIR, POOR, FAIR, FAIR, FAIR, None),
)


@dataclass(frozen=True)
class Size:
    """How large the province is. months: that are over, before the one whose meeting waits to be closed."""

    communes: int = COMMUNES
    cells: int = CELLS
    months: int = MONTHS
    patterns: int = len(PATTERNS)


def evening_before(now: datetime.datetime) -> datetime.date:
    """The day on which the meetings were held that wait to be closed: the day before, which is the month's too."""
    return day_before(timezone.localdate(now))


def fill(now: datetime.datetime, size: Size = Size(), report: Callable[[str], None] = print) -> None:
    """Fills the empty database; `now` is when the evening begins."""
    with transaction.atomic():
        root = User.objects.create(username="root", is_superuser=True)
        cast = Cast(root=root, now=moment_of(SINCE), password_hash=make_password(PASSWORD))
        cast.add_organisation("province", "Đảng bộ tỉnh Sơn Hải", "province_party", None, "97.000.000.000.000", "TU")
        cast.add_user("bithu.tinh", "Lê Quang Sơn", "committee_secretary", "province")
        first = add_months(evening_before(now).replace(day=1), -size.months)
        # nothing is copied that nobody asks of: the sets and flags count for all of the months
        CriteriaSet.objects.filter(organisation=None).update(valid_from=add_months(first, -1))
        FlagRule.objects.update(since=first)
        cast.now = moment_of(first)
        made = [_commune(cast, number, size.cells) for number in range(1, size.communes + 1)]
        for number, commune in enumerate(made, start=1):
            _follow(cast, commune, number)
        # who meets in the first months held the office then
        Office.objects.update(starts_on=add_months(first, -1))
        grants.sync_people([cast.person("bithu.tinh")])
        _grants(made, report)
    report(f"{size.communes} communes of {size.cells} cells; the cells that are copied meet …")
    heads = [(commune, cell, head) for commune in made for cell, head in commune.heads]
    patterns = [
        _pattern(root, *one, manners, at, first, now)
        for at, (one, manners) in enumerate(zip(heads, PATTERNS[: size.patterns], strict=False))
    ]
    clones = [
        Clone(at % len(patterns), at // len(patterns), commune.organisations["commune"], cell, head)
        for at, (commune, cell, head) in enumerate(heads[len(patterns) :])
    ]
    copy_cells(patterns, clones, report)
    audit.seal(now)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _follow(cast: Cast, commune: Commune, number: int) -> None:
    """A member of the committee is in charge of some of its cells."""
    place = commune.organisations["commune"]
    user = User.objects.create(username=f"x{number}.capuy", password=cast.password_hash)
    name = next(people(5000 + number))
    person = Person.objects.create(full_name=name, folded=fold(name), organisation=place, user=user)
    joined([person])
    Office.objects.create(person=person, role="committee_member", organisation=place, starts_on=SINCE, paper="02-QĐ/ĐU")
    commune.people["follower"] = person
    Following.objects.bulk_create(
        Following(person=person, organisation=cell, starts_on=SINCE, paper="15-TB/ĐU")
        for cell, _head in commune.heads[:FOLLOWED]
    )


def _pattern(
    root: User,
    commune: Commune,
    cell: Organisation,
    head: Person,
    manners: tuple[Manner | None, ...],
    at: int,
    first: datetime.date,
    now: datetime.datetime,
) -> Pattern:
    """A cell with its members, what it did month after month, and the meeting that waits."""
    assert head.user is not None
    secretary = User.objects.get(pk=head.user.pk)
    take_members(acting_user=root, listed=list(_listed(cell, at, first)), now=moment_of(first))
    waiting = evening_before(now).replace(day=1)
    month, place = first, at
    while month < waiting:
        for kind, day in ((Meeting.Kind.THEMATIC, THEMATIC_DAY), (Meeting.Kind.REGULAR, DAY)):
            if kind == Meeting.Kind.REGULAR or month.month % 3 == 0:
                meeting = _planned(secretary, cell, kind, month.replace(day=day))
                spend(secretary, meeting, manners[place % len(manners)])
        month, place = add_months(month, 1), place + 1
    meeting = _planned(secretary, cell, Meeting.Kind.REGULAR, evening_before(now))
    day = timezone.localdate(meeting.planned_at)
    prepare(secretary, meeting, FAIR, max(moment_of(days_after(day, -2)), moment_of(waiting)))
    hold(secretary, Meeting.objects.get(pk=meeting.pk), FAIR)
    return Pattern(commune.organisations["commune"], cell, head)


def _planned(secretary: User, cell: Organisation, kind: str, day: datetime.date) -> Meeting:
    return plan_meeting(
        acting_user=secretary,
        organisation=cell,
        kind=kind,
        planned_at=moment_of(day, EVENING),
        place="Nhà văn hoá",
        topic=TOPICS[day.month % len(TOPICS)] if kind == Meeting.Kind.THEMATIC else "",
        now=moment_of(day.replace(day=1)),
    )


def _listed(cell: Organisation, at: int, first: datetime.date) -> Iterator[Listed]:
    """The other members: one on probation; in every second cell one is exempt, in the others one is elsewhere."""
    drawn = people(9000 + at)
    for number in range(MEMBERS):
        name = next(drawn)
        admitted = datetime.date(1990 + number, 1 + (at + number) % 12, 1 + number)
        facts: dict[str, Any] = {
            "full_name": name,
            "sex": Member.Sex.FEMALE if " Thị " in name else Member.Sex.MALE,
            "admitted_on": admitted,
        }
        if number == MEMBERS - 1:
            facts |= {"standing": Member.Standing.PROBATIONARY, "admitted_on": add_months(first, -1)}
        else:
            facts |= {"card_number": f"97{at:03}{number:03}", "full_on": add_months(admitted, 12)}
        is_other = number == MEMBERS - 2
        yield Listed(
            cell,
            None,
            facts,
            is_exempt=True if is_other and at % 2 == 0 else None,
            is_away=True if is_other and at % 2 else None,
            paper="Danh sách đảng viên",
        )
