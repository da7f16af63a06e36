"""What the pages show of checklists and samples: the lines with what changed since, the meetings behind them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from inspections.cases.models import Case, CaseSubject
from inspections.findings.models import Finding
from inspections.meetings.models import Meeting, MeetingScore
from inspections.meetings.rules import plain
from inspections.organisations.models import Organisation, Person, User
from inspections.quality.access import cells_of
from inspections.quality.models import (
    Checklist,
    ChecklistItem,
    Judgement,
    LineFinding,
    Sample,
    SampledMeeting,
    State,
)
from inspections.quality.queries.lists import differs, is_stale, newest_judgements
from inspections.quality.words import row_words, told_words
from inspections.remedies.models import Correction
from inspections.superiors.queries.cell import sees_attendance
from permissions import policy

LOOKS = {State.IN_ORDER: "done", State.SHORTCOMING: "late", State.NOTHING: "draft"}


@dataclass(frozen=True)
class RowShown:
    """A row behind a fact, as it is stored; the name of whom it is about where the reader may know it, and the page of
    the meeting or correction where he sees it."""

    row: dict[str, Any]
    person: Person | None = None
    meeting: int | None = None
    correction: int | None = None

    @property
    def words(self) -> str:
        """The row in words, in the language of whoever shows it."""
        return row_words(self.row)


@dataclass
class ItemShown:
    """A line of a checklist as it is read: what the record says, what it said when it was drawn up before, the verdict
    that stood while it was the newest, whether the record says something else since, the findings recorded from it."""

    item: ChecklistItem
    rows: list[RowShown] = field(default_factory=list)
    before: ChecklistItem | None = None
    judgement: Judgement | None = None
    is_stale: bool = False
    findings: list[Finding] = field(default_factory=list)

    @property
    def told(self) -> str:
        return told_words(self.item.told)

    @property
    def is_changed(self) -> bool:
        """Whether the record said something else before, or other rows stood behind it."""
        return self.before is not None and differs(self.before, self.item)

    @property
    def told_before(self) -> str:
        """What the record said before, with what stood behind it."""
        if self.before is None:
            return ""
        return " ".join(filter(None, [told_words(self.before.told), *(row_words(row) for row in self.before.rows)]))

    @property
    def look(self) -> str:
        return LOOKS[State(self.item.state)]


def evidence_of(item: ChecklistItem) -> str:
    """The facts of a line and what stands behind them, in words and without names; empty where nothing is recorded."""
    if item.state == State.NOTHING:
        return ""
    rows = "; ".join(row_words(row) for row in item.rows)
    # the first sentence is the fact; what follows is for the team
    return told_words(item.told[:1]) + (f" ({rows})" if rows else "")


class Behind:
    """What the reader may open of the rows of several lines, read for all at once. Three queries at most."""

    def __init__(self, user: User, cell: Organisation, items: Iterable[ChecklistItem]) -> None:
        rows = [row for item in items for row in item.rows]
        self.meetings = _seen(user, Meeting, {row["meeting"] for row in rows if "meeting" in row})
        self.corrections = _seen(user, Correction, {row["correction"] for row in rows if "correction" in row})
        people = {row["person"] for row in rows if "person" in row}
        knows = bool(people) and sees_attendance(user, cell)
        self.people = Person.objects.in_bulk(people) if knows else {}

    def shown(self, item: ChecklistItem) -> list[RowShown]:
        return [
            RowShown(
                row,
                self.people.get(row.get("person")),
                row.get("meeting") if row.get("meeting") in self.meetings else None,
                row.get("correction") if row.get("correction") in self.corrections else None,
            )
            for row in item.rows
        ]


def _seen(user: User, model: Any, keys: Collection[int]) -> set[int]:
    """Of the rows with the ids, those that the user sees."""
    if not keys:
        return set()
    return set(policy.visible(user, model._default_manager.filter(pk__in=keys)).values_list("pk", flat=True))


def shown_items(user: User, checklist: Checklist) -> list[ItemShown]:
    """The lines of a checklist with all that is shown of them. A fixed number of queries."""
    items = list(checklist.items.select_related("line").order_by("position", "pk"))
    before = ChecklistItem.objects.filter(
        checklist__subject=checklist.subject_id, checklist__number=checklist.number - 1
    )
    earlier = {one.code: one for one in before}
    standing = newest_judgements(checklist)
    links = LineFinding.objects.filter(item__checklist__subject=checklist.subject_id).select_related("item", "finding")
    found: dict[str, list[Finding]] = {}
    for link in links.order_by("finding__number"):
        found.setdefault(link.item.code, []).append(link.finding)
    behind = Behind(user, checklist.subject.organisation, items)
    return [
        ItemShown(
            item,
            behind.shown(item),
            earlier.get(item.code),
            (judged := standing.get(item.code)),
            is_stale(judged, item),
            found.get(item.code, []),
        )
        for item in items
    ]


@dataclass
class SubjectShown:
    """A subject with how far its checklist and its sample are."""

    subject: CaseSubject
    checklist: Checklist | None = None
    lines: int = 0
    judged: int = 0
    shortcomings: int = 0
    sample: Sample | None = None
    drawn: int = 0
    examined: int = 0


def subjects_shown(case: Case) -> list[SubjectShown]:
    """The cells among the subjects of the case, each with its newest checklist and sample. A fixed number of
    queries."""
    shown = {one.pk: SubjectShown(one) for one in cells_of(case)}
    for checklist in case.checklists.filter(subject__in=shown).prefetch_related("items").order_by("number"):
        one = shown[checklist.subject_id]
        one.checklist, one.lines = checklist, len(checklist.items.all())
        one.shortcomings = sum(item.state == State.SHORTCOMING for item in checklist.items.all())
    judged = Judgement.objects.filter(item__checklist__case=case).order_by()
    codes = set(judged.values_list("item__checklist__subject", "item__code"))
    for sample in case.samples.filter(subject__in=shown).prefetch_related("meetings").order_by("number"):
        one = shown[sample.subject_id]
        one.sample, one.drawn = sample, len(sample.meetings.all())
        one.examined = sum(row.is_examined for row in sample.meetings.all())
    for one in shown.values():
        if one.checklist is not None:
            one.judged = sum((one.subject.pk, item.code) in codes for item in one.checklist.items.all())
    return list(shown.values())


@dataclass(frozen=True)
class DrawnShown:
    """A meeting of a sample: whether the reader sees its page, and the score that the body of the case gave it."""

    row: SampledMeeting
    is_seen: bool
    inspected: str = ""


def drawn_shown(user: User, sample: Sample) -> list[DrawnShown]:
    """The meetings of a sample in their order. Three queries."""
    rows = list(sample.meetings.select_related("meeting", "noted_by__person").order_by("position"))
    keys = [row.meeting_id for row in rows]
    seen = _seen(user, Meeting, keys)
    totals = _inspected(keys, sample.case.organisation)
    return [DrawnShown(row, row.meeting_id in seen, totals.get(row.meeting_id, "")) for row in rows]


def _inspected(keys: Collection[int], body: Organisation) -> dict[int, str]:
    """What the body gave as an inspection, by meeting: its points of the lines it scored, of those it could give."""
    sums: dict[int, list[Any]] = {}
    rows = MeetingScore.objects.filter(meeting__in=keys, side=MeetingScore.Side.INSPECTION, body=body)
    for score in rows.select_related("line"):
        one = sums.setdefault(score.meeting_id, [0, 0])
        one[0] += score.points
        one[1] += score.line.points
    return {key: f"{plain(given)}/{plain(most)}" for key, (given, most) in sums.items()}


def line_of(user: User, finding: Finding) -> dict[str, Any] | None:
    """The line that a finding was recorded from, with its facts and the meetings behind them, where the user may read
    it."""
    rows = LineFinding.objects.filter(finding=finding).select_related("item__checklist__subject__organisation")
    link = policy.visible(user, rows).first()
    if link is None:
        return None
    item = link.item
    behind = Behind(user, item.checklist.subject.organisation, [item])
    return {"item": item, "told": told_words(item.told), "rows": behind.shown(item), "checklist": item.checklist}
