"""The demo: one commune at work, a second one of strangers, cases at every stage around today's date.

All of it goes through the verbs that users use. Names and places are invented."""

import datetime
from collections.abc import Callable

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from inspections.calendars.rules import days_after
from inspections.cases.models import Case
from inspections.cases.services.opening import SubjectChoice
from inspections.documents.services import add_term
from inspections.organisations.models import Organisation, Person, User
from inspections.organisations.services import add_person
from inspections.programmes import services as programmes
from inspections.programmes.models import Programme
from inspections.remedies.models import Correction
from inspections.reminders.services.sweeping import sweep
from permissions.catalogue import ROLES
from project.demo import stories
from project.demo.cast import Cast, at
from project.demo.drive import do
from project.demo.members import know_members
from project.demo.names import people
from project.demo.quality import BEGUN, CELL, Days, inspect, months_before
from project.demo.schemes import carry_out
from project.demo.superiors import look_after
from workflows import starts

PASSWORD = "Son-Hai-2026"
HAMLETS = [
    "Đồng Muối",
    "Suối Đá",
    "Gò Dầu",
    "Bàu Sen",
    "Cây Trâm",
    "Láng Cát",
    "Rừng Dương",
    "Đồng Rọ",
    "Hố Nghệ",
    "Phú Điền",
    "An Lộc",
    "Vạn Phước",
    "Bình Hoà",
    "Trà Kê",
]
OFFICES = [
    "Quân sự",
    "Công an",
    "Trạm Y tế",
    "Trường Tiểu học số 1",
    "Trường THCS Tân Phước Thượng",
    "Trường Mầm non",
    "Cơ quan Đảng - Đoàn thể",
    "Cơ quan UBND",
]
# user name, full name, role, organisation, what the role is for in the print-out
LEADERS = [
    ("bithu.tinh", "Lê Quang Sơn", "committee_secretary", "province"),
    ("bithu", "Đỗ Hữu Thành", "committee_secretary", "commune"),
    ("phobithu", "Trịnh Thị Ánh", "committee_deputy_secretary", "commune"),
    ("uvbtv", "Lý Hữu Lâm", "standing_member", "commune"),
    ("capuyvien", "Cù Thị Hoài", "committee_member", "commune"),
    ("chanhvanphong", "Đinh Thị Thuỳ", "office_chief", "commune"),
    ("vanphong", "Lục Văn Thành", "office_officer", "commune"),
    ("banxaydung", "Vàng Thanh Cảnh", "party_building_head", "commune"),
    ("chunhiem", "Đỗ Văn Quý", "inspection_chair", "ubkt"),
    ("phochunhiem", "Hoàng Thanh Lộc", "inspection_vice_chair", "ubkt"),
    ("uvubkt", "Mai Đình Nghĩa", "inspection_member", "ubkt"),
    ("uvubkt2", "Võ Ngọc Yên", "inspection_member", "ubkt"),
    ("chuyenvien", "Đặng Đức Viên", "area_officer", "ubkt"),
    ("quantri.tinh", "Cấn Văn Tý", "administrator", "province"),
    ("quantri", "Hồ Minh Trí", "administrator", "commune"),
    ("giamsathethong", "Tạ Minh Khôi", "system_inspector", "commune"),
    ("benlau.chunhiem", "Cao Bá Thước", "inspection_chair", "ward_ubkt"),
    ("benlau.bithu", "Kiều Văn Lực", "committee_secretary", "ward"),
    ("benlau.chibo7", "Ninh Thị Bảy", "cell_secretary", "ward_cell"),
]
NAMES = {  # the names that stories use -> the demo's user names
    "secretary": "bithu",
    "deputy_secretary": "phobithu",
    "office_chief": "chanhvanphong",
    "chair": "chunhiem",
    "vice_chair": "phochunhiem",
    "member": "uvubkt",
    "member2": "uvubkt2",
    "officer": "chuyenvien",
}


class DemoCast(Cast):
    """The demo's people, known by the stories' names too."""

    def __getitem__(self, name: str) -> User:
        return super().__getitem__(NAMES.get(name, name))

    def person(self, name: str) -> Person:
        return super().person(NAMES.get(name, name))


def log_ins() -> list[tuple[str, str]]:
    """User names of the demo with what they are: one per role, and two cell secretaries."""

    listed = [(name, f"{ROLES[role].label} – {full}") for name, full, role, _organisation in LEADERS]
    return [
        *listed,
        ("chibo1", f"{ROLES['cell_secretary'].label} – Chi bộ thôn Đồng Muối"),
        ("chibo1.pho", f"{ROLES['cell_deputy_secretary'].label} – Chi bộ thôn Đồng Muối"),
        ("chibo1.uv", f"{ROLES['cell_committee_member'].label} – Chi bộ thôn Đồng Muối"),
        ("chibo2", f"{ROLES['cell_secretary'].label} – Chi bộ thôn Suối Đá"),
    ]


@transaction.atomic
def build(now: datetime.datetime, members: int = 600, report: Callable[[str], None] = print) -> DemoCast:
    """Fills an empty database and returns the cast. `members`: how many members the commune has in all."""
    root = User.objects.create(username="goc", is_superuser=True, is_staff=False, password=make_password(PASSWORD))
    cast = DemoCast(root=root, now=now, password_hash=root.password)
    report("organisations …")
    cells = _organisations(cast)
    report("people and offices …")
    _people(cast, cells, members)
    today = timezone.localdate(now)
    report("programmes …")
    programme = _programmes(cast, today)
    report("cases …")
    _cases(cast, cells, today, programme)
    report("meetings …")
    look_after(cast, today)
    report("an inspection of meetings …")
    inspect(
        cast, staged_case(cast, CELL, "verifying", today, None, BEGUN, months_before(days_after(today, -BEGUN))), today
    )
    report("a scheme …")
    carry_out(cast, today)
    report("reminders …")
    sweep(now=now, today=today)
    return cast


def _organisations(cast: DemoCast) -> list[str]:
    cast.add_organisation("province", "Đảng bộ tỉnh Sơn Hải", "province_party", None, "97.000.000.000.000", "TU")
    cast.add_organisation("province_ubkt", "UBKT Tỉnh uỷ Sơn Hải", "province_inspection", "province", "", "UBKTTU")
    cast.add_organisation(
        "commune", "Đảng bộ xã Tân Phước Thượng", "commune_party", "province", "97.101.000.000.000", "ĐU"
    )
    cast.add_organisation("ubkt", "UBKT Đảng uỷ xã Tân Phước Thượng", "commune_inspection", "commune", "", "UBKTĐU")
    names = [f"Chi bộ thôn {name}" for name in HAMLETS] + [f"Chi bộ {name}" for name in OFFICES]
    cells = []
    for number, name in enumerate(names, start=1):
        key = f"cell{number}"
        cast.add_organisation(key, name, "cell", "commune", f"97.101.{number:03d}.000.000", "CB")
        cells.append(key)
    cast.add_organisation(
        "school", "Đảng bộ Trường THPT Tân Phước", "base_party", "commune", "97.101.090.000.000", "ĐU"
    )
    for number, name in enumerate(("Chi bộ Tổ Tự nhiên", "Chi bộ Tổ Xã hội"), start=23):
        cast.add_organisation(f"cell{number}", name, "cell", "school", f"97.101.090.000.{number - 22:03d}", "CB")
        cells.append(f"cell{number}")
    cast.add_organisation("ward", "Đảng bộ phường Bến Lau", "commune_party", "province", "97.102.000.000.000", "ĐU")
    cast.add_organisation("ward_ubkt", "UBKT Đảng uỷ phường Bến Lau", "commune_inspection", "ward", "", "UBKTĐU")
    cast.add_organisation("ward_cell", "Chi bộ Tổ dân phố 7", "cell", "ward", "97.102.001.000.000", "CB")
    for key in ("province", "commune", "ward"):
        add_term(
            acting_user=cast.root,
            organisation=cast.organisation(key),
            name="Nhiệm kỳ 2025–2030",
            starts_on=datetime.date(2025, 7, 1),
            ends_on=None,
            now=cast.now,
        )
    return cells


def _people(cast: DemoCast, cells: list[str], members: int) -> None:
    for username, name, role, organisation in LEADERS:
        cast.add_user(username, name, role, organisation)
    drawn = people(7)
    for number, key in enumerate(cells, start=1):
        cast.add_user(f"chibo{number}", next(drawn), "cell_secretary", key)
        if number <= 3:
            cast.add_user(f"chibo{number}.pho", next(drawn), "cell_deputy_secretary", key)
    cast.add_user("dangvien", next(drawn), "", "cell2")
    cast.add_user("chibo1.uv", next(drawn), "cell_committee_member", "cell1")
    have = Person.objects.count()
    for number in range(max(0, members - have)):
        add_person(
            acting_user=cast.root,
            now=cast.now,
            full_name=next(drawn),
            organisation=cast.organisation(cells[number % len(cells)]),
            born_on=datetime.date(1955 + number % 50, 1 + number % 12, 1 + number % 28),
        )
    know_members(cast, cells, drawn)


def _ago(today: datetime.date, days: int) -> str:
    return days_after(today, -days).isoformat()


def _programmes(cast: DemoCast, today: datetime.date) -> Programme:
    year = today.year
    ubkt = cast.organisation("ubkt")
    adopted = _programme(cast, ubkt, year, "officer", _ago(today, 300))
    slots = [("GSCD", "Việc nâng cao chất lượng sinh hoạt chi bộ", ["cell1", "cell2"], 7, 9)]
    slots += [("KTTC", "Thu, nộp, quản lý và sử dụng đảng phí", ["cell11", "cell13"], 5, 6)]
    slots += [("KTNV", "Công tác kiểm tra, giám sát của chi bộ", ["cell4"], 10, 12)]
    slots += [("GSCD", "Việc ra nghị quyết và tổ chức thực hiện nghị quyết", ["cell12", "cell22"], 1, 3)]
    for kind, content, keys, first, last in slots:
        _line(cast, adopted, kind, content, keys, first, last, "officer", _ago(today, 299))
    do(cast["officer"], adopted, "draft", at(_ago(today, 298)), outcome="submit")
    do(cast["chair"], adopted, "adopt", at(_ago(today, 296)), outcome="adopt")
    draft = _programme(cast, ubkt, year + 1, "officer", _ago(today, 10))
    _line(cast, draft, "GSCD", "Sinh hoạt chuyên đề mỗi quý", ["cell5", "cell6"], 2, 4, "officer", _ago(today, 9))
    committee = _programme(cast, cast.organisation("commune"), year, "office_chief", _ago(today, 300))
    _line(
        cast,
        committee,
        "KTCH",
        "Lãnh đạo, chỉ đạo nâng cao chất lượng sinh hoạt chi bộ",
        ["cell2", "cell23"],
        1,
        3,
        "office_chief",
        _ago(today, 299),
    )
    do(cast["office_chief"], committee, "draft", at(_ago(today, 298)), outcome="submit")
    do(cast["secretary"], committee, "adopt", at(_ago(today, 295)), outcome="adopt")
    cell = _programme(cast, cast.organisation("cell1"), year, "chibo1.pho", _ago(today, 290))
    _line(
        cast,
        cell,
        "GSCD",
        "Đảng viên chấp hành nền nếp sinh hoạt",
        [],
        3,
        5,
        "chibo1.pho",
        _ago(today, 289),
        all_below=True,
    )
    do(cast["chibo1.pho"], cell, "draft", at(_ago(today, 288)), outcome="submit")
    adopted.refresh_from_db()
    return adopted


def _programme(cast: DemoCast, body: Organisation, year: int, by: str, day: str) -> Programme:
    return starts.begin_programme(
        acting_user=cast[by], organisation=body, horizon="year", first_year=year, last_year=year, now=at(day)
    )


def _line(
    cast: DemoCast,
    programme: Programme,
    kind: str,
    content: str,
    keys: list[str],
    first: int,
    last: int,
    by: str,
    day: str,
    all_below: bool = False,
) -> None:
    facts = programmes.LineFacts(
        kind=cast.kinds[kind],
        content=content,
        year=programme.first_year,
        organisations=[cast.organisation(key) for key in keys],
        all_below=all_below,
        examined_from=datetime.date(programme.first_year - 1, 1, 1),
        examined_to=datetime.date(programme.first_year - 1, 12, 31),
        lead=str(programme.organisation),
        first_month=first,
        last_month=last,
    )
    programmes.add_line(acting_user=cast[by], programme=programme, facts=facts, now=at(day))


STAGES = (
    "proposed", "ordered", "prepared", "announced", "verifying", "released", "answered", "conference", "reported",
    "appraised", "concluded", "notified", "closed",
)  # fmt: skip
FOUND = [
    "Sinh hoạt chuyên đề chưa đủ mỗi quý một lần.",
    "Nghị quyết chi bộ chưa phân công người, thời hạn cụ thể.",
    "Chi uỷ họp chuẩn bị nội dung sinh hoạt không có biên bản.",
]


def _cases(cast: DemoCast, cells: list[str], today: datetime.date, programme: Programme) -> None:
    # an old case, whose first correction is overdue and whose second was accepted; its numbers are the first
    old = staged_case(cast, cells[13], "closed", today, None, begun=140)
    corrections_begun(cast, old, "chibo14", today)
    line = programme.lines.get(position=1)
    for number, stage in enumerate(STAGES):
        staged_case(cast, cells[number], stage, today, line if number < 2 else None)
    staged_case(cast, cells[17], "drafted", today, None)
    given_up = staged_case(cast, cells[18], "proposed", today, None, begun=9)
    do(cast["chair"], given_up, "sign", at(_ago(today, 8)), outcome="return", reason="Trùng với cuộc đang tiến hành.")
    do(cast["officer"], given_up, "revise", at(_ago(today, 7)), outcome="withdraw", reason="Trùng với cuộc khác.")
    stopped = staged_case(cast, cells[14], "verifying", today, None)
    starts.stop(
        acting_user=cast["chair"],
        case=stopped,
        reason="Sáp nhập chi bộ theo kế hoạch.",
        now=at(_ago(today, 2)),
    )
    converted = staged_case(cast, cells[15], "verifying", today, None)
    starts.convert(
        acting_user=cast["chair"],
        case=converted,
        reason="Có dấu hiệu vi phạm trong thu, nộp đảng phí.",
        now=at(_ago(today, 1)),
    )
    own = stories.proposed(
        cast,
        kind="GSCD",
        body="cell1",
        by="chibo1",
        day=_ago(today, 12),
        subjects=[SubjectChoice(cast.organisation("cell1"), cast.organisation("cell1").members.order_by("pk").last())],
        team=[],
        content="Đảng viên thực hiện nhiệm vụ được phân công",
        examined=(days_after(today, -365), days_after(today, -13)),
        ends_on=days_after(today, 18),
    )
    stories.signed(cast, own, day=_ago(today, 11), by="chibo1.pho")


def staged_case(
    cast: Cast, cell: str, stage: str, today: datetime.date, line: object, begun: int = 62, examined: Days | None = None
) -> Case:
    """A thematic supervision of one cell, begun some days ago, brought to a stage."""
    secretary = f"chibo{cell.removeprefix('cell')}"

    def day(number: int) -> str:
        return _ago(today, begun - number)

    def later(number: int) -> datetime.date:
        return days_after(today, number - begun)

    case = stories.proposed(
        cast,
        day=day(0),
        subjects=[SubjectChoice(cast.organisation(cell))],
        examined=examined or (later(-400), later(-30)),
        ends_on=later(90),
        line=line,  # type: ignore[arg-type]
    )
    steps: list[tuple[str, Callable[[], object]]] = [
        ("ordered", lambda: stories.signed(cast, case, day=day(1))),
        ("prepared", lambda: stories.prepared(cast, case, day=day(3))),
        ("announced", lambda: stories.announced(cast, case, day=day(5), due=later(58))),
        ("verifying", lambda: stories.self_reported(cast, case, by=secretary, day=day(15))),
        ("drafted", lambda: _to_draft(cast, case, day)),
        ("released", lambda: stories.sent(cast, case, day=day(24), due=later(60))),
        ("answered", lambda: stories.answered(cast, case, by=secretary, day=day(27))),
        ("conference", lambda: stories.considered(cast, case, day=day(29))),
        ("reported", lambda: _to_report(cast, case, day)),
        ("appraised", lambda: stories.appraised(cast, case, day=day(34))),
        ("concluded", lambda: stories.concluded(cast, case, day=day(36))),
        ("notified", lambda: stories.noticed(cast, case, day=day(38), due=later(75))),
        ("closed", lambda: stories.closed(cast, case, day=day(41))),
    ]
    if stage != "proposed":
        for name, step in steps:
            step()
            if name == stage:
                break
    case.refresh_from_db()
    return case


def _to_draft(cast: Cast, case: Case, day: Callable[[int], str]) -> None:
    stories.worked_with(cast, case, day=day(18))
    stories.found(cast, case, *FOUND, day=day(20))
    stories.verified(cast, case, day=day(21))
    stories.drafted(cast, case, day=day(23))


def _to_report(cast: Cast, case: Case, day: Callable[[int], str]) -> None:
    stories.conferred(cast, case, day=day(30))
    stories.reported(cast, case, day=day(32))


def corrections_begun(cast: Cast, case: Case, secretary: str, today: datetime.date) -> None:
    first, second, third = Correction.objects.filter(demand__notice__case=case).order_by("demand__position")
    for correction, days in ((second, 95), (third, 90)):
        stories.planned(cast, correction, secretary, _ago(today, days), product="Nghị quyết có phân công cụ thể")
        stories.judged(cast, correction, "judge_plan", _ago(today, days - 2), accepts=True)
    stories.carried_out(cast, second, secretary, _ago(today, 80))
    stories.judged(cast, second, "judge_report", _ago(today, 78), accepts=True)
    stories.planned(cast, first, secretary, _ago(today, 95), product="")
    stories.judged(cast, first, "judge_plan", _ago(today, 93), accepts=False)
