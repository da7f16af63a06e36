"""How the codes of scores and of faulty sets are told."""

import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inspections.meetings.faults import Fault, Problem
from inspections.meetings.rules import Told

FAULTS: dict[Problem, Promise] = {
    Problem.SUM: _("The points of all lines are %(total)s together; they have to be 100."),
    Problem.CRITERION_SUM: _("The lines are %(total)s points together, the criterion has %(points)s."),
    Problem.NO_PARTS: _("The criterion has no line."),
    Problem.POINTS: _("Give the line more than 0 points."),
    Problem.BANDS_MISSING: _("Say from which rate on how many points are given."),
    Problem.BANDS_ON_JUDGED: _("Bands, cap and bonus are for lines that are computed: choose what from."),
    Problem.BANDS_START: _("The bands begin at 0 %, so that every rate has its points."),
    Problem.BANDS_TWICE: _("Two bands begin at the same rate."),
    Problem.BANDS_RANGE: _("Rates are from 0 to 100 %, points 0 or more."),
    Problem.BANDS_FALL: _("A better rate may not have fewer points."),
    Problem.BANDS_BEST: _("The best band, with the bonus, has to give all the points of the line."),
    Problem.ADJUSTMENT: _("Cap and bonus are for attendance, one each."),
    Problem.RATINGS: _("Average, fair and good follow each other, from more than 0 to at most 100 points."),
    Problem.ASKED: _("Minutes, members and hours are 1 or more; a large cell meets no shorter than others."),
}


def fault_told(fault: Fault, titles: dict[tuple[int, int], Any]) -> str:
    """A fault in a sentence, after the name of the line or criterion it is about."""
    said = str(FAULTS[fault.problem])
    if fault.values:
        said %= dict(fault.values)
    name = titles.get((fault.criterion, fault.part))
    return f"{name}: {said}" if name else said


# why a score is what it is
TOLD: dict[str, Promise] = {
    "length": _("%(minutes)s minutes; %(asked)s are asked of a cell with %(members)s members."),
    "attendance": _("%(part)s of %(whole)s members expected were present: %(percent)s %%."),
    "documents": _("The documents were out %(hours)s hours before; %(asked)s are asked for."),
    "documents_after": _("The documents were out only after it had begun; they are asked for %(asked)s hours before."),
    "no_documents": _("No documents were given out; they are asked for %(asked)s hours before."),
    "speaking": _("%(part)s of %(whole)s present spoke: %(percent)s %%."),
    "resolution": _("%(part)s of %(whole)s assignments that were due are done: %(percent)s %%."),
    "upload_in_time": _("Handed in on %(day)s; the last day is %(due)s."),
    "upload_late": _("Handed in late, on %(day)s; the last day was %(due)s."),
    "from": _("From %(start)s %% on: %(points)s points."),
    "above": _("Above %(start)s %%: %(points)s points."),
    "cap": _("With unexcused absences (%(unexcused)s) at most %(points)s points."),
    "bonus": _("%(points)s points more: nobody was excused more than %(times)s times running."),
    "no_bonus": _("No further points: somebody was excused %(longest)s times running."),
    "not_known_attendance": _("Nobody was expected, so people judge."),
    "not_known_speaking": _("Who spoke was not recorded, so people judge."),
    "not_known_resolution": _("No assignment was due, so people judge."),
    "not_known_upload": _("No limit for handing in is known, so people judge."),
}


def told_json(told: tuple[Told, ...]) -> list[dict[str, Any]]:
    """Reasons as they are stored: codes with their values."""
    return [{"code": one.code, "values": dict(one.values)} for one in told]


def reasons_told(stored: list[dict[str, Any]]) -> str:
    """Stored reasons as sentences; days as they are written."""
    return " ".join(str(TOLD[one["code"]]) % _written(one["values"]) for one in stored)


def _written(values: dict[str, Any]) -> dict[str, Any]:
    days = {name: datetime.date.fromisoformat(values[name]) for name in ("day", "due") if name in values}
    return values | {name: f"{day:%d/%m/%Y}" for name, day in days.items()}
