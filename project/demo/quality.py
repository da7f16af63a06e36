"""A team of the demo inspects the meetings of a cell: a checklist drawn up and half judged, a sample drawn and half
examined, a finding recorded from a line."""

import datetime

from inspections.calendars.rules import add_months, day_before, days_after
from inspections.cases.models import Case
from inspections.findings.models import Severity
from inspections.findings.services.findings import FindingFacts
from inspections.organisations.text import on_paper
from inspections.quality.models import Checklist, ChecklistItem
from inspections.quality.queries.showing import evidence_of
from inspections.quality.services.checklists import JudgedGiven, draw_up, judge_lines, record_line_finding
from inspections.quality.services.samples import DrawGiven, ExaminedGiven, draw_sample, note_examined
from project.demo.cast import Cast, at
from project.demo.meetings import BACK

Days = tuple[datetime.date, datetime.date]
# whose meetings, and how many days ago the case began
CELL, BEGUN = "cell20", 20
# a line of the checklist -> what the team makes of it, and why
JUDGED = {
    "cadence": ("shortcoming", "Sổ biên bản cũng không có tháng này; chi bộ giải thích do bão."),
    "attendance": ("shortcoming", "Vắng không lý do lặp lại, chi uỷ chưa nhắc nhở."),
    "minutes": ("in_order", "Đối chiếu sổ biên bản với bản trên phần mềm, khớp nhau."),
    "committee": ("shortcoming", "Sổ họp chi uỷ chỉ có một biên bản trong kỳ."),
    "dues": ("not_examined", "Chờ sổ thu đảng phí của thủ quỹ."),
}


def months_before(day: datetime.date) -> Days:
    """The months before the one of the day in which the cells of the demo met: first and last day."""
    month = day.replace(day=1)
    return add_months(month, -BACK), day_before(month)


def inspect(cast: Cast, case: Case, today: datetime.date) -> None:
    """What the team did in the days before today."""
    subject = case.subjects.get()
    day = days_after(today, -4).isoformat()
    checklist = draw_up(acting_user=cast["member"], subject=subject, after=0, now=at(day))
    given = DrawGiven("random", 2, "bốc thăm 27")
    sample = draw_sample(acting_user=cast["officer"], subject=subject, given=given, after=0, now=at(day, 10))
    seen = sample.meetings.earliest("position")
    examined = {seen.pk: ExaminedGiven(True, "Xem sổ biên bản, sổ điểm danh; hỏi ba đảng viên.")}
    note_examined(acting_user=cast["member"], sample=sample, given=examined, now=at(day, 14))
    wishes = {_item(checklist, code).pk: JudgedGiven(verdict, note) for code, (verdict, note) in JUDGED.items()}
    judge_lines(acting_user=cast["member"], checklist=checklist, given=wishes, now=at(day, 15))
    item = _item(checklist, "attendance")
    with on_paper():
        text = f"{item.line.wording}\n{evidence_of(item)}"
    severity = Severity.objects.get(code="limitation")
    facts = FindingFacts(text=text, severity=severity, responsible=subject, topic=item.title)
    record_line_finding(acting_user=cast["member"], item=item, facts=facts, files=[], now=at(day, 16))


def _item(checklist: Checklist, code: str) -> ChecklistItem:
    return checklist.items.select_related("line", "checklist__case").get(code=code)
