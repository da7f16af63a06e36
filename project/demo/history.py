"""The past of the large demo: duties of former months, done in time or late, with the stretches of their clocks."""

import datetime
from collections.abc import Callable, Iterable, Iterator

from django.contrib.contenttypes.models import ContentType

from inspections.calendars.rules import add_months, days_after
from inspections.deadlines.models import Deadline, DeadlineSpan
from inspections.organisations.models import Organisation

DUTY = "report"
MONTHS = 12  # so many closed clocks every cell has, beside those of its cases
BATCH = 5000
GIVEN = 20  # days
LATE = (0, -3, 0, 4, -1, 0, 11, -6)  # days after the due day on which they were done, in turn


def add_history(
    cells: Iterable[Organisation], now: datetime.datetime, report: Callable[[str], None], months: int = MONTHS
) -> int:
    """Writes the closed clocks of all cells, and returns how many. Inside a transaction of the caller."""
    kind = ContentType.objects.get_for_model(Organisation)
    written = 0
    waiting: list[Deadline] = []
    for clock in _closed(cells, kind, now, months):
        waiting.append(clock)
        if len(waiting) == BATCH:
            written += _write(waiting)
            waiting = []
    written += _write(waiting)
    report(f"{written} clocks of former months")
    return written


def _closed(
    cells: Iterable[Organisation], kind: ContentType, now: datetime.datetime, months: int
) -> Iterator[Deadline]:
    turn = 0
    for cell in cells:
        for back in range(1, months + 1):
            turn += 1
            start = add_months(now.date().replace(day=1), -back)
            due = days_after(start, GIVEN)
            met = days_after(due, LATE[turn % len(LATE)])
            yield Deadline(
                organisation=cell,
                org_path=str(cell.path),
                holder=cell,
                held_since=start,
                item_type=kind,
                item_id=cell.pk,
                duty=DUTY,
                title=f"Báo cáo tháng {start:%m/%Y}",
                start_on=start,
                due_on=due,
                explanation={"words": "at_latest", "day": due.isoformat(), "reason": "Báo cáo hằng tháng."},
                state=Deadline.State.MET,
                times_returned=turn % 7 == 0,
                started_at=now.replace(year=start.year, month=start.month, day=start.day),
                closed_at=now.replace(year=met.year, month=met.month, day=met.day),
                met_on=met,
            )


def _write(clocks: list[Deadline]) -> int:
    made = Deadline.objects.bulk_create(clocks)
    DeadlineSpan.objects.bulk_create(
        DeadlineSpan(
            deadline=one,
            organisation_id=one.organisation_id,
            org_path=one.org_path,
            holder_id=one.holder_id,
            state=Deadline.State.RUNNING,
            due_on=one.due_on,
            times_returned=one.times_returned,
            first_on=one.start_on,
            last_on=one.met_on,
            began_at=one.started_at,
            ended_at=one.closed_at,
        )
        for one in made
    )
    return len(made)
