"""Invariants of what superiors keep: counts of absences agree with the roll calls, and a remark has its clock."""

import datetime
from collections import defaultdict
from collections.abc import Iterator

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef

from inspections.deadlines.models import LIVE, Deadline
from inspections.meetings.models import HELD, Meeting, RollCallMark
from inspections.superiors.models import ANSWER_REMARK, AbsenceRun, Remark
from inspections.superiors.rules import runs_of
from inspections.superiors.services.runs import ABSENT
from workflows.invariants.breach import Breach, of


def absences_agree(now: datetime.datetime) -> Iterator[Breach]:
    """Three queries; of the roll calls only those who were absent are read."""
    held = Meeting.objects.order_by().filter(kind=Meeting.Kind.REGULAR, state__in=HELD)
    absent: dict[int, set[int]] = defaultdict(set)
    marks = RollCallMark.objects.order_by().filter(meeting__in=held.values("pk"), mark__in=ABSENT)
    for meeting, person in marks.values_list("meeting_id", "person_id").iterator():
        absent[meeting].add(person)
    of_cells: dict[int, list[int]] = defaultdict(list)
    for cell, key in held.order_by("month", "pk").values_list("organisation_id", "pk").iterator():
        of_cells[cell].append(key)
    wanted = {
        (key, person): times
        for keys in of_cells.values()
        for key, runs in zip(keys, runs_of([absent[key] for key in keys]), strict=True)
        for person, times in runs.items()
    }
    rows = AbsenceRun.objects.order_by().values_list("meeting_id", "person_id", "times").iterator()
    kept = {(meeting, person): times for meeting, person, times in rows}
    for mark in sorted(wanted.keys() | kept.keys()):
        if wanted.get(mark) != kept.get(mark):
            yield Breach(
                f"meetings.meeting:{mark[0]}",
                f"person {mark[1]} was absent {wanted.get(mark, 0)} times running, and {kept.get(mark, 0)} is kept",
            )


def remarks_timed(now: datetime.datetime) -> Iterator[Breach]:
    clocks = Deadline.objects.filter(
        item_type=ContentType.objects.get_for_model(Remark),
        item_id=OuterRef("pk"),
        duty=ANSWER_REMARK,
        state__in=LIVE,
    )
    for remark in Remark.objects.filter(~Exists(clocks), answered_at__isnull=True):
        yield of(remark, "is not answered and has no clock")
    for remark in Remark.objects.filter(Exists(clocks), answered_at__isnull=False):
        yield of(remark, "was answered and its clock runs on")
