"""Reviews of a scheme: planned with a day, moved, cancelled, and held with the figures of that moment."""

import datetime
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, F, Max, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from inspections.deadlines.models import Deadline, DeadlineChange
from inspections.deadlines.services import cancel_clocks, meet_clock, move_clock, start_clock
from inspections.documents.services import attach
from inspections.organisations.models import User
from inspections.organisations.text import on_paper
from inspections.schemes.measures import COUNTS
from inspections.schemes.models import (
    Indicator,
    KeptFigure,
    KeptIndicator,
    KeptRow,
    KeptTask,
    Review,
    Scheme,
    SchemeTask,
    TypedFigure,
)
from inspections.schemes.models.reviews import HOLD_REVIEW
from inspections.schemes.queries.figures import (
    figures_of,
    indicators_of,
    place_of,
    places_of,
    rows_behind,
    tops_of,
)
from inspections.schemes.queries.lists import STANDING, evidence_by_kind
from inspections.schemes.services.common import begin, check_not_to_come, check_year, names, record, required, told
from permissions.verdicts import NotNow

State, Kind = Review.State, Review.Kind
BATCH = 1000
TOLD_LONGEST = 400
Follower = Callable[[Review, User, datetime.datetime], None]
_RUNS: list[Follower] = []
_ENDS: list[Follower] = []
_HOLDS: list[Callable[[Review], None]] = []


def follow(*, runs: Follower, ends: Follower, holds: Callable[[Review], None]) -> None:
    """For the engine above: `runs` is called with each review that is planned, `ends` with each that is cancelled;
    `holds` before, to lock what it runs as a submitted task does: before the scheme. Called once, from the `ready` of
    an app."""
    _RUNS.append(runs)
    _ENDS.append(ends)
    _HOLDS.append(holds)


def plan_review(
    *, acting_user: User, scheme: Scheme, kind: str, year: int, due_on: datetime.date, now: datetime.datetime
) -> Review:
    """Plans a review that gathers the figures of a year and is held by a day, on the clock of who made the scheme.

    Raises Refused, NotNow (scheme over, there is a final review), ValidationError (a day past or before the year, a
    year that is none of the scheme's)."""
    with transaction.atomic():
        scheme, allowed = begin(scheme, acting_user, now)
        if kind not in Kind.values:
            raise ValidationError({"kind": _("Choose from the list: what was sent is not in it, or no longer.")})
        check_year(scheme, year)
        _check_due(due_on, year, now)
        planned = scheme.reviews.exclude(state=State.CANCELLED)
        if kind == Kind.FINAL and planned.filter(kind=Kind.FINAL).exists():
            raise NotNow(_("This scheme has its final review already."))
        if planned.filter(kind=kind, year=year, due_on=due_on).exists():
            raise NotNow(_("This review is planned already."))
        review = Review.objects.create(
            scheme=scheme, kind=kind, year=year, due_on=due_on, planned_by=acting_user, planned_at=now
        )
        with on_paper():
            title = str(review)
        start_clock(
            item=review,
            duty=HOLD_REVIEW,
            title=title,
            organisation=scheme.organisation,
            start_on=timezone.localdate(now),
            day=due_on,
            now=now,
        )
        for runs in _RUNS:
            runs(review, acting_user, now)
        new = {"kind": kind, "year": year, "due_on": due_on}
        record(allowed, scheme, now, about=review, verb="plan_review", new=new)
        return review


def move_review(
    *, acting_user: User, review: Review, due_on: datetime.date, reason: str, now: datetime.datetime
) -> Review:
    """Sets another day by which a planned review is to be held. Raises Refused, NotNow, ValidationError."""
    with transaction.atomic():
        scheme, allowed = begin(review.scheme, acting_user, now)
        review = _planned(review)
        if due_on == review.due_on:
            raise ValidationError({"due_on": _("This is the day it is to be held by already.")})
        _check_due(due_on, review.year, now)
        reason = required("reason", reason, _("Say why the day is moved."))
        old = review.due_on
        clock = (
            Deadline.objects.live()
            .select_for_update(of=("self",))
            .select_related("organisation", "rule", "item_type")
            .get(item_type=ContentType.objects.get_for_model(Review), item_id=review.pk, duty=HOLD_REVIEW)
        )
        move_clock(
            clock,
            due_on,
            kind=DeadlineChange.Kind.SETTING,
            reason=reason,
            decided_by=acting_user,
            paper="",
            now=now,
        )
        review.refresh_from_db(fields=["due_on"])
        record(
            allowed,
            scheme,
            now,
            about=review,
            verb="move_review",
            old={"due_on": old},
            new={"due_on": due_on},
            reason=reason,
        )
        return review


def cancel_review(*, acting_user: User, review: Review, reason: str, now: datetime.datetime) -> Review:
    """Cancels a planned review; its clock and its place on the lists of work end. Raises Refused, NotNow,
    ValidationError (no reason)."""
    with transaction.atomic():
        for holds in _HOLDS:
            holds(review)
        scheme, allowed = begin(review.scheme, acting_user, now)
        review = _planned(review)
        review.cancel_reason = required("reason", reason, _("Say why the review is not held."))
        review.state, review.cancelled_by, review.cancelled_at = State.CANCELLED, acting_user, now
        review.save(update_fields=["state", "cancel_reason", "cancelled_by", "cancelled_at"])
        cancel_clocks(review, HOLD_REVIEW, now=now)
        for ends in _ENDS:
            ends(review, acting_user, now)
        record(allowed, scheme, now, about=review, verb="cancel_review", reason=review.cancel_reason)
        return review


@dataclass
class Held:
    """What a review found. held_on: the day it was held."""

    held_on: datetime.date
    assessment: str
    good_models: str = ""
    lessons: str = ""


def hold_review(
    *, acting_user: User, review: Review, held: Held, now: datetime.datetime, files: Iterable[Any] = ()
) -> Review:
    """Holds a planned review: keeps the figures of its year as they are counted now, with the rows behind each and the
    words of the indicators, and how far each task is, beside what it found; the clock is met on the day it was held.

    Raises Refused, NotNow (held or cancelled before), ValidationError (a day to come or before the year, no words)."""
    with transaction.atomic():
        scheme, allowed = begin(review.scheme, acting_user, now)
        review = _planned(review)
        check_not_to_come("held_on", held.held_on, now)
        if held.held_on.year < review.year:
            text = _("The review gathers figures of %(year)s; this day is before.")
            raise ValidationError({"held_on": text % {"year": review.year}})
        review.assessment = required("assessment", held.assessment, _("Say how the scheme is carried out."))
        review.good_models, review.lessons = held.good_models.strip(), held.lessons.strip()
        review.state, review.held_on, review.held_by, review.held_at = State.HELD, held.held_on, acting_user, now
        with on_paper():
            review.kept_kinds = [list(one) for one in evidence_by_kind(scheme)]
        review.save()
        figures = _gather(review, scheme, timezone.localdate(now))
        tasks = _keep_tasks(review, scheme)
        attached = attach(files, item=review, acting_user=acting_user, now=now)
        meet_clock(review, HOLD_REVIEW, held.held_on, now=now)
        new = {"held_on": held.held_on, "figures": figures, "tasks": tasks, "files": [one.name for one in attached]}
        record(allowed, scheme, now, about=review, verb="hold_review", new=new)
        return review


def _gather(review: Review, scheme: Scheme, today: datetime.date) -> int:
    """Keeps the figures of all indicators, and what they are of; returns how many."""
    many = 0
    indicators, places = indicators_of(scheme), places_of(scheme, review.year, today)
    gathered = figures_of([(one, review.year) for one in indicators], places, today)
    with on_paper():
        KeptIndicator.objects.bulk_create(_words(review, one) for one in indicators)
    for indicator, figures in zip(indicators, gathered, strict=True):
        kept = KeptFigure.objects.bulk_create(
            [
                KeptFigure(
                    review=review,
                    indicator=indicator,
                    organisation=one.organisation,
                    path=place_of(scheme, one.organisation),
                    total=one.count.total,
                    counted=one.count.counted,
                    value=one.value,
                    target=one.target,
                )
                for one in figures
            ],
            batch_size=BATCH,
        )
        for rows in batched(_rows(review, indicator, figures, today), BATCH):
            KeptRow.objects.bulk_create(rows)
        many += len(kept)
    return many


def _keep_tasks(review: Review, scheme: Scheme) -> int:
    """Keeps how far each task is, with what was done for it; returns how many. Four queries and one a slice."""
    rows = SchemeTask.objects.filter(group__scheme=scheme).select_related("group").prefetch_related("owners")
    told = rows.annotate(
        many=Count("events", filter=STANDING, distinct=True),
        last=Max("events__held_on", filter=STANDING),
        took_part=Sum("events__people", filter=STANDING),
    )
    kept: list[Any] = list(told.order_by("group__position", "position"))
    KeptTask.objects.bulk_create(
        [
            KeptTask(
                review=review,
                task=one,
                group=str(one.group),
                number=f"{one.group.position}.{one.position}",
                text=one.text,
                owners="; ".join(names(sorted(one.owners.all(), key=lambda owner: str(owner.path)))),
                due_on=one.due_on,
                state=one.state,
                settled_on=one.settled_on,
                settle_note=one.settle_note,
                events=one.many,
                people=one.took_part or 0,
                last_on=one.last,
            )
            for one in kept
        ],
        batch_size=BATCH,
    )
    return len(kept)


def batched(rows: Iterator[KeptRow], many: int) -> Iterator[list[KeptRow]]:
    """The rows in slices of so many, told in the language of the papers."""
    while True:
        with on_paper():
            some = list(islice(rows, many))
        if not some:
            return
        yield some


def _words(review: Review, indicator: Indicator) -> KeptIndicator:
    """The indicator as it is told now."""
    measure = indicator.measure
    chosen = [f"{label}: {words}" for label, words in indicator.parameters_told]
    return KeptIndicator(
        review=review,
        indicator=indicator,
        position=indicator.position,
        name=indicator.name,
        unit=str(indicator.unit_told),
        direction=indicator.direction,
        counted_by="; ".join([str(measure.label), *chosen]) if measure is not None else "",
        baseline=indicator.baseline,
        baseline_told=indicator.baseline_told,
    )


def _rows(review: Review, indicator: Indicator, figures: list[Any], today: datetime.date) -> Iterator[KeptRow]:
    """The rows behind the figures of an indicator, told as they are now. One query; of a
    province they are read and kept slice by slice, so that its hundred thousand rows never stand in memory at once."""
    measure = indicator.measure
    if measure is None:
        kind = ContentType.objects.get_for_model(TypedFigure)
        for one in figures:
            if one.typed is not None:
                yield KeptRow(
                    review=review,
                    indicator=indicator,
                    organisation=one.organisation,
                    path=place_of(indicator.scheme, one.organisation),
                    told=str(one.typed)[:TOLD_LONGEST],
                    counts=True,
                    item_type=kind,
                    item_id=one.typed.pk,
                )
        return
    rows = rows_behind(indicator, measure, review.year, today, tops_of(indicator.scheme))
    kind = ContentType.objects.get_for_model(rows.model)
    found = rows.select_related(*measure.related).annotate(_place=F(measure.place)).order_by("pk")
    for row in found.iterator(chunk_size=BATCH):
        yield KeptRow(
            review=review,
            indicator=indicator,
            organisation=measure.owner(row),
            path=row._place,
            told=measure.tell(row)[:TOLD_LONGEST],
            counts=getattr(row, COUNTS),
            item_type=kind,
            item_id=row.pk,
        )


def _planned(review: Review) -> Review:
    """The review as it is kept; the lock of its scheme keeps it. Raises NotNow when it is planned no longer."""
    review = Review.objects.select_related("scheme__organisation__type").get(pk=review.pk)
    if review.state == State.HELD:
        raise NotNow(_("This review was held on %(day)s.") % {"day": told(review.held_on)})  # type: ignore[arg-type]
    if review.state == State.CANCELLED:
        raise NotNow(_("This review was cancelled."))
    return review


def _check_due(due_on: datetime.date, year: int, now: datetime.datetime) -> None:
    if due_on < timezone.localdate(now):
        raise ValidationError({"due_on": _("This day is past.")})
    if due_on.year < year:
        text = _("The review gathers figures of %(year)s; this day is before.")
        raise ValidationError({"due_on": text % {"year": year}})
