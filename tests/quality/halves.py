"""The half of a year of a cell as an inspection finds it, and a case about its meetings at a stage."""

from datetime import date as D
from typing import Any

from inspections.cases.models import Case, CaseSubject
from inspections.meetings.models import Meeting
from inspections.quality.models import Checklist, ChecklistItem
from inspections.quality.services.checklists import JudgedGiven, draw_up, judge_lines
from inspections.superiors.services.runs import recount_runs
from project.demo import stories
from tests.cast import at
from tests.superiors.meetings import meeting_of

FIRST_HALF = (D(2026, 1, 1), D(2026, 6, 30))


def half_year(cast: Any, key: str = "dong_muoi") -> dict[str, Meeting]:
    """January to June 2026 of a cell: no meeting in March, May only planned, one thematic in the first quarter, the
    deputy absent in January and February."""
    cell = cast.organisation(key)
    absent = tuple(cell.members.order_by("pk")[1:2])
    made = {
        "january": meeting_of(cell, D(2026, 1, 1), rating="good", absent=absent),
        "february": meeting_of(cell, D(2026, 2, 1), rating="poor", absent=absent),
        "thematic": meeting_of(cell, D(2026, 2, 1), day=20, kind="thematic", rating="fair"),
        "april": meeting_of(cell, D(2026, 4, 1), rating="average"),
        "may": meeting_of(cell, D(2026, 5, 1), late=None),
        "june": meeting_of(cell, D(2026, 6, 1), rating="good"),
    }
    recount_runs(cell)
    return made


def verifying(cast: Any, **options: Any) -> Case:
    """A case about the first half of the year, at verification."""
    case = stories.signed(cast, stories.proposed(cast, examined=FIRST_HALF, **options))
    stories.prepared(cast, case)
    stories.announced(cast, case)
    stories.self_reported(cast, case)
    stories.worked_with(cast, case)
    case.refresh_from_db()
    return case


def subject_of(case: Case) -> CaseSubject:
    return case.subjects.order_by("pk")[0]


def drawn_up(cast: Any, case: Case, by: str = "member", after: int = 0, day: str = "2026-10-20") -> Checklist:
    return draw_up(acting_user=cast[by], subject=subject_of(case), after=after, now=at(day))


def item(checklist: Checklist, code: str) -> ChecklistItem:
    return checklist.items.select_related("line", "checklist__case", "checklist__subject").get(code=code)


def judged(cast: Any, checklist: Checklist, by: str = "member", day: str = "2026-10-20", **given: Any) -> Any:
    """Verdicts by the codes of lines, each alone or with its note."""
    wishes = {}
    for code, one in given.items():
        verdict, note = one if isinstance(one, tuple) else (one, "")
        wishes[item(checklist, code).pk] = JudgedGiven(verdict, note)
    return judge_lines(acting_user=cast[by], checklist=checklist, given=wishes, now=at(day, 10))
