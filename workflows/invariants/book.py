"""Invariants of what a running book brought in: history that nobody signed here, and open lines that run on."""

import datetime
from collections.abc import Iterator

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, F, OuterRef, Q

from inspections.calendars.rules import quarter_end
from inspections.cases.models import Case
from inspections.deadlines.models import LIVE, Deadline
from inspections.findings.models import Notice
from inspections.remedies.models import CORRECT, REPORT_QUARTER, Correction
from workflows.invariants.breach import Breach, of


def book_is_history(now: datetime.datetime) -> Iterator[Breach]:
    for case in Case.objects.filter(is_from_book=True).exclude(notice__is_external=True, notice__number=F("number")):
        yield of(case, "came from a running book without a notice of its number")
    for notice in Notice.objects.filter(is_external=True).exclude(case__is_from_book=True):
        yield of(notice, "was issued before the software, and its case was not")
    as_its_case = Q(is_from_book=F("demand__notice__case__is_from_book"))
    for correction in Correction.objects.exclude(as_its_case):
        yield of(correction, "came from a running book or not, and its case otherwise")


def book_runs_on(now: datetime.datetime) -> Iterator[Breach]:
    clocks = Deadline.objects.filter(
        item_type=ContentType.objects.get_for_model(Correction), item_id=OuterRef("pk"), state__in=LIVE
    )
    dated = Q(due_on__isnull=False) & Q(Exists(clocks.filter(duty=CORRECT)))
    standing = Q(due_on__isnull=True) & Q(Exists(clocks.filter(duty=REPORT_QUARTER)))
    for correction in Correction.objects.open().filter(is_from_book=True).exclude(dated | standing):
        yield of(correction, "is open, and no clock of it runs")
    asked = Deadline.objects.filter(duty=REPORT_QUARTER, state=Deadline.State.RUNNING)
    for clock in asked.filter(changes__isnull=True).only("pk", "due_on", "duty"):
        if clock.due_on != quarter_end(clock.due_on):
            yield of(clock, f"is due on {clock.due_on}, which ends no quarter")
