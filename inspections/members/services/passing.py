"""Where members belong follows what becomes of their cells: new people, mergers, splits and dissolutions."""

import datetime
from collections.abc import Iterable

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inspections.calendars.rules import day_before, days_after
from inspections.members.models import Membership
from inspections.members.rules import is_empty
from inspections.members.services.belonging import end_stays_at_home
from inspections.organisations.models import Organisation, Person
from inspections.organisations.services import (
    Estate,
    HomeKeeper,
    Place,
    Share,
    keeps_homes,
    must_be_over_by_then,
    passes_on,
    speaks_against,
)

SLICE = 500
HOME, TEMPORARY = Membership.Kind.HOME, Membership.Kind.TEMPORARY


def begin_homes(people: list[Person]) -> None:
    """Gives each of the people a home in his organisation, since an unknown day, unless he has or had one: whoever left
    comes back by a day and a paper. Part of a verb."""
    wanted = [person for person in people if person.organisation_id]
    has: set[int] = set()
    for start in range(0, len(wanted), SLICE):
        some = [person.pk for person in wanted[start : start + SLICE]]
        homes = Membership.objects.filter(person__in=some, kind=HOME)
        has |= set(homes.order_by().values_list("person_id", flat=True))
    Membership.objects.bulk_create(
        [Membership(person=one, kind=HOME, cell_id=one.organisation_id) for one in wanted if one.pk not in has],
        batch_size=SLICE,
    )


def follow_succession(
    people: list[Person], old: Organisation, new: Organisation, on: datetime.date, paper: str
) -> None:
    """Lets the homes of the people go on in the organisation that took the place of the old one. Part of a verb."""
    for start in range(0, len(people), SLICE):
        some = [person.pk for person in people[start : start + SLICE]]
        _go_on(Membership.objects.filter(cell=old, kind=HOME, person__in=some), new, on, paper)
        end_stays_at_home(some, new, on, paper)


def _go_on(rows: "QuerySet[Membership]", new: Organisation, on: datetime.date, paper: str) -> None:
    """Ends the rows that go on after the day before `on`, and begins them anew in the successor, to the same end; one
    that is still to come begins there on its day."""
    spans = {row.pk: row.span for row in rows.filter(_running(on)).order_by("pk")}
    running = list(rows.filter(pk__in=spans).order_by("pk"))
    for row in running:
        row.ends_on, row.ended_paper = day_before(max(on, row.starts_on or on)), paper
    Membership.objects.bulk_update(running, ["ends_on", "ended_paper"], batch_size=200)
    Membership.objects.bulk_create(
        [
            Membership(
                person_id=row.person_id,
                kind=row.kind,
                cell=new,
                starts_on=max(on, row.starts_on or on),
                ends_on=spans[row.pk][1],
                paper=paper,
            )
            for row in running
        ],
        batch_size=SLICE,
    )


def _running(on: datetime.date) -> Q:
    """The condition that a row is in force on the day or later; one that never comes into force is not."""
    never = Q(starts_on__isnull=False, ends_on__lt=F("starts_on"))
    return (Q(ends_on__isnull=True) | Q(ends_on__gte=on)) & ~never


def guests_of(organisation: Organisation, on: datetime.date) -> "QuerySet[Membership]":
    """Members of other cells who are temporarily in this one, on the day or later."""
    rows = Membership.objects.filter(_running(on), cell=organisation, kind=TEMPORARY)
    return rows.select_related("person", "cell")


def _pass_guests(share: Share) -> None:
    last_day = share.old.ends_on
    assert last_day is not None
    on, paper = days_after(last_day, 1), share.old.ended_paper
    rows = Membership.objects.filter(pk__in=[row.pk for row in share.rows])
    # the homes passed before: nobody is a guest where he is at home
    at_home = Membership.objects.filter(person=OuterRef("person"), kind=HOME, cell=share.new, ends_on__isnull=True)
    _go_on(rows.filter(~Exists(at_home)), share.new, on, paper)
    end_stays_at_home([row.person_id for row in rows.filter(Exists(at_home))], share.old, on, paper)


def against_ending(organisation: Organisation, on: datetime.date) -> Iterable[str]:
    """Who came to the organisation for good, or left it, on the day or later."""
    rows = Membership.objects.filter(cell=organisation, kind=HOME).select_related("person")
    for row in rows.filter(starts_on__gte=on).order_by("starts_on", "pk"):
        if not is_empty(row.span):
            yield _("%(person)s is a member of it from %(day)s on.") % {
                "person": row.person,
                "day": _day(row.starts_on),
            }
    for row in rows.filter(ends_on__gte=on).order_by("ends_on", "pk"):
        if row.starts_on is None or row.starts_on < on:
            yield _("%(person)s was a member of it until %(day)s.") % {"person": row.person, "day": _day(row.ends_on)}


def _day(day: datetime.date | None) -> str:
    return day.strftime("%d/%m/%Y") if day is not None else "—"


def members_after(organisation: Organisation, last_day: datetime.date) -> Iterable[str]:
    """The members of the organisation who are on its list after the day, by name."""
    rows = Membership.objects.filter(_running(days_after(last_day, 1)), cell=organisation, kind=HOME)
    return [str(row.person) for row in rows.select_related("person").order_by("person__folded", "pk")]


def guests_after(organisation: Organisation, last_day: datetime.date) -> Iterable[str]:
    """The members of other cells who are temporarily in the organisation after the day, by name."""
    rows = guests_of(organisation, days_after(last_day, 1))
    return [str(row.person) for row in rows.order_by("person__folded", "pk")]


def at_home() -> Q:
    """The condition that a `Person` is on the list of a cell today."""
    return Q(Exists(Membership.objects.filter(person=OuterRef("pk"), kind=HOME, ends_on__isnull=True)))


def register() -> None:
    keeps_homes(HomeKeeper(begin_homes, follow_succession, at_home))
    guests = Estate(
        "guests",
        gettext_lazy("Members temporarily there"),
        guests_of,
        _pass_guests,
        place=Place.CLOCKS,
        goes_by_day=True,
    )
    passes_on(guests)
    speaks_against(against_ending)
    must_be_over_by_then(
        gettext_lazy("Transfer these members, or take them off the list, by that day first: %(things)s."), members_after
    )
    must_be_over_by_then(gettext_lazy("End these temporary stays by that day first: %(things)s."), guests_after)
