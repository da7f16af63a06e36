"""The meetings of the demo's cells: a few months of good, middling and poor ones, by the verbs that secretaries use."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.utils import timezone

from inspections.calendars.rules import add_months, day_before, days_after
from inspections.meetings.models import Meeting, MeetingScore, Resolution, RollCallMark
from inspections.meetings.queries import criteria_for, facts_of, open_items_of, scheme_of
from inspections.meetings.rules import Judged, score
from inspections.meetings.services.after import report_item, score_meeting
from inspections.meetings.services.closing import ClosingGiven, PointsGiven, RatingGiven, close_meeting
from inspections.meetings.services.correcting import CorrectionGiven, correct_closed
from inspections.meetings.services.holding import HeldGiven, ItemGiven, MarkGiven, SpeakerGiven, hold_meeting
from inspections.meetings.services.planning import THEMATIC_MONTHS, YearGiven, call_off_meeting, plan_year
from inspections.meetings.services.preparing import AgendaGiven, PreparationGiven, prepare_meeting
from inspections.members.queries import OnRoll, roll_of
from inspections.organisations.models import Organisation, Person, User
from project.demo.cast import ZONE, Cast

BACK = 4  # months
DAY, THEMATIC_DAY, EVENING, RECORDED = 18, 12, datetime.time(19), datetime.time(22)
TOPICS = [
    "Học tập và làm theo Bác về nêu gương",
    "Nâng cao chất lượng sinh hoạt chi bộ",
    "Phát triển đảng viên mới ở thôn",
    "Giữ gìn vệ sinh môi trường biển",
]
WORK = ["Vận động ba hộ hiến đất làm đường", "Rà soát danh sách hộ khó khăn", "Hướng dẫn hai quần chúng viết hồ sơ"]
Mark = RollCallMark.Mark


@dataclass(frozen=True)
class Manner:
    """How a cell meets. ends: when; out: how many days before, and at which hour, its documents are out, None for
    never; away: how many of ten are absent, unexcused where `is_slack`; share: of the points that are judged; days:
    after the planned one until handed in; late: days after it."""

    ends: datetime.time
    out: tuple[int, int] | None
    away: int
    share: Decimal
    days: int = 1
    is_slack: bool = False
    late: int = 0


GOOD = Manner(datetime.time(20, 45), (1, 13), 0, Decimal("0.97"))
FAIR = Manner(datetime.time(20, 35), (1, 17), 1, Decimal("0.8"))
MIDDLING = Manner(datetime.time(20, 15), (0, 9), 2, Decimal("0.65"), days=2)
POOR = Manner(datetime.time(19, 45), None, 3, Decimal("0.35"), days=6, is_slack=True)
# the cell -> how it met in the months before this one, None for not at all
MANNERS: dict[str, Sequence[Manner | None]] = {
    "cell1": (FAIR, GOOD, GOOD, GOOD),
    "cell2": (MIDDLING, FAIR, FAIR, GOOD),
    "cell3": (FAIR, FAIR, MIDDLING, FAIR),
    "cell4": (GOOD, FAIR, MIDDLING, POOR),
    "cell5": (POOR, POOR, None, POOR),
    "cell6": (FAIR, None, None, MIDDLING),
    "cell20": (MIDDLING, POOR, None, POOR),
    "ward_cell": (GOOD, FAIR, GOOD, FAIR),
}
SECRETARIES = {"ward_cell": "benlau.chibo7"}


def meet(cast: Cast, today: datetime.date) -> None:
    """The meetings of the cells of MANNERS until today; the month that runs is prepared, held, or still planned."""
    this_month = today.replace(day=1)
    for key, manners in MANNERS.items():
        secretary, cell = cast[SECRETARIES.get(key, f"chibo{key.removeprefix('cell')}")], cast.organisation(key)
        first = add_months(this_month, -BACK)
        _plan(secretary, cell, first, this_month)
        for back, manner in zip(range(BACK, 0, -1), manners, strict=True):
            month = add_months(this_month, -back)
            for meeting in Meeting.objects.filter(organisation=cell, month=month).order_by("planned_at"):
                spend(secretary, meeting, manner)
        _begin_month(secretary, cell, key, today)
    _other_sides(cast, add_months(this_month, -1))


def moment_of(day: datetime.date, time: datetime.time = datetime.time(8)) -> datetime.datetime:
    """The time of the day in Vietnam, the morning where none is given."""
    return datetime.datetime.combine(day, time, ZONE)


def _plan(secretary: User, cell: Organisation, first: datetime.date, this_month: datetime.date) -> None:
    for year in sorted({first.year, this_month.year}):
        start = first if year == first.year else this_month.replace(month=1)
        given = YearGiven(year, DAY, EVENING, "Nhà văn hoá", THEMATIC_MONTHS, THEMATIC_DAY)
        plan_year(acting_user=secretary, organisation=cell, given=given, now=moment_of(start))


def spend(secretary: User, meeting: Meeting, manner: Manner | None) -> None:
    """A meeting of a month that is over."""
    day = timezone.localdate(meeting.planned_at)
    if manner is None:
        if meeting.month.month % 2:
            now = moment_of(day_before(day))
            call_off_meeting(acting_user=secretary, meeting=meeting, reason="Bão, đường vào thôn ngập.", now=now)
        return
    _prepare(secretary, meeting, manner, moment_of(days_after(day, -2)))
    held = _hold(secretary, meeting, manner)
    _close(secretary, held, manner, moment_of(days_after(day, manner.days)))
    if manner is GOOD and meeting.kind == Meeting.Kind.REGULAR:
        item, now = held.items.earliest("position"), moment_of(days_after(day, 8))
        proof = "Biên bản họp thôn, có chữ ký các hộ"
        report_item(acting_user=secretary, item=item, done_on=days_after(day, 7), proof=proof, now=now)


def _prepare(secretary: User, meeting: Meeting, manner: Manner, now: datetime.datetime) -> None:
    out = None
    if manner.out is not None:
        before, hour = manner.out
        out = moment_of(days_after(timezone.localdate(meeting.planned_at), -before), datetime.time(hour))
    month = f"{meeting.month:%m/%Y}"
    agenda = [AgendaGiven(f"Đánh giá thực hiện nghị quyết, nhiệm vụ tháng {month}", document="Dự thảo báo cáo")]
    topic = ""
    if meeting.kind == Meeting.Kind.THEMATIC:
        topic = TOPICS[meeting.month.month % len(TOPICS)]
        agenda = [AgendaGiven(f"Chuyên đề: {topic}", document="Báo cáo chuyên đề")]
    elif manner is not POOR:
        agenda.append(AgendaGiven("Thông tin thời sự, văn bản mới của cấp trên"))
    # said when it was done: not before the documents went out
    now = now if out is None else max(now, out)
    given = PreparationGiven(meeting.planned_at, "Nhà văn hoá", agenda, topic, notice_at=now, documents_at=out)
    prepare_meeting(acting_user=secretary, meeting=meeting, given=given, now=now)


def _hold(secretary: User, meeting: Meeting, manner: Manner) -> Meeting:
    day = days_after(timezone.localdate(meeting.planned_at), manner.late)
    start = moment_of(day, EVENING)
    end = moment_of(day, manner.ends)
    members = [one for one in roll_of(meeting.organisation, day) if not one.is_away]
    chairing = sorted(members, key=lambda one: one.person.user_id != secretary.pk)
    people = [one.person for one in chairing if not one.is_exempt]
    absent = _absent(people, meeting.month.month, manner)
    month = f"{meeting.month:%m/%Y}"
    due = add_months(meeting.month, 1).replace(day=DAY - 3)
    given = HeldGiven(
        started_at=start,
        ended_at=end,
        chair=people[0],
        recorder=people[1],
        roll={one.person.pk: _mark(one, absent, manner) for one in members},
        minutes=f"Chi bộ nghe báo cáo tháng {month} và thảo luận.\nCác ý kiến tập trung vào việc làm đường nội thôn.",
        conclusions="Thống nhất nhiệm vụ trọng tâm, giao việc cho từng đảng viên.",
        superiors="Đồng chí Cù Thị Hoài, đảng uỷ viên phụ trách" if manner is GOOD else "",
        speakers=[
            SpeakerGiven(one, "Nhất trí, góp ý cách làm.")
            for one in people[: min(9 - 2 * manner.away, len(people) // 2)]
        ],
        items=[ItemGiven(people[at], WORK[at], due, "Biên bản") for at in range(1 if manner is POOR else 2)],
    )
    return hold_meeting(acting_user=secretary, meeting=meeting, given=given, now=moment_of(day, RECORDED))


def _absent(people: list[Person], month: int, manner: Manner) -> set[int]:
    """Of the second half others in each month; where the cell is slack, always the last."""
    many = len(people) * manner.away // 10
    half = people[len(people) // 2 :]
    first = 0 if manner.is_slack else month * many
    return {half[(first + at) % len(half) - 1].pk for at in range(many)}


def _mark(one: OnRoll, absent: set[int], manner: Manner) -> MarkGiven:
    if one.is_exempt:
        return MarkGiven(Mark.EXEMPT)
    if one.person.pk not in absent:
        return MarkGiven(Mark.PRESENT)
    return MarkGiven(Mark.UNEXCUSED) if manner.is_slack else MarkGiven(Mark.EXCUSED, "Đi biển dài ngày.")


def _close(secretary: User, meeting: Meeting, manner: Manner, now: datetime.datetime) -> None:
    before = list(open_items_of(meeting))
    day = timezone.localdate(meeting.started_at)
    ratings = {
        item.pk: RatingGiven(
            is_done=bool(item.done_on) or (manner is not POOR and at % 2 == 0),
            done_on=item.done_on or min(item.due_on, day),
        )
        for at, item in enumerate(before)
    }
    next_number = Resolution.objects.filter(meeting__organisation=meeting.organisation).count() + 1
    given = ClosingGiven(
        scores=_judged(meeting, manner, now),
        ratings=ratings,
        resolution="" if manner is POOR else "Quyết nghị nhiệm vụ tháng tới; phân công và thời hạn như biên bản.",
        number="" if manner is POOR else f"{next_number:02d}-NQ/CB",
        dues=Decimal(12000 * (meeting.present or 0)),
    )
    close_meeting(acting_user=secretary, meeting=meeting, given=given, now=now)


def _judged(meeting: Meeting, manner: Manner, now: datetime.datetime) -> dict[int, PointsGiven]:
    """Points for the lines that people judge, by the manner of the cell."""
    criteria = criteria_for(meeting.organisation, timezone.localdate(meeting.started_at))
    if criteria is None:
        return {}
    meeting.uploaded_at = now
    scheme = scheme_of(criteria)
    results = score(scheme, facts_of(meeting, scheme))
    meeting.uploaded_at = None
    given = {}
    for criterion in criteria.criteria.all():
        for line in criterion.lines.all():
            if isinstance(results[line.pk], Judged):
                points = (line.points * manner.share).quantize(Decimal(1), ROUND_HALF_UP)
                given[line.pk] = PointsGiven(points, "Chi bộ tự nhận xét tại cuộc họp.")
    return given


def _begin_month(secretary: User, cell: Organisation, key: str, today: datetime.date) -> None:
    """The month that runs: the first cell has held its meeting, if its day is over; the second is prepared."""
    regular = Meeting.objects.regular().get(organisation=cell, month=today.replace(day=1))
    day = timezone.localdate(regular.planned_at)
    if key in ("cell1", "cell3") and day < today:
        _prepare(secretary, regular, GOOD, moment_of(days_after(day, -2)))
        _hold(secretary, regular, GOOD)
    elif key in ("cell1", "cell2", "cell3") and days_after(day, -2) < today:
        _prepare(secretary, regular, GOOD, moment_of(days_after(day, -2)))


def _other_sides(cast: Cast, month: datetime.date) -> None:
    """Superior and inspection scored some meetings of the month otherwise; one cell corrected what it closed."""
    now = moment_of(month.replace(day=27))
    sides = MeetingScore.Side
    for key, by, side in (
        ("cell2", "bithu", sides.SUPERIOR),
        ("cell4", "bithu", sides.SUPERIOR),
        ("cell4", "chunhiem", sides.INSPECTION),
        ("cell1", "chunhiem", sides.INSPECTION),
    ):
        meeting = Meeting.objects.regular().get(organisation=cast.organisation(key), month=month)
        own = meeting.scores.filter(side=sides.OWN, is_computed=False).select_related("line")
        given = {
            one.line_id: PointsGiven(max(Decimal(0), one.points - 3), "Nghị quyết chưa rõ người, rõ thời hạn.")
            for one in own
            if one.line.points >= 10
        }
        score_meeting(acting_user=cast[by], meeting=meeting, given=given, side=side, now=now)
    meeting = Meeting.objects.regular().get(organisation=cast.organisation("cell1"), month=month)
    wish = CorrectionGiven(fact="conclusions", value="Thống nhất ba nhiệm vụ trọng tâm, giao việc cho từng đảng viên.")
    correct_closed(acting_user=cast["chibo1"], meeting=meeting, given=wish, reason="Ghi thiếu số nhiệm vụ.", now=now)
