"""What a test of weekly reports needs: something owed from one moment to another, and a province that owes a lot."""

import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType

from inspections.calendars.rules import days_after
from inspections.deadlines.models import Deadline, DeadlineSpan
from inspections.organisations.models import Organisation
from inspections.reports.models import WeeklyReport
from inspections.reports.services.weekly import make_weekly_reports
from tests.cast import Cast, at

MONDAY = datetime.date(2026, 11, 23)


def owed(
    by: Organisation, title: str, due_on: datetime.date, since: datetime.datetime, number: int, **facts: Any
) -> Deadline:
    """A clock of the organisation with the one stretch since it began; facts: of both, such as state, times_returned;
    case_id: of the clock alone."""
    case_id = facts.pop("case_id", None)
    both = {"state": "running", "organisation": by, "org_path": str(by.path), "holder": by, "due_on": due_on, **facts}
    clock = Deadline.objects.create(
        held_since=since.date(), start_on=since.date(), started_at=since, duty=f"owed{number}", title=title,
        item_type=ContentType.objects.get_for_model(Organisation), item_id=by.pk, case_id=case_id, **both,
    )  # fmt: skip
    DeadlineSpan.objects.create(deadline=clock, first_on=since.date(), began_at=since, **both)
    return clock


LONG = "Đảng bộ xã Tân Phước Thượng Vĩnh Hoà Đông Nam Sơn Hải số"
DEMAND = "Xây dựng, ban hành và tổ chức thực hiện quy chế làm việc sửa đổi theo kết luận kiểm tra, gửi báo cáo kèm theo"


def province_of_many(cast: Cast, communes: int = 40) -> WeeklyReport:
    """The report of a province in whose communes, all of long names, much is overdue; written for nine Mondays."""
    since = at("2026-09-01")
    for number in range(communes):
        commune = cast.add_organisation(f"many{number}", f"{LONG} {number:02d}", "commune_party", "province")
        for one in range(1 + number % 5):
            due = days_after(MONDAY, -1 - (7 * number + one) % 60)
            owed(commune, f"{DEMAND} {number}/{one}", due, since, one, times_returned=one, times_extended=one % 2)
        owed(commune, DEMAND, days_after(MONDAY, 3 + number % 12), since, 90)
        owed(commune, DEMAND, days_after(MONDAY, 30), since, 91, state="waiting")
        owed(commune, DEMAND, days_after(MONDAY, 30), since, 92, state="suspended")
    WeeklyReport.objects.all().delete()
    for back in reversed(range(9)):
        make_weekly_reports(datetime.datetime.combine(days_after(MONDAY, -7 * back), since.timetz()))
    return WeeklyReport.objects.get(organisation=cast.organisation("province"), on=MONDAY)
