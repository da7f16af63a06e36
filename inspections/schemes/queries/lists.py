"""The list of schemes, a scheme's tasks with their progress, and who may record what was done."""

import datetime
from dataclasses import dataclass

from django.db.models import Case as CaseWhen
from django.db.models import Count, DateField, Exists, Max, OuterRef, Prefetch, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce

from inspections.calendars.rules import year_of
from inspections.organisations.models import Organisation, User
from inspections.schemes.models import EventKind, Scheme, SchemeEvent, SchemeTask, TaskGroup
from permissions import policy

STANDING = Q(events__struck_at__isnull=True)


def schemes_for(user: User) -> "QuerySet[Scheme]":
    """The schemes the user may see, with how many tasks each has, and how many of them are done."""
    rows = policy.visible(user, Scheme.objects.select_related("organisation__type", "organisation__parent"))
    tasks = Q(groups__tasks__isnull=False) & ~Q(groups__tasks__state=SchemeTask.State.DROPPED)
    return rows.annotate(
        tasks=Count("groups__tasks", filter=tasks, distinct=True),
        done=Count("groups__tasks", filter=Q(groups__tasks__state=SchemeTask.State.DONE), distinct=True),
    )


def makers_for(user: User, today: datetime.date) -> "QuerySet[Organisation]":
    """The organisations in which the user may begin a scheme."""
    ids = policy.viewer_for(user).organisation_ids("keep_schemes")
    return Organisation.objects.filter(pk__in=ids).not_ended(today).order_by("path")


@dataclass(frozen=True)
class Progress:
    """How far the tasks of a scheme are: of all that were not dropped, how many are done, how many have evidence."""

    tasks: int
    done: int
    begun: int


def groups_of(scheme: Scheme) -> "QuerySet[TaskGroup]":
    """The groups with their tasks, and of each task its owners and what was done for it. Three queries."""
    tasks = SchemeTask.objects.order_by("position").annotate(
        many=Count("events", filter=STANDING, distinct=True), last=Max("events__held_on", filter=STANDING)
    )
    owners = Prefetch("owners", Organisation.objects.order_by("path"))
    return scheme.groups.order_by("position").prefetch_related(Prefetch("tasks", tasks.prefetch_related(owners)))


def progress_of(groups: "QuerySet[TaskGroup]") -> Progress:
    """What is counted of the groups that were read by `groups_of`."""
    tasks = [one for group in groups for one in group.tasks.all() if one.state != SchemeTask.State.DROPPED]
    done = sum(one.state == SchemeTask.State.DONE for one in tasks)
    return Progress(len(tasks), done, sum(bool(one.many) for one in tasks))  # type: ignore[attr-defined]


def evidence_by_kind(scheme: Scheme, at: datetime.datetime | None = None) -> list[tuple[str, int, int]]:
    """Kind of event in words, how many stand, how many people took part in all; as it was recorded at a moment, else
    now. Two queries. The moment is for reviews that were held before their kinds were kept."""
    rows = SchemeEvent.objects.order_by().filter(task__group__scheme=scheme)
    if at is None:
        rows = rows.standing()
    else:
        rows = rows.filter(Q(struck_at__isnull=True) | Q(struck_at__gt=at), recorded_at__lte=at)
    found = {
        row["kind"]: (row["many"], row["people"] or 0)
        for row in rows.values("kind").annotate(many=Count("pk"), people=Sum("people"))
    }
    kinds = EventKind.objects.filter(Q(is_active=True) | Q(pk__in=found))
    return [(one.name, *found.get(one.pk, (0, 0))) for one in kinds]


def tasks_owned(user: User) -> "QuerySet[SchemeTask]":
    """The tasks of running schemes whose owner is an organisation in whose name the user records, each once, with the
    day by which it is to be done (`by_day`), how often something was done for it and when last."""
    own = policy.viewer_for(user).organisation_ids("carry_out_schemes")
    owned = SchemeTask.owners.through.objects.filter(schemetask_id=OuterRef("pk"), organisation_id__in=own)
    rows = policy.visible(user, SchemeTask.objects.filter(Exists(owned), group__scheme__ended_at__isnull=True))
    last_days = {year: year_of(year)[1] for year in _last_years()}
    whens = [When(group__scheme__last_year=year, then=Value(day)) for year, day in last_days.items()]
    end = CaseWhen(*whens, output_field=DateField()) if whens else Value(None, output_field=DateField())
    return rows.annotate(
        by_day=Coalesce("due_on", end),
        many=Count("events", filter=STANDING, distinct=True),
        last=Max("events__held_on", filter=STANDING),
    )


def _last_years() -> list[int]:
    rows = Scheme.objects.order_by().filter(ended_at__isnull=True)
    return sorted(set(rows.values_list("last_year", flat=True)))


def recorders_of(task: SchemeTask) -> "QuerySet[Organisation]":
    """The organisations in whose name is recorded what was done for a task: its owners, and who made the scheme."""
    maker = Q(pk=task.group.scheme.organisation_id)
    rows = Organisation.objects.filter(maker | Q(pk__in=task.owners.order_by().values("pk")))
    return rows.select_related("type", "parent").order_by("path")


def recording_for(user: User, task: SchemeTask, now: datetime.datetime | None = None) -> list[Organisation]:
    """Of these, those in whose name the user may record."""
    rows = list(recorders_of(task))
    verdicts = policy.may_each(user, "carry_out_schemes", rows, now)
    return [one for one, verdict in zip(rows, verdicts, strict=True) if verdict]


def next_below(scheme: Scheme, today: datetime.date) -> "QuerySet[Organisation]":
    """The organisations that can be named in a scheme: who made it, its bodies, and those next below."""
    top = scheme.organisation.overseer
    rows = Organisation.objects.filter(Q(pk=top.pk) | Q(pk=scheme.organisation_id) | Q(parent=top))
    return rows.not_ended(today).select_related("type", "parent").order_by("path")
