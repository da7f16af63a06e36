"""What the record shows about the quality of a cell's meetings: pure measures over facts of a period (domain.md §1.5,
§6.1, §6.7). How much counts as a shortcoming is data: the `limit` of a line."""

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Any

from inspections.meetings.rules import WHOLE, Told, tenths
from inspections.quality.facts import Facts, Measure, MeetingFacts
from inspections.superiors.rules import LEAST_RUN, QUARTER, quarter_of

# the limit is a share in percent that has to be reached; of the others it says how many are tolerated
SHARES = (Measure.ATTENDANCE, Measure.SPEAKING, Measure.CARRIED_OUT)


class State(StrEnum):
    """What the record says of a line."""

    IN_ORDER = "in_order"
    SHORTCOMING = "shortcoming"
    NOTHING = "nothing"


class Verdict(StrEnum):
    """What the team makes of a line."""

    IN_ORDER = "in_order"
    SHORTCOMING = "shortcoming"
    NOT_EXAMINED = "not_examined"


@dataclass(frozen=True)
class Row:
    """What stands behind a fact: a meeting, a correction or a month without either; person: whom it is about, told only
    to those who may read who came."""

    told: Told
    meeting: int | None = None
    correction: int | None = None
    person: int | None = None


@dataclass(frozen=True)
class Found:
    """What a measure found, as codes of words.py, with the rows behind it."""

    state: State
    told: tuple[Told, ...]
    rows: tuple[Row, ...] = ()


BY_HAND = Found(State.NOTHING, (Told("by_hand"),))


def _nothing(code: str, *more: Told) -> Found:
    return Found(State.NOTHING, (Told(code), *more))


def _tolerated(told: Sequence[Told], rows: Sequence[Row], limit: int) -> Found:
    """A shortcoming where more rows are at fault than are tolerated."""
    return Found(State.SHORTCOMING if len(rows) > limit else State.IN_ORDER, tuple(told), tuple(rows))


def _share(code: str, part: int, whole: int, limit: int, rows: Iterable[Row], **more: Any) -> Found:
    """A shortcoming where the share lies below the limit in percent."""
    percent = Fraction(part, whole) * WHOLE
    told = Told(code, {"part": part, "whole": whole, "percent": tenths(percent), "asked": limit, **more})
    return Found(State.SHORTCOMING if percent < limit else State.IN_ORDER, (told,), tuple(rows))


def _on(one: MeetingFacts) -> dict[str, Any]:
    return {"day": (one.day or one.planned_on).isoformat()}


def cadence(facts: Facts, limit: int) -> Found:
    """The regular meeting of each month; none is missing within the days of grace."""
    kept = {one.month for one in facts.meetings if one.is_regular and one.day is not None}
    asked = facts.asked_months(Measure.CADENCE)
    months = [one for one in asked if one in kept or facts.is_missed(Measure.CADENCE, one)]
    before = _before(facts, Measure.CADENCE)
    if not months:
        return _nothing("no_months", *before)
    rows = [_missing_month(facts, month) for month in months if month not in kept]
    told = Told("cadence", {"kept": len(months) - len(rows), "asked": len(months)})
    return _tolerated([told, *before], rows, limit)


def _before(facts: Facts, measure: Measure) -> list[Told]:
    many = facts.unrecorded(measure)
    return [Told("unrecorded", {"many": many})] if many else []


def _missing_month(facts: Facts, month: datetime.date) -> Row:
    """The meeting of the month that was planned, if one was."""
    planned = [one for one in facts.meetings if one.is_regular and one.month == month]
    values = {"month": month.isoformat()}
    return Row(Told("month_unheld" if planned else "month_unplanned", values), planned[0].key if planned else None)


def thematic(facts: Facts, limit: int) -> Found:
    """A thematic meeting in each quarter whose three months are asked; none is missing within the days of grace."""
    months = facts.asked_months(Measure.THEMATIC)
    kept = {one.month for one in facts.meetings if not one.is_regular and one.day is not None}
    quarters = [one for one in months if one.month % QUARTER == 0 and set(quarter_of(one)) <= set(months)]
    ends = [one for one in quarters if kept & set(quarter_of(one)) or facts.is_missed(Measure.THEMATIC, one)]
    before = _before(facts, Measure.THEMATIC)
    if not ends:
        return _nothing("no_quarters", *before)
    rows = []
    for end in ends:
        if not kept & set(quarter_of(end)):
            rows.append(Row(Told("quarter_without", {"quarter": end.month // QUARTER, "year": end.year})))
    return _tolerated([Told("thematic", {"kept": len(ends) - len(rows), "asked": len(ends)}), *before], rows, limit)


def length(facts: Facts, limit: int) -> Found:
    """Meetings shorter than the criteria ask of a cell of its size."""
    known = [one for one in facts.recorded if one.asked is not None]
    if not known:
        return _nothing("no_meetings")
    short = [one for one in known if one.asked is not None and one.minutes < one.asked]
    rows = [Row(Told("short", {**_on(one), "minutes": one.minutes, "asked": one.asked}), one.key) for one in short]
    return _tolerated([Told("length", {"short": len(short), "whole": len(known)})], rows, limit)


def attendance(facts: Facts, limit: int) -> Found:
    """How many of those expected came, over the period; behind it the meetings below the limit."""
    held = [one for one in facts.held if one.expected]
    if not held:
        return _nothing("no_meetings")
    low = [one for one in held if Fraction(one.present, one.expected) * WHOLE < limit]
    rows = []
    for one in low:
        values = {"present": one.present, "expected": one.expected, "excused": one.excused, "unexcused": one.unexcused}
        rows.append(Row(Told("low", {**_on(one), **values}), one.key))
    return _share(
        "attendance",
        sum(one.present for one in held),
        sum(one.expected for one in held),
        limit,
        rows,
        meetings=len(held),
        excused=sum(one.excused for one in held),
        unexcused=sum(one.unexcused for one in held),
    )


def absent(facts: Facts, limit: int) -> Found:
    """Members absent so often running, or more often; one row each, of his longest run."""
    regular = [one for one in facts.held if one.is_regular]
    if not regular:
        return _nothing("no_meetings")
    least, longest = max(limit, LEAST_RUN), dict[int, tuple[int, MeetingFacts]]()
    for one in regular:
        for person, times in one.runs.items():
            if times >= least and times > longest.get(person, (0, one))[0]:
                longest[person] = (times, one)
    rows = [
        Row(Told("run", {**_on(one), "times": times}), one.key, person=person)
        for person, (times, one) in sorted(longest.items())
    ]
    told = Told("absent", {"members": len(rows), "times": least})
    return Found(State.SHORTCOMING if rows else State.IN_ORDER, (told,), tuple(rows))


def _lacking(facts: Facts, code: str, limit: int, lacks_of: Callable[[MeetingFacts], list[str]]) -> Found:
    """Recorded meetings that lack something, each with what."""
    recorded = facts.recorded
    if not recorded:
        return _nothing("no_meetings")
    found = [(one, lacks) for one in recorded if (lacks := lacks_of(one))]
    rows = [Row(Told("lacks", {**_on(one), "lacks": lacks}), one.key) for one, lacks in found]
    return _tolerated([Told(code, {"faulty": len(rows), "whole": len(recorded)})], rows, limit)


def contents(facts: Facts, limit: int) -> Found:
    """Meetings with a content that nobody was to prepare."""
    return _lacking(facts, "contents", limit, lambda one: ["preparer"] if one.unassigned else [])


def preparation(facts: Facts, limit: int) -> Found:
    """Meetings without agenda or notice, or whose documents were not out as long before as the criteria ask."""

    def lacks(one: MeetingFacts) -> list[str]:
        out = one.documents_hours is not None and one.documents_hours >= one.documents_asked
        said = (("agenda", bool(one.contents)), ("notice", one.is_announced), ("documents", out))
        return [name for name, there in said if not there]

    return _lacking(facts, "preparation", limit, lacks)


def speaking(facts: Facts, limit: int) -> Found:
    """How many of those present spoke, where it was recorded."""
    known = [one for one in facts.recorded if one.speakers is not None and one.present]
    if not known:
        return _nothing("no_speakers")
    low = [one for one in known if Fraction(one.speakers or 0, one.present) * WHOLE < limit]
    rows = [Row(Told("few", {**_on(one), "spoke": one.speakers, "present": one.present}), one.key) for one in low]
    part, whole = sum(one.speakers or 0 for one in known), sum(one.present for one in known)
    return _share("speaking", min(part, whole), whole, limit, rows, meetings=len(known))


def minutes(facts: Facts, limit: int) -> Found:
    """Meetings without minutes or conclusions, or held and never closed."""

    def lacks(one: MeetingFacts) -> list[str]:
        said = (("minutes", one.has_minutes), ("conclusions", one.has_conclusions), ("closing", one.is_closed))
        return [name for name, there in said if not there]

    return _lacking(facts, "minutes", limit, lacks)


def assigning(facts: Facts, limit: int) -> Found:
    """Closed regular meetings that assigned nothing to anybody."""
    closed = [one for one in facts.recorded if one.is_closed and one.is_regular]
    if not closed:
        return _nothing("no_closed")
    rows = [Row(Told("no_assignment", _on(one)), one.key) for one in closed if not one.assigned]
    return _tolerated([Told("assigning", {"faulty": len(rows), "whole": len(closed)})], rows, limit)


def carried_out(facts: Facts, limit: int) -> Found:
    """Of the assignments due in the period, and by now, those done by their day."""
    due = [one for one in facts.assignments if facts.period.has(one.due_on) and one.due_on < facts.period.drawn_on]
    if not due:
        return _nothing("no_assignments")
    late = [one for one in due if one.done_on is None or one.done_on > one.due_on]
    rows = []
    for one in late:
        values = {"due": one.due_on.isoformat()}
        told = Told("not_done", values)
        if one.done_on is not None:
            told = Told("done_late", {**values, "done": one.done_on.isoformat()})
        rows.append(Row(told, one.meeting))
    return _share("carried_out", len(due) - len(late), len(due), limit, rows)


def handed_in(facts: Facts, limit: int) -> Found:
    """Results handed in after their last day, or not at all though it is over."""
    known = [one for one in facts.recorded if one.hand_in_by is not None]
    if not known:
        return _nothing("no_closed")
    rows = []
    for one in known:
        assert one.hand_in_by is not None
        day = one.handed_in_on or facts.period.drawn_on
        if day > one.hand_in_by:
            values = {**_on(one), "due": one.hand_in_by.isoformat()}
            told = Told("in_late", {**values, "done": day.isoformat()}) if one.handed_in_on else Told("not_in", values)
            rows.append(Row(told, one.key))
    return _tolerated([Told("handed_in", {"faulty": len(rows), "whole": len(known)})], rows, limit)


def scoring(facts: Facts, limit: int) -> Found:
    """Scored meetings whose own score differs from that of another body beyond the margin of the criteria."""
    scored = [one for one in facts.recorded if one.scored_by]
    if not scored:
        return _nothing("no_other_score")
    rows = [
        Row(Told("differs", {**_on(one), "own": one.own, "others": "; ".join(one.differing)}), one.key)
        for one in scored
        if one.differing
    ]
    return _tolerated([Told("scoring", {"faulty": len(rows), "whole": len(scored)})], rows, limit)


def dues(facts: Facts, limit: int) -> Found:
    """Regular meetings without a word on dues."""
    regular = [one for one in facts.recorded if one.is_regular]
    if not regular:
        return _nothing("no_meetings")
    rows = [Row(Told("no_dues", _on(one)), one.key) for one in regular if not one.has_dues]
    return _tolerated([Told("dues", {"faulty": len(rows), "whole": len(regular)})], rows, limit)


def notices(facts: Facts, limit: int) -> Found:
    """Demands of earlier notices that are overdue and not accepted."""
    if not facts.demands:
        return _nothing("no_notices")
    rows, overdue = [], 0
    for one in facts.demands:
        if one.is_accepted:
            continue
        is_late = one.due_on is not None and one.due_on < facts.period.drawn_on
        overdue += is_late
        values = {"notice": one.notice, "due": one.due_on.isoformat() if one.due_on else ""}
        rows.append(Row(Told("demand_overdue" if is_late else "demand_open", values), correction=one.correction))
    counts = {"whole": len(facts.demands), "accepted": len(facts.demands) - len(rows), "overdue": overdue}
    state = State.SHORTCOMING if overdue > limit else State.IN_ORDER
    return Found(state, (Told("notices", counts),), tuple(rows))


MEASURES: Mapping[Measure, Callable[[Facts, int], Found]] = {
    Measure.CADENCE: cadence,
    Measure.THEMATIC: thematic,
    Measure.LENGTH: length,
    Measure.ATTENDANCE: attendance,
    Measure.ABSENT: absent,
    Measure.CONTENTS: contents,
    Measure.PREPARATION: preparation,
    Measure.SPEAKING: speaking,
    Measure.MINUTES: minutes,
    Measure.ASSIGNING: assigning,
    Measure.CARRIED_OUT: carried_out,
    Measure.HANDED_IN: handed_in,
    Measure.SCORING: scoring,
    Measure.DUES: dues,
    Measure.NOTICES: notices,
}


def find(measure: Measure | None, facts: Facts, limit: int) -> Found:
    """What the record says of a line; of one without a measure nothing, so that people look."""
    return BY_HAND if measure is None else MEASURES[measure](facts, limit)


def needs_note(state: State, verdict: Verdict) -> bool:
    """Whether a verdict says why: a line that was left out, and one judged otherwise than the record says, or where it
    says nothing."""
    return verdict == Verdict.NOT_EXAMINED or verdict.value != state.value
