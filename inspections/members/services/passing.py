"""Where members belong follows what becomes of their cells: new people, mergers, splits and dissolutions."""

import datetime
from collections.abc import Iterable

from django.db.models import Q, QuerySet
from django.db.models.functions import Now, TruncDate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inspections.calendars.rules import day_before, days_after
from inspections.members.models import Membership
from inspections.organisations.models import Organisation, Person
from inspections.organisations.services import Estate, HomeKeeper, Place, Share, keeps_homes, passes_on, speaks_against

SLICE = 500
HOME = Membership.Kind.HOME


def begin_homes(people: list[Person]) -> None:
    """Gives each of the people a home in his organisation, since an unknown day, unless he has one. Part of a verb."""
    wanted = [person for person in people if person.organisation_id]
    has: set[int] = set()
    for start in range(0, len(wanted), SLICE):
        some = [person.pk for person in wanted[start : start + SLICE]]
        open_homes = Membership.objects.filter(person__in=some, kind=HOME, ends_on__isnull=True)
        has |= set(open_homes.order_by().values_list("person_id", flat=True))
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


def _go_on(rows: "QuerySet[Membership]", new: Organisation, on: datetime.date, paper: str) -> None:
    """Ends the rows that are in force the day before `on`, and begins them anew in the successor, to the same end."""
    running = list(rows.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on)).order_by("pk"))
    ends = {row.pk: row.ends_on for row in running}
    rows.filter(pk__in=ends).update(ends_on=day_before(on), ended_paper=paper)
    Membership.objects.bulk_create(
        [
            Membership(
                person_id=row.person_id, kind=row.kind, cell=new, starts_on=on, ends_on=ends[row.pk], paper=paper
            )
            for row in running
        ],
        batch_size=SLICE,
    )


def guests_of(organisation: Organisation) -> "QuerySet[Membership]":
    """Members of other cells who are temporarily in this one, now or later."""
    rows = Membership.objects.filter(cell=organisation, kind=Membership.Kind.TEMPORARY)
    return rows.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=TruncDate(Now()))).select_related("person", "cell")


def _pass_guests(share: Share) -> None:
    last_day = share.old.ends_on
    assert last_day is not None
    keys = [row.pk for row in share.rows]
    _go_on(Membership.objects.filter(pk__in=keys), share.new, days_after(last_day, 1), share.old.ended_paper)


def against_ending(organisation: Organisation, on: datetime.date) -> Iterable[str]:
    """Who came to the organisation, or left it, on the day or later."""
    rows = Membership.objects.filter(cell=organisation).select_related("person")
    for row in rows.filter(starts_on__gte=on).order_by("starts_on", "pk"):
        if row.ends_on is None or row.starts_on is None or row.ends_on >= row.starts_on:
            yield _("%(person)s is a member of it from %(day)s on.") % {
                "person": row.person,
                "day": _day(row.starts_on),
            }
    for row in rows.filter(ends_on__gte=on, kind=HOME).order_by("ends_on", "pk"):
        if row.starts_on is None or row.starts_on < on:
            yield _("%(person)s was a member of it until %(day)s.") % {"person": row.person, "day": _day(row.ends_on)}


def _day(day: datetime.date | None) -> str:
    return day.strftime("%d/%m/%Y") if day is not None else "—"


def register() -> None:
    keeps_homes(HomeKeeper(begin_homes, follow_succession))
    passes_on(Estate("guests", gettext_lazy("Members temporarily there"), guests_of, _pass_guests, place=Place.CLOCKS))
    speaks_against(against_ending)
