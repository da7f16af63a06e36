"""How the codes of scores and of faulty sets are told."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inspections.meetings.rules import Fault, Problem

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
