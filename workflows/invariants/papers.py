"""Invariants of document numbers, clocks and stored bytes."""

import datetime
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, Exists, F, Max, Model, OuterRef, Prefetch, Q, QuerySet, Window
from django.db.models.functions import Coalesce, Lag

from inspections.calendars.queries import calendars_for
from inspections.calendars.rules import WorkingCalendar
from inspections.cases.models import Case, Suspension
from inspections.deadlines.models import LIVE, OUTLASTING, Deadline, DeadlineChange, DeadlineSpan
from inspections.deadlines.services.counting import basis_of, count_again
from inspections.deadlines.services.spans import COPIED
from inspections.documents import storage
from inspections.documents.models import IssuedDocument, NumberSeries
from inspections.findings.models import Notice
from inspections.organisations.models import Organisation
from inspections.programmes.models import Programme
from inspections.remedies.models import Correction
from inspections.remedies.services.looks import LOOK_AGAIN
from workflows.invariants.breach import Breach, number_of, of
from workflows.models import WorkItem

# what is signed: number, moment of signing, and the types of the documents that were issued for it
SIGNED: tuple[tuple[type[Model], str, str, tuple[str, ...]], ...] = (
    (Case, "number", "signed_at", ("decision", "plan")),
    (Notice, "number", "signed_at", ("notice",)),
    (Programme, "number", "adopted_at", ("programme",)),
)
# rows with clocks of their own, and the condition under which nothing is owed about them any more
OVER: tuple[tuple[type[Model], Q], ...] = (
    (Case, Q(stage__in=Case.ENDED)),
    (Correction, Q(state=Correction.State.ACCEPTED)),
    (Suspension, Q(ended_at__isnull=False)),
)
CUT_SHORT = (Case.Stage.STOPPED, Case.Stage.CONVERTED)


def _with_previous() -> "QuerySet[Any]":
    """Documents with the number and the moment of the one before in their series."""
    before: dict[str, Any] = {"partition_by": F("series"), "order_by": [F("number"), F("pk")]}
    return IssuedDocument.objects.annotate(
        previous=Coalesce(Window(Lag("number"), **before), F("series__before")),
        previous_at=Window(Lag("issued_at"), **before),
    )


def numbers_run(now: datetime.datetime) -> Iterator[Breach]:
    for document in _with_previous().exclude(number=F("previous") + 1):
        yield of(document, f"{document.full_number} follows number {document.previous}")
    last = NumberSeries.objects.annotate(given=Coalesce(Max("documents__number"), F("before")))
    for series in last.exclude(given=F("last")).select_related("issuer"):
        yield of(series, f"{series}: {series.last} numbers were given, the last document bears {series.given}")


def numbers_in_order(now: datetime.datetime) -> Iterator[Breach]:
    for document in _with_previous().filter(previous_at__gt=F("issued_at")):
        yield of(document, f"{document.full_number} was signed before number {document.previous}")


def signed_is_numbered(now: datetime.datetime) -> Iterator[Breach]:
    for model, number, signed_at, types in SIGNED:
        documents = IssuedDocument.objects.filter(
            item_type=ContentType.objects.get_for_model(model), item_id=OuterRef("pk")
        )
        rows: QuerySet[Any] = model._default_manager.annotate(
            documents=number_of(documents),
            bears=Exists(documents.filter(type__code=types[0], full_number=OuterRef(number))),
        )
        signed = Q(**{f"{signed_at}__isnull": False})
        for row in rows.filter(signed).exclude(bears=True, documents=len(types)):
            yield of(row, f"bears {getattr(row, number)!r}, and {row.documents} documents were issued for it")
        for row in rows.exclude(signed).exclude(documents=0):
            yield of(row, f"is not signed, and {row.documents} documents were issued for it")


def one_clock(now: datetime.datetime) -> Iterator[Breach]:
    live = Deadline.objects.filter(state__in=LIVE)
    per_duty = live.order_by().values("item_type__model", "item_id", "duty").annotate(clocks=Count("pk"))
    for one in per_duty.filter(clocks__gt=1):
        yield Breach(f"{one['item_type__model']}:{one['item_id']}", f"{one['clocks']} clocks run for {one['duty']}")
    for model, over in OVER:
        of_model = live.filter(item_type=ContentType.objects.get_for_model(model))
        # a second look begins when the correction is over: looks_kept
        of_model = of_model.exclude(duty=LOOK_AGAIN)
        for clock in of_model.filter(item_id__in=model._default_manager.filter(over).values("pk")):
            yield of(clock, f"{clock.duty} still runs, and its {model._meta.model_name} is over")
    cut_short = Case.objects.filter(stage__in=CUT_SHORT)
    for clock in live.exclude(duty__in=OUTLASTING).filter(case_id__in=cut_short.values("pk")):
        yield of(clock, f"{clock.duty} still runs, and its case was cut short")
    for item in WorkItem.objects.filter(done_at__isnull=True, deadline__isnull=False).exclude(deadline__state__in=LIVE):
        yield of(item, "is open under a clock that does not run")


def due_by_rule(now: datetime.datetime) -> Iterator[Breach]:
    clocks = (
        Deadline.objects.live()
        .select_related("organisation", "rule")
        .prefetch_related(Prefetch("changes", DeadlineChange.objects.order_by("pk")))
    )
    days = calendars_for(Organisation.objects.filter(deadlines__in=Deadline.objects.live()).distinct())
    for clock in clocks.iterator(chunk_size=2000):
        if basis_of(clock) is None:
            continue
        calendar, changes = days[clock.organisation_id], list(clock.changes.all())
        allowed = {count_again(clock, one, changes).due_on for one in (calendar, *_as_explained(clock, calendar))}
        if clock.due_on not in allowed:
            told = " or ".join(str(day) for day in sorted(allowed))
            yield of(clock, f"{clock.duty} is due on {clock.due_on}, and should be on {told}")


def _as_explained(clock: Deadline, days: WorkingCalendar) -> list[WorkingCalendar]:
    """The calendar as it was when the clock was counted: a day of rest or of work added since does not move it by
    itself. A clock from before worked days were kept may have had those of now, or none."""
    before = replace(days, rests=_kept(clock, "skipped"))
    if "worked" in clock.explanation:
        return [replace(before, worked=_kept(clock, "worked"))]
    return [before, replace(before, worked={})]


def _kept(clock: Deadline, days: str) -> dict[datetime.date, str]:
    return {datetime.date.fromisoformat(day): name for day, name in clock.explanation.get(days, [])}


def spans_agree(now: datetime.datetime) -> Iterator[Breach]:
    """The open stretch says what its clock says; what is over has none; and they follow each other without a gap."""
    opened = DeadlineSpan.objects.filter(ended_at__isnull=True)
    for clock in Deadline.objects.live().exclude(pk__in=opened.values("deadline")):
        yield of(clock, "is live and has no open stretch")
    for span in opened.exclude(deadline__state__in=LIVE):
        yield of(span, "is open, and its clock is over")
    same = Q(**{name: F(f"deadline__{name}") for name in COPIED if name != "watcher_id"})
    for span in opened.filter(deadline__state__in=LIVE).exclude(same):
        yield of(span, "says otherwise than its clock")
    before = Window(Lag("last_on"), partition_by="deadline_id", order_by="pk")
    for span in DeadlineSpan.objects.annotate(before=before).filter(before__isnull=False).exclude(first_on=F("before")):
        yield of(span, f"begins on {span.first_on}, and the stretch before it ends on {span.before}")


def bytes_there(now: datetime.datetime) -> Iterator[Breach]:
    for row, what in storage.damaged():
        yield of(row, what)


def no_stray_bytes(now: datetime.datetime) -> Iterator[Breach]:
    for path in storage.strays():
        yield Breach(path.name, "is named by no row; clean_files removes it")
