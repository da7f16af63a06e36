"""How often running members were absent, counted again from the roll calls of one cell. Part of verbs."""

from collections import defaultdict

from inspections.meetings.models import HELD, Meeting, RollCallMark
from inspections.organisations.models import Organisation
from inspections.superiors.models import AbsenceRun
from inspections.superiors.rules import runs_of

Mark = RollCallMark.Mark
ABSENT = (Mark.EXCUSED, Mark.UNEXCUSED)
BATCH = 1000


def recount_runs(cell: Organisation) -> None:
    """Writes the absences running of the regular meetings of the cell anew: a roll call that comes late, or is taken
    again, changes those after it too. Four queries; the caller holds the lock of the cell."""
    held = Meeting.objects.filter(organisation=cell, kind=Meeting.Kind.REGULAR, state__in=HELD)
    keys = list(held.order_by("month", "pk").values_list("pk", flat=True))
    absent: dict[int, set[int]] = defaultdict(set)
    marks = RollCallMark.objects.order_by().filter(meeting__in=held.values("pk"), mark__in=ABSENT)
    for meeting, person in marks.values_list("meeting_id", "person_id"):
        absent[meeting].add(person)
    AbsenceRun.objects.filter(meeting__organisation=cell).delete()
    AbsenceRun.objects.bulk_create(
        (
            AbsenceRun(meeting_id=key, person_id=person, times=times)
            for key, runs in zip(keys, runs_of([absent[key] for key in keys]), strict=True)
            for person, times in runs.items()
        ),
        batch_size=BATCH,
    )
