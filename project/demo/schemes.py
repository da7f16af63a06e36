"""The demo's scheme of the province: a task a group, indicators counted from its meetings and cases, one review held
and one to come. By the verbs that users use."""

import datetime
from dataclasses import dataclass
from decimal import Decimal

from inspections.calendars.rules import days_after, year_of
from inspections.schemes.models import EventKind, Scheme, SchemeTask
from inspections.schemes.services import indicators, reviews, schemes, tasks
from project.demo.cast import Cast, at
from project.demo.drive import do

NAME = "Nâng cao chất lượng sinh hoạt chi bộ"
AIM = (
    "Tạo chuyển biến căn bản về nhận thức của cấp uỷ các cấp về vị trí, tầm quan trọng của việc nâng cao chất lượng "
    "sinh hoạt chi bộ; chi bộ phải thực sự là nơi lãnh đạo, quản lý, giáo dục và rèn luyện đội ngũ cán bộ, đảng viên."
)
KEEPER = "bithu.tinh"
TRAINING, COMMENDATION, GUIDANCE = "Bồi dưỡng, tập huấn", "Khen thưởng", "Hướng dẫn, đôn đốc"
# a task for each of the groups that a new scheme begins with, in their order, and who is to do it
TASKS = (
    ("Ban hành kế hoạch thực hiện Đề án của cấp mình; cấp uỷ nghe báo cáo mỗi quý một lần", "province commune ward"),
    ("Mở hội nghị quán triệt Đề án đến từng bí thư chi bộ và đảng viên", "commune ward"),
    ("Đưa việc học tập, làm theo Bác vào sinh hoạt chuyên đề mỗi quý", "commune ward"),
    ("Rà soát, kiện toàn bí thư chi bộ trước mỗi kỳ đại hội", "commune ward"),
    ("Phân công nhiệm vụ và đánh giá từng đảng viên ở mỗi kỳ sinh hoạt", "commune ward"),
    ("Cấp uỷ viên dự sinh hoạt với chi bộ được phân công theo dõi ít nhất mỗi quý một lần", "province commune ward"),
    ("Giao chỉ tiêu phát triển đảng viên cho từng chi bộ thôn, tổ dân phố", "commune ward"),
    ("Phân công đảng viên chính thức giúp đỡ từng đảng viên dự bị", "commune ward"),
    ("Mỗi năm kiểm tra, giám sát ít nhất một phần ba số chi bộ trực thuộc", "ubkt ward_ubkt"),
    ("Chi bộ sinh hoạt định kỳ đúng tháng, sinh hoạt chuyên đề đúng quý", "commune ward"),
    ("Tập huấn nghiệp vụ cho bí thư, phó bí thư chi bộ hằng năm", "province commune ward"),
    ("Biểu dương chi bộ, đảng viên tiêu biểu trong thực hiện Đề án", "province commune"),
    ("Hướng dẫn, đôn đốc chi bộ xếp loại trung bình, kém", "province commune ward"),
    ("Sơ kết Đề án hằng năm, tổng kết khi kết thúc", "province"),
    ("Chọn và nhân rộng chi bộ sinh hoạt mẫu", "commune ward"),
)


@dataclass(frozen=True)
class Goal:
    """An indicator of the demo: what it is counted by, its baseline, and its targets of the three years."""

    name: str
    measure: str = ""
    values: tuple[tuple[str, str], ...] = ()
    baseline: str = ""
    targets: tuple[str, str, str] = ("", "", "")
    direction: str = "more"
    unit: str = ""


GOALS = (
    Goal("Sinh hoạt định kỳ đúng tháng", "meetings_held", (), "82.5", ("85", "90", "95")),
    Goal(
        "Chi bộ sinh hoạt chuyên đề trong quý gần nhất",
        "cells_meeting",
        (("kind", "thematic"), ("times", "last")),
        "40",
        ("50", "60", "80"),
    ),
    Goal("Sinh hoạt có từ 90 % đảng viên dự", "meetings_attended", (("share", "90"),), "61", ("65", "70", "80")),
    Goal("Sinh hoạt xếp loại khá trở lên", "meetings_rated", (("rating", "fair"),), "58", ("65", "70", "75")),
    Goal("Gửi kết quả sinh hoạt đúng hạn", "results_in_time", (), "70", ("80", "90", "95")),
    Goal("Nhiệm vụ chi bộ giao làm xong đúng hạn", "assignments_in_time", (), "", ("", "80", "85")),
    Goal(
        "Chi bộ được kiểm tra, giám sát trong năm",
        "cells_examined",
        (("nature", "any"),),
        "20",
        ("30", "33.3", "33.3"),
    ),
    Goal("Quần chúng ưu tú được bồi dưỡng kết nạp Đảng", "", (), "18", ("20", "24", "30"), unit="người"),
)
DONE = {1: "Kế hoạch 21-KH/TU đã ban hành; hai đảng uỷ đã có kế hoạch.", 2: "Đã quán triệt đến 100 % chi bộ."}


def carry_out(cast: Cast, today: datetime.date) -> Scheme:
    """The scheme as it stands today: begun a year before, reviewed three weeks ago, to be reviewed in three weeks."""
    begun = days_after(today, -300)
    scheme = _begun(cast, today.year, begun)
    _goals(cast, scheme, today, begun)
    _done(cast, scheme, today)
    _reviewed(cast, scheme, today)
    return scheme


def _at(day: datetime.date) -> datetime.datetime:
    return at(day.isoformat())


def _begun(cast: Cast, year: int, begun: datetime.date) -> Scheme:
    by, now = cast[KEEPER], _at(begun)
    facts = schemes.SchemeFacts(NAME, AIM, year - 1, year + 3, f"05-ĐA/TU, 15/01/{year - 1}")
    scheme = schemes.begin_scheme(acting_user=by, organisation=cast.organisation("province"), facts=facts, now=now)
    for group, (text, keys) in zip(scheme.groups.order_by("position"), TASKS, strict=True):
        owners = [cast.organisation(key) for key in keys.split()]
        tasks.add_task(acting_user=by, group=group, facts=tasks.TaskFacts(text, owners), now=now)
    return scheme


def _goals(cast: Cast, scheme: Scheme, today: datetime.date, begun: datetime.date) -> None:
    by, now = cast[KEEPER], _at(begun)
    for goal in GOALS:
        facts = indicators.IndicatorFacts(
            goal.name,
            goal.direction,
            goal.measure,
            goal.unit,
            dict(goal.values),
            Decimal(goal.baseline) if goal.baseline else None,
            f"năm {scheme.first_year - 1}, báo cáo của Văn phòng Tỉnh uỷ" if goal.baseline else "",
        )
        one = indicators.add_indicator(acting_user=by, scheme=scheme, facts=facts, now=now)
        for year, target in zip(scheme.years, goal.targets, strict=False):
            if target:
                values = {cast.organisation(key): Decimal(target) for key in ("province", "commune", "ward")}
                if one.is_typed:  # people, who are to be found by the two communes
                    values[cast.organisation("commune")] = Decimal(target) - 10
                    values[cast.organisation("ward")] = Decimal(10)
                indicators.set_targets(acting_user=by, indicator=one, year=year, values=values, now=now)
        if one.is_typed:
            for key, before, value in (("province", "21", "17"), ("commune", "12", "9"), ("ward", "9", "8")):
                for year, figure in ((today.year - 1, before), (today.year, value)):
                    proof = f"{cast.organisation(key).symbol}: báo cáo công tác xây dựng Đảng năm {year}"
                    given = indicators.TypedFacts(cast.organisation(key), year, Decimal(figure), proof)
                    # of a year that has just begun it is typed on its first day, not before
                    moment = _at(max(days_after(today, -25), year_of(year)[0]))
                    indicators.type_figure(acting_user=by, indicator=one, facts=given, now=moment)


def _done(cast: Cast, scheme: Scheme, today: datetime.date) -> None:
    events = (
        (2, GUIDANCE, -280, "Hội nghị quán triệt Đề án", "commune", "banxaydung", 96, "14-KH/ĐU"),
        (2, GUIDANCE, -276, "Hội nghị quán triệt Đề án", "ward", "benlau.bithu", 41, "09-KH/ĐU"),
        (9, GUIDANCE, -90, "Giám sát chuyên đề việc nâng cao chất lượng sinh hoạt", "ubkt", "chunhiem", 24, "18-CTr"),
        (11, TRAINING, -240, "Lớp bồi dưỡng bí thư, phó bí thư chi bộ", "province", KEEPER, 180, "32-KH/TU"),
        (11, TRAINING, -120, "Tập huấn ghi biên bản và ra nghị quyết", "commune", "banxaydung", 48, "22-KH/ĐU"),
        (12, COMMENDATION, -60, "Biểu dương chi bộ thôn Đồng Muối", "commune", "bithu", 31, "40-QĐ/ĐU"),
        (13, GUIDANCE, -45, "Làm việc với chi bộ thôn Cây Trâm về giữ nền nếp", "commune", "banxaydung", 12, "51-CV"),
    )
    by_group = {one.group.position: one for one in SchemeTask.objects.filter(group__scheme=scheme)}
    for position, kind, days, title, key, by, people, paper in events:
        day = days_after(today, days)
        facts = tasks.EventFacts(EventKind.objects.get(name=kind), day, title, cast.organisation(key), people, paper)
        tasks.record_event(acting_user=cast[by], task=by_group[position], facts=facts, now=_at(day))
    for position, note in DONE.items():
        day = days_after(today, -200)
        tasks.settle_task(
            acting_user=cast[KEEPER], task=by_group[position], outcome="done", on=day, note=note, now=_at(day)
        )


def _reviewed(cast: Cast, scheme: Scheme, today: datetime.date) -> None:
    by, held_on = cast[KEEPER], days_after(today, -21)
    planned = _at(days_after(today, -60))
    review = reviews.plan_review(
        acting_user=by,
        scheme=scheme,
        kind="interim",
        year=held_on.year,
        due_on=days_after(today, -18),
        now=planned,
    )
    do(
        by,
        review,
        "hold_review",
        _at(held_on),
        held_on=held_on,
        assessment="Nền nếp sinh hoạt chuyển biến rõ ở các chi bộ thôn; sinh hoạt chuyên đề có nơi còn hình thức.",
        good_models="Chi bộ thôn Đồng Muối gửi tài liệu trước ba ngày, mỗi kỳ chọn một việc để bàn kỹ.",
        lessons="Nơi nào đảng uỷ viên dự sinh hoạt thường xuyên thì nghị quyết rõ người, rõ việc, rõ thời hạn hơn.",
    )
    reviews.plan_review(
        acting_user=by,
        scheme=scheme,
        kind="interim",
        year=today.year,
        due_on=days_after(today, 21),
        now=_at(days_after(today, -10)),
    )
