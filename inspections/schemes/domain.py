"""The measures of the rooms below: cells examined, corrections met in time, members on the roll."""

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import BooleanField, Case, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from inspections.cases.models import CaseKind, CaseSubject
from inspections.deadlines.models import Deadline
from inspections.members.models import Membership
from inspections.organisations.models import Organisation, Person
from inspections.programmes.rules import NOT_COUNTED
from inspections.remedies.models import CORRECT, Correction
from inspections.schemes.measures import COUNTS, Asked, Measure, Parameter, Values, declare

ANY = "any"
NATURE, STANDING = "nature", "standing"
PERCENT, MEMBERS = _("per cent"), _("members")


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


def _standings() -> list[tuple[str, Any]]:
    return [(ANY, _("all members")), *Person.Standing.choices]


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
        rows=_members,
        place="cell__path",
        owner=lambda membership: membership.cell,
        tell=lambda membership: str(membership.person),
        address=lambda membership: reverse("members:detail", args=[membership.person_id]),
        related=("person", "cell"),
        parameters=(Parameter(STANDING, _("Which members"), _standings),),
    ),
)


def register() -> None:
    declare(MEASURES)
