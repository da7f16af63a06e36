"""The measures of the rooms below: cells examined, corrections met in time, members on the roll, meetings of cells.

Whether cells met as often as they have to is told by the flags of superiors, who declare that measure themselves."""

import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import (
    BooleanField,
    Case,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from inspections.calendars.rules import year_of
from inspections.cases.models import CaseKind, CaseSubject
from inspections.deadlines.models import Deadline
from inspections.meetings.models import HELD, TO_HOLD, Meeting, ResolutionItem
from inspections.meetings.models.meetings import MeetingQuerySet
from inspections.meetings.rules import Rating
from inspections.members.models import Membership
from inspections.organisations.models import Organisation, Person
from inspections.programmes.rules import NOT_COUNTED
from inspections.remedies.models import CORRECT, Correction
from inspections.schemes.measures import COUNTS, Asked, Measure, Parameter, Values, declare

ANY = "any"
NATURE, STANDING, RATING, SHARE = "nature", "standing", "rating", "share"
PERCENT, MEMBERS = _("per cent"), _("members")
# the rates of domain.md §6.1 and §6.5: the guidance now, the one before it, and steps around them. Not a table: what an
# indicator counts by is kept with its code and must never change under figures that were read; another rate is one more
# choice here, and what a province wants to reach is its target, which is data
SHARES = ("90", "85", "80", "75")


def _natures() -> list[tuple[str, Any]]:
    return [(ANY, _("inspection or supervision")), *CaseKind.Nature.choices]


def _cells(asked: Asked, values: Values) -> "QuerySet[Any]":
    """The cells of the last day; those count about which a case, not about a member, was begun in the year."""
    about = CaseSubject.objects.order_by().filter(organisation=OuterRef("pk"), person__isnull=True)
    about = about.exclude(case__stage__in=[*NOT_COUNTED, "proposed"])
    if values[NATURE] != ANY:
        about = about.filter(case__kind__nature=values[NATURE])
    # of what a running book brought in, only the conclusion is known
    begun = about.annotate(begun=Coalesce("case__starts_on", "case__concluded_on"))
    begun = begun.filter(begun__gte=asked.first, begun__lte=asked.until)
    return Organisation.objects.filter(type__is_cell=True).in_force(asked.until).annotate(**{COUNTS: Exists(begun)})


def _corrections(asked: Asked, values: Values) -> "QuerySet[Any]":
    """The corrections whose last clock was due in the year, and that were accepted or are late by now."""
    kind = ContentType.objects.get_for_model(Correction)
    clocks = Deadline.objects.filter(item_type=kind, item_id=OuterRef("pk"), duty=CORRECT)
    newest = clocks.exclude(state=Deadline.State.CANCELLED).order_by("-pk")
    rows: QuerySet[Any] = Correction.objects.annotate(
        **{f"clock_{name}": Subquery(newest.values(name)[:1]) for name in ("due_on", "state", "met_on")}
    )
    decided = Q(clock_state=Deadline.State.MET) | Q(clock_state=Deadline.State.RUNNING, clock_due_on__lt=asked.today)
    in_time = When(clock_state=Deadline.State.MET, clock_met_on__lte=F("clock_due_on"), then=Value(True))
    counts = Case(in_time, default=Value(False), output_field=BooleanField())
    return rows.filter(decided, clock_due_on__gte=asked.first, clock_due_on__lte=asked.until).annotate(
        **{COUNTS: counts}
    )


def _members(asked: Asked, values: Values) -> "QuerySet[Any]":
    """Who is at home in a cell on the last day, and was admitted to the Party by then."""
    rows = Membership.objects.in_force(asked.until).filter(kind=Membership.Kind.HOME, cell__type__is_cell=True)
    rows = rows.filter(Q(person__admitted_on__isnull=True) | Q(person__admitted_on__lte=asked.until))
    probationary = Q(person__standing=Person.Standing.PROBATIONARY) | Q(person__full_on__gt=asked.until)
    if values[STANDING] == Person.Standing.PROBATIONARY:
        rows = rows.filter(probationary)
    elif values[STANDING] == Person.Standing.FULL:
        rows = rows.exclude(pk__in=rows.filter(probationary).values("pk"))
    return rows.annotate(**{COUNTS: Value(True)})


def counting(condition: Q) -> Case:
    """Whether a row counts."""
    return Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())


def _regular(asked: Asked) -> MeetingQuerySet:
    """The regular meetings of the months of the year that have begun, that were not called off."""
    return Meeting.objects.regular().standing().filter(month__range=(asked.first, asked.until))


def _meetings_held(asked: Asked, values: Values) -> "QuerySet[Any]":
    """The regular meetings that were held, that were not, and that are past their day; those held count."""
    rows = _regular(asked).exclude(state__in=TO_HOLD, planned_at__date__gte=asked.today)
    return rows.annotate(**{COUNTS: counting(Q(state__in=HELD))})


def _meetings_attended(asked: Asked, values: Values) -> "QuerySet[Any]":
    """The regular meetings held; those count to which at least the share of whoever was expected came."""
    rows = _regular(asked).filter(state__in=HELD, expected__gt=0)
    # in whole numbers, so that a share that is exactly the one asked for counts
    present, expected = (Cast(F(name), IntegerField()) for name in ("present", "expected"))
    rows = rows.annotate(_beyond=present * 100 - expected * int(values[SHARE]))
    return rows.annotate(**{COUNTS: counting(Q(_beyond__gte=0))})


def _meetings_rated(asked: Asked, values: Values) -> "QuerySet[Any]":
    """The regular meetings closed; those count that were rated so, or better."""
    better = RATINGS[: RATINGS.index(values[RATING]) + 1]
    rows = _regular(asked).filter(state=Meeting.State.CLOSED)
    return rows.annotate(**{COUNTS: counting(Q(rating__in=better))})


def _results_in_time(asked: Asked, values: Values) -> "QuerySet[Any]":
    """The meetings held whose result is handed in or was due before today; those handed in by their day count."""
    rows = Meeting.objects.order_by().filter(month__range=(asked.first, asked.until), state__in=HELD)
    rows = rows.filter(Q(uploaded_at__isnull=False) | Q(upload_due_on__lt=asked.today), upload_due_on__isnull=False)
    in_time = Q(uploaded_at__date__lte=F("upload_due_on"))
    return rows.annotate(**{COUNTS: counting(in_time)})


def _assignments_in_time(asked: Asked, values: Values) -> "QuerySet[Any]":
    """What closed meetings assigned for a day of the year that is past or is done; done by that day it counts."""
    rows = ResolutionItem.objects.order_by().filter(meeting__state=Meeting.State.CLOSED)
    rows = rows.filter(due_on__range=year_of(asked.year))
    rows = rows.filter(Q(done_on__isnull=False) | Q(due_on__lt=asked.today))
    return rows.annotate(**{COUNTS: counting(Q(done_on__lte=F("due_on")))})


RATINGS = [Rating.GOOD.value, Rating.FAIR.value, Rating.AVERAGE.value]


def _day(day: datetime.date) -> str:
    return f"{day:%d/%m/%Y}"


def _held_told(meeting: Meeting) -> str:
    return f"{meeting.told} ({meeting.get_state_display()})"


def _attendance_told(meeting: Meeting) -> str:
    return f"{meeting.told} ({meeting.present}/{meeting.expected})"


def _rating_told(meeting: Meeting) -> str:
    """total: set of every row of the measure."""
    return f"{meeting.told} ({meeting.get_rating_display()}, {number_format(meeting.total)})"  # type: ignore[arg-type]


def _result_told(meeting: Meeting) -> str:
    """upload_due_on: set of every row of the measure."""
    given = {"meeting": meeting.told, "due": _day(meeting.upload_due_on)}  # type: ignore[arg-type]
    if meeting.uploaded_at is None:
        return gettext("%(meeting)s (due %(due)s, not handed in)") % given
    given["day"] = _day(timezone.localdate(meeting.uploaded_at))
    return gettext("%(meeting)s (due %(due)s, handed in %(day)s)") % given


def _assignment_told(item: ResolutionItem) -> str:
    given = {"text": item.text, "person": item.person, "due": _day(item.due_on)}
    if item.done_on is None:
        return gettext("%(text)s – %(person)s (due %(due)s, not done)") % given
    return gettext("%(text)s – %(person)s (due %(due)s, done %(day)s)") % {**given, "day": _day(item.done_on)}


def _ratings() -> list[tuple[str, Any]]:
    return [
        (Rating.GOOD.value, _("good")),
        (Rating.FAIR.value, _("fair or better")),
        (Rating.AVERAGE.value, _("average or better")),
    ]


def _shares() -> list[tuple[str, Any]]:
    return [(one, _("at least %(share)s %%") % {"share": one}) for one in SHARES]


def _standings() -> list[tuple[str, Any]]:
    return [(ANY, _("all members")), *Person.Standing.choices]


# what the measures that count meetings share: a share of them, by the place of their cell
OF_MEETINGS: dict[str, Any] = {
    "unit": PERCENT,
    "is_share": True,
    "model": Meeting,
    "place": "org_path",
    "owner": lambda meeting: meeting.organisation,
    "address": lambda meeting: reverse("meetings:detail", args=[meeting.pk]),
    "related": ("organisation",),
}
MEASURES = (
    Measure(
        code="cells_examined",
        label=_("Cells inspected or supervised in the year"),
        told=_(
            "Of the cells that are there on the last day: those about which a case was begun in the year. Cases that "
            "are only proposed, stopped, withdrawn or converted do not count, nor cases about a member."
        ),
        unit=PERCENT,
        is_share=True,
        model=Organisation,
        rows=_cells,
        place="path",
        owner=lambda cell: cell,
        tell=str,
        address=lambda cell: reverse("organisations:detail", args=[cell.pk]),
        parameters=(Parameter(NATURE, _("Which cases"), _natures),),
    ),
    Measure(
        code="corrections_in_time",
        label=_("Corrective actions met in time"),
        told=_(
            "Of the corrective actions due in the year that were accepted or are late: those that were handed in by "
            "their day and accepted. What lies with the monitor is counted once it is judged."
        ),
        unit=PERCENT,
        is_share=True,
        model=Correction,
        rows=_corrections,
        place="org_path",
        owner=lambda correction: correction.organisation,
        tell=str,
        address=lambda correction: reverse("remedies:detail", args=[correction.pk]),
        related=("organisation", "demand__notice"),
    ),
    Measure(
        code="members_on_roll",
        label=_("Members on the roll"),
        told=_("The members who are at home in a cell on the last day of the year, or today while it runs."),
        unit=MEMBERS,
        is_share=False,
        model=Membership,
        rows=_members,
        place="cell__path",
        owner=lambda membership: membership.cell,
        tell=lambda membership: str(membership.person),
        address=lambda membership: reverse("members:detail", args=[membership.person_id]),
        related=("person", "cell"),
        parameters=(Parameter(STANDING, _("Which members"), _standings),),
    ),
    Measure(
        **OF_MEETINGS,
        code="meetings_held",
        label=_("Regular meetings held"),
        told=_(
            "Of the regular meetings planned until today: those that were held. One that was called off to be planned "
            "anew is left out; one that is past its day and not recorded counts as not held."
        ),
        rows=_meetings_held,
        tell=_held_told,
    ),
    Measure(
        **OF_MEETINGS,
        code="meetings_attended",
        label=_("Regular meetings with enough members present"),
        told=_(
            "Of the regular meetings held in the year: those at which so many of the members expected were present. "
            "Who is expected is said by the criteria that counted on the day."
        ),
        rows=_meetings_attended,
        tell=_attendance_told,
        parameters=(Parameter(SHARE, _("Present"), _shares),),
    ),
    Measure(
        **OF_MEETINGS,
        code="meetings_rated",
        label=_("Regular meetings with the rating asked for"),
        told=_(
            "Of the regular meetings closed in the year: those that were rated so, by the criteria that counted on "
            "the day."
        ),
        rows=_meetings_rated,
        tell=_rating_told,
        parameters=(Parameter(RATING, _("Rated"), _ratings),),
    ),
    Measure(
        **OF_MEETINGS,
        code="results_in_time",
        label=_("Results of meetings handed in in time"),
        told=_(
            "Of the meetings held in the year whose result was handed in or is late: those whose result was there by "
            "its day."
        ),
        rows=_results_in_time,
        tell=_result_told,
    ),
    Measure(
        code="assignments_in_time",
        label=_("Assignments of meetings done in time"),
        told=_(
            "Of what meetings assigned for a day of the year: what was done by that day, of all that is done or late."
        ),
        unit=PERCENT,
        is_share=True,
        model=ResolutionItem,
        rows=_assignments_in_time,
        place="organisation__path",
        owner=lambda item: item.organisation,
        tell=_assignment_told,
        address=lambda item: reverse("meetings:assignment", args=[item.pk]),
        related=("organisation", "person"),
    ),
)


def register() -> None:
    declare(MEASURES)
