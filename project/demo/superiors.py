"""What superiors do with the meetings of the demo: the other cells meet too, members of the committee follow cells,
attend and remark, cells answer, a remark opens a regular supervision."""

import datetime
from dataclasses import replace
from typing import Any

from inspections.calendars.rules import add_months, day_before, days_after
from inspections.meetings.models import Meeting
from inspections.meetings.services.planning import plan_meeting
from inspections.reference.services import change_row
from inspections.reference.tables import table_of
from inspections.superiors.models import FlagRule, Remark, SupervisionOutcome, SupervisionTopic
from inspections.superiors.services.following import follow
from inspections.superiors.services.remarks import answer_remark, leave_remark, mark_visit
from inspections.superiors.services.supervising import supervise
from project.demo.cast import Cast
from project.demo.meetings import BACK, DAY, EVENING, FAIR, GOOD, MANNERS, MIDDLING, Manner, meet, moment_of, spend

LATE = replace(FAIR, late=3, days=5)
# how the cells that began later met in the two months before this one, in turn; None: not at all
OTHERS: tuple[tuple[Manner | None, Manner | None], ...] = (
    (FAIR, FAIR),
    (MIDDLING, LATE),
    (FAIR, GOOD),
    (FAIR, FAIR),
    (LATE, FAIR),
    (FAIR, None),
)
FIRST, CELLS = 7, 24
WHY = "Tính từ khi các chi bộ bắt đầu ghi trên phần mềm."


def look_after(cast: Cast, today: datetime.date) -> None:
    """The meetings of the cells until today, and what superiors have done about them."""
    meet(cast, today)
    this_month = today.replace(day=1)
    for number in range(FIRST, CELLS + 1):
        if f"cell{number}" in MANNERS:
            continue
        later = (add_months(this_month, -2), add_months(this_month, -1))
        for month, manner in zip(later, OTHERS[number % len(OTHERS)], strict=True):
            _meet_later(cast, f"cell{number}", month, manner)
    _count_from(cast, this_month, today)
    _follow(cast, add_months(this_month, -BACK))
    _remark(cast, add_months(this_month, -1), today)


def _meet_later(cast: Cast, key: str, month: datetime.date, manner: Manner | None) -> None:
    """A regular meeting, planned at the beginning of its month."""
    secretary = cast[f"chibo{key.removeprefix('cell')}"]
    meeting = plan_meeting(
        acting_user=secretary,
        organisation=cast.organisation(key),
        kind=Meeting.Kind.REGULAR,
        planned_at=moment_of(month.replace(day=DAY), EVENING),
        place="Nhà văn hoá",
        now=moment_of(month),
    )
    if manner is not None:
        spend(secretary, meeting, manner)


def _count_from(cast: Cast, this_month: datetime.date, today: datetime.date) -> None:
    """Nothing is asked of the months before the cells kept their meetings here, and a visit is looked for in three."""
    table = table_of("meeting-flags")
    assert table is not None
    now = moment_of(day_before(today))
    for rule in FlagRule.objects.all():
        back = 2 if rule.code == FlagRule.Code.NO_REGULAR else BACK
        values: dict[str, Any] = {"since": add_months(this_month, -back)}
        if rule.code == FlagRule.Code.UNVISITED:
            values |= {"amount": 3}
        change_row(acting_user=cast["quantri.tinh"], table=table, row=rule, values=values, reason=WHY, now=now)


def _follow(cast: Cast, day: datetime.date) -> None:
    """Two of the committee are in charge of the first cells, from the first month on."""
    for name, numbers in (("capuyvien", range(1, 6)), ("uvbtv", range(6, 9))):
        follow(
            acting_user=cast["bithu"],
            person=cast.person(name),
            cells=[cast.organisation(f"cell{number}") for number in numbers],
            starts_on=day,
            paper="15-TB/ĐU",
            now=moment_of(day),
        )


def _remark(cast: Cast, month: datetime.date, today: datetime.date) -> None:
    """Of the meetings of the month: visits, a remark that waits for its answer, one that was answered, and one that was
    the sign of a regular supervision."""

    def of(key: str) -> Meeting:
        return Meeting.objects.regular().get(organisation=cast.organisation(key), month=month)

    noted = moment_of(month.replace(day=25))
    for key, who, note in (
        ("cell1", "capuyvien", "Dự cả buổi; không khí thảo luận tốt."),
        ("cell2", "capuyvien", "Dự phần thảo luận nghị quyết."),
        ("cell5", "chuyenvien", "Dự cả buổi, vắng nhiều đảng viên."),
    ):
        mark_visit(acting_user=cast[who], meeting=of(key), note=note, now=noted)

    def left(key: str, who: str, text: str, answer_by: datetime.date, now: datetime.datetime = noted) -> Remark:
        return leave_remark(acting_user=cast[who], meeting=of(key), text=text, answer_by=answer_by, now=now)

    answered = left(
        "cell2",
        "capuyvien",
        "Nghị quyết chưa nêu thời hạn của từng việc; đề nghị bổ sung.",
        add_months(month, 1).replace(day=5),
    )
    answer_remark(
        acting_user=cast["chibo2"],
        remark=answered,
        answer="Chi bộ tiếp thu, đã bổ sung thời hạn vào nghị quyết và thông báo tới từng đảng viên.",
        now=moment_of(month.replace(day=28)),
    )
    left(
        "cell4",
        "bithu",
        "Kết quả tháng này giảm nhiều so với trước; chi bộ giải trình nguyên nhân và cách khắc phục.",
        days_after(today, 6),
        moment_of(day_before(today)),
    )
    sign = left(
        "cell5",
        "chuyenvien",
        "Sinh hoạt ngắn, không ra nghị quyết, nhiều đảng viên vắng không lý do.",
        add_months(month, 1).replace(day=5),
    )
    answer_remark(
        acting_user=cast["chibo5"],
        remark=sign,
        answer="Chi bộ nhận thiếu sót; chi uỷ sẽ họp chuẩn bị nội dung trước mỗi kỳ sinh hoạt.",
        now=moment_of(month.replace(day=28), datetime.time(15)),
    )
    supervise(
        acting_user=cast["uvubkt"],
        remark=sign,
        topic=SupervisionTopic.objects.get(name__startswith="Nền nếp"),
        outcome=SupervisionOutcome.objects.get(name__startswith="Nhắc nhở"),
        sign="Hai kỳ liên tiếp sinh hoạt hình thức, điểm dưới 50.",
        now=moment_of(month.replace(day=28), datetime.time(16)),
    )
