"""Four organisations at work at once, so that rights can be asked across them: own, sibling, parent, child.

Everything is seen from the inspection committee of the commune (own): beside it that of another commune (sibling),
above it that of the province (parent), below it a cell (child). In each the same happened, by the same verbs.
"""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date as D
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import time_machine
from django.contrib.auth.hashers import make_password
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models, transaction
from django.test import override_settings
from openpyxl import load_workbook

from inspections.cases.models import Case, ChangeRequest, Paper, PaperKind, TeamLimit
from inspections.cases.services import opening
from inspections.cases.services.fieldwork import add_paper
from inspections.cases.services.opening import SubjectChoice
from inspections.deadlines.models import Deadline
from inspections.documents.models import Attachment
from inspections.documents.services import add_term
from inspections.findings.models import Finding
from inspections.findings.services.answers import reserve_opinion
from inspections.imports.blank import blank_workbook
from inspections.imports.plans import KINDS
from inspections.imports.services import begin_import
from inspections.meetings.models import CriteriaSet
from inspections.meetings.services.criteria import LineGiven, SetGiven, adopt_criteria
from inspections.members import services as members
from inspections.members.models import PastDiscipline
from inspections.organisations.models import Organisation, Person, User
from inspections.organisations.services import (
    add_person,
    deactivate_person,
    declare_interest,
    delegate,
    dissolve_organisation,
    end_office,
    give_office,
)
from inspections.programmes import services as programmes
from inspections.programmes.models import Programme
from inspections.quality.models import (
    Checklist,
    ChecklistItem,
    ChecklistLine,
    LineFinding,
    Sample,
    SampledMeeting,
)
from inspections.quality.services.checklists import draw_up
from inspections.quality.services.samples import DrawGiven, draw_sample
from inspections.remedies.models import Correction, FollowUpRule
from inspections.reminders.models import FeedAddress, Message, Rung
from inspections.reminders.services.own import digest_of
from inspections.reminders.services.sweeping import sweep
from inspections.reports.models import WeeklyReport
from inspections.reports.services.asking import ask_report
from inspections.reports.services.weekly import make_weekly_reports
from inspections.schemes.models import EventKind, Review, Scheme, SchemeEvent
from inspections.schemes.services import indicators, reviews, schemes, tasks
from inspections.superiors.models import SupervisionOutcome, SupervisionTopic
from inspections.superiors.services import remarks, supervising
from inspections.superiors.services.following import follow
from project.demo import stories
from project.demo.cast import Cast, at
from project.demo.drive import do, item_of, pdf
from tests import cast as casts
from tests.keeping import add_day
from tests.meetings import held as meetings
from tests.meetings.sent import VALUES
from workflows import services, starts
from workflows.models import WorkItem

OWN, SIBLING, PARENT, CHILD = "own", "sibling", "parent", "child"
PLACES = (OWN, SIBLING, PARENT, CHILD)
BRANCHES: dict[str, dict[str, str]] = {  # the names that stories use -> who or what that is at the place
    OWN: {},
    SIBLING: {
        "commune": "ward",
        "ubkt": "ward_ubkt",
        "dong_muoi": "ward_cell",
        "secretary": "ward_secretary",
        "chair": "stranger",
        "vice_chair": "ward_vice_chair",
        "member": "ward_member",
        "officer": "ward_officer",
        "office_chief": "ward_office_chief",
        "dm_secretary": "stranger_secretary",
    },
    PARENT: {
        "commune": "province",
        "ubkt": "province_ubkt",
        "dong_muoi": "province_cell",
        "secretary": "province_secretary",
        "chair": "province_chair",
        "vice_chair": "province_vice_chair",
        "member": "province_member",
        "officer": "province_officer",
        "office_chief": "province_office_chief",
        "dm_secretary": "province_cell_secretary",
    },
    CHILD: {
        "ubkt": "dong_muoi",
        "commune": "dong_muoi",
        "officer": "dm_secretary",
        "vice_chair": "dm_secretary",
        "member": "dm_secretary",
        "chair": "dm_deputy",
    },
}
SAYS = {  # what everything at a place is about; none occurs in another
    OWN: "Nền nếp sinh hoạt vùng muối",
    SIBLING: "Thu nộp đảng phí vùng sông",
    PARENT: "Quy chế làm việc cấp tỉnh",
    CHILD: "Nhiệm vụ được giao ở thôn",
}
TEAM = [("vice_chair", "leader"), ("member", "member"), ("officer", "team_secretary")]
DEPUTISED = (
    "chair",
    "vice_chair",
    "officer",
    "office_chief",
    "administrator",
    "province_administrator",
    "dm_secretary",
    "dm_deputy",
    "secretary",
)
SINCE, YESTERDAY = D(2025, 7, 1), D(2026, 11, 22)
PASSWORD = "Son-Hai-2026"
# the secret of a calendar feed, as the address has it
FEED_TOKEN = "muoi-trang-" * 4


class Branch(Cast):
    """The cast as stories see it at one place."""

    def __init__(self, cast: Cast, place: str) -> None:
        super().__init__(
            root=cast.root, now=cast.now, organisations=cast.organisations, users=cast.users, offices=cast.offices
        )
        self.place, self.names = place, BRANCHES[place]
        # how many papers and findings the cases get that are made here
        self.times = 1

    def __getitem__(self, name: str) -> User:
        return super().__getitem__(self.names.get(name, name))

    def person(self, name: str) -> Person:
        return super().person(self.names.get(name, name))

    def organisation(self, name: str) -> Organisation:
        return super().organisation(self.names.get(name, name))

    def office(self, name: str) -> Any:
        return self.offices[self.names.get(name, name)]


STANDS_FOR = {  # a stage made at the own place only -> the row of the same model that stands for it elsewhere
    "returned": "proposed",
    "verifying": "case",
    "released": "case",
    "conference": "case",
    "concluded": "case",
    "of_member": "case",
    "draft_finding": "finding",
    "disputed_finding": "finding",
    "verifying_subject": "subject",
    "open_checklist": "checklist",
    "open_item": "checklist_item",
    "open_sample": "sample",
    "claimed": "task",
    "corrected": "correction",
    "overdue": "correction",
}


@dataclass
class World:
    """The cast, and rows by kind and place."""

    cast: Cast
    rows: dict[str, dict[str, models.Model]] = field(default_factory=dict)

    def put(self, kind: str, place: str, row: models.Model) -> None:
        self.rows.setdefault(kind, {})[place] = row

    def row(self, kind: str, place: str = OWN) -> Any:
        """The row of a kind at a place, as the database has it now."""
        here = self.rows[kind]
        if place not in here:
            return self.row(STANDS_FOR[kind], place)
        return type(here[place])._default_manager.get(pk=here[place].pk)


@contextmanager
def standing(files: Path) -> Iterator[World]:
    """The world on the morning of the tests, its files in their own folder; all of it is undone afterwards."""
    with override_settings(FILES_ROOT=files), time_machine.travel(casts.NOW, tick=False), transaction.atomic():
        yield build()
        transaction.set_rollback(True)


def build() -> World:
    """All four places, and the people of the matrix. Inside a transaction of the caller."""
    cast = casts.build()
    world = World(cast)
    _people(world)
    for place in (OWN, SIBLING, PARENT):
        _committee(world, Branch(cast, place))
    _cell(world, Branch(cast, CHILD))
    for place in PLACES:
        _rows_beside(world, Branch(cast, place))
    _tables(world)
    _meetings(world)
    _superiors(world)
    _stages(world, Branch(cast, OWN))
    _quality(world)
    _boards(world)
    _recuse_and_end(world)
    _reminders(world)
    User.objects.update(password=make_password(PASSWORD))
    return world


def _people(world: World) -> None:
    cast = world.cast
    cast.add_organisation("province_ubkt", "UBKT Tỉnh uỷ Sơn Hải", "province_inspection", "province", "", "UBKTTU")
    cast.add_organisation("province_cell", "Chi bộ Văn thư tỉnh", "cell", "province", "97.001.001.000.000", "CB")
    cast.add_organisation("base", "Đảng bộ cơ sở Nhà máy Muối", "base_party", "commune", "97.101.900.000.000", "ĐU")
    for key, name, role, organisation in (
        ("ward_secretary", "Nông Thị Sửu", "committee_secretary", "ward"),
        ("ward_vice_chair", "Âu Văn Tỵ", "inspection_vice_chair", "ward_ubkt"),
        ("ward_member", "Khúc Thị Dần", "inspection_member", "ward_ubkt"),
        ("ward_officer", "Lưu Văn Thìn", "area_officer", "ward_ubkt"),
        ("ward_office_chief", "Doãn Văn Ngọ", "office_chief", "ward"),
        ("province_chair", "Tôn Nữ Mão", "inspection_chair", "province_ubkt"),
        ("province_vice_chair", "Quách Văn Mùi", "inspection_vice_chair", "province_ubkt"),
        ("province_member", "Giáp Thị Thân", "inspection_member", "province_ubkt"),
        ("province_officer", "Triệu Văn Dậu", "area_officer", "province_ubkt"),
        ("province_office_chief", "Ứng Thị Tuất", "office_chief", "province"),
        ("province_cell_secretary", "Vi Văn Hợi", "cell_secretary", "province_cell"),
        ("province_administrator", "Cấn Văn Tý", "administrator", "province"),
        ("follower", "Bế Văn Tư", "committee_member", "commune"),
        ("recused", "Phùng Bá Kiệt", "inspection_vice_chair", "ubkt"),
    ):
        cast.add_user(key, name, role, organisation)
    # members of the cell without an office: the second was assigned something
    cast.add_user("dm_member", "Sầm Thị Ruộng", "", "dong_muoi")
    cast.add_user("dm_doer", "Lò Văn Kênh", "", "dong_muoi")
    cast.add_user("former", "Bạch Văn Cựu", "inspection_vice_chair", "ubkt", member_of="suoi_da")
    for place in PLACES:
        committee = Branch(cast, place).organisation("dong_muoi")
        member = add_person(
            acting_user=cast.root, now=cast.now, full_name=f"Im Văn {place.title()}", organisation=committee
        )
        world.put("no_log_in", place, member)
        holder = add_person(
            acting_user=cast.root, now=cast.now, full_name=f"Chờ Văn {place.title()}", organisation=committee
        )
        give_office(
            acting_user=cast.root,
            person=holder,
            role="cell_committee_member",
            organisation=committee,
            starts_on=SINCE,
            now=cast.now,
        )
        world.put("no_log_in_yet", place, holder)
        interest = declare_interest(
            acting_user=cast.root,
            person=member,
            nature="em rể bí thư",
            about_organisation=cast.organisation("thcs"),
            now=cast.now,
        )
        world.put("interest", place, interest)
        _members(world, place, member, holder, committee)
    for key in DEPUTISED:
        standin = cast.add_user(f"deputy_of_{key}", f"Thay {key}", "", "suoi_da")
        delegation = delegate(
            acting_user=cast.root,
            office=cast.offices[key],
            deputy=standin.person,
            starts_on=D(2026, 11, 1),
            ends_on=D(2026, 12, 31),
            paper="15-QĐ/ĐU",
            now=cast.now,
        )
        world.put("delegation", {"officer": OWN, "dm_secretary": CHILD}.get(key, ""), delegation)


def _members(world: World, place: str, member: Person, guest: Person, cell: Organisation) -> None:
    """One who is elsewhere for a time and exempt, one on probation, and what an old list tells."""
    by: dict[str, Any] = {"acting_user": world.cast.root, "now": world.cast.now}
    world.put("membership", place, member.memberships.get())
    probationary = members.admit_member(cell=cell, full_name=f"Dự Văn {place.title()}", standing="probationary", **by)
    world.put("probationary", place, probationary)
    stay = members.send_temporarily(
        member=guest, starts_on=D(2026, 10, 1), place=f"nơi khác của {place}", paper="5-GT/CB", **by
    )
    world.put("stay", place, stay)
    exempt = members.exempt_member(member=guest, starts_on=D(2026, 10, 1), paper="6-QĐ/CB", **by)
    world.put("exemption", place, exempt)
    PastDiscipline.objects.create(person=member, form="reprimand", year=2019, told="khiển trách")


def _propose(branch: Branch, team: list[tuple[str, str]] | None = None, **options: Any) -> Case:
    return stories.proposed(branch, content=SAYS[branch.place], team=TEAM if team is None else team, **options)


def _verifying(branch: Branch, case: Case) -> Finding:
    """From the signature to a finding with a paper and its file."""
    stories.signed(branch, case)
    stories.prepared(branch, case)
    stories.announced(branch, case)
    stories.self_reported(branch, case)
    return _evidence(branch, case)


def _evidence(branch: Branch, case: Case) -> Finding:
    for number in range(branch.times):
        add_paper(
            acting_user=branch["member"],
            case=case,
            kind=PaperKind.objects.get(code="working_minutes"),
            body=f"Làm việc: {SAYS[branch.place]}",
            files=[pdf(f"bien-ban-{branch.place}.pdf", b"%PDF-1.4\n%" + branch.place.encode() + b"." * number)],
            held_on=D(2026, 10, 20),
            place="Nhà văn hoá",
            attendees="Đoàn",
            subject=None,
            now=at("2026-10-20"),
        )
    return stories.found(branch, case, *[f"{SAYS[branch.place]} còn thiếu."] * branch.times)[0]


def _to_release(branch: Branch, case: Case) -> None:
    _verifying(branch, case)
    stories.verified(branch, case)
    stories.released(branch, case)


def _to_answers(branch: Branch, case: Case) -> None:
    """From the finding to the answers considered."""
    stories.verified(branch, case)
    stories.released(branch, case)
    stories.answered(branch, case)
    stories.considered(branch, case)


def _to_conference(branch: Branch, case: Case) -> None:
    _verifying(branch, case)
    _to_answers(branch, case)


def _conclude(branch: Branch, case: Case) -> None:
    stories.conferred(branch, case)
    stories.reported(branch, case)
    stories.appraised(branch, case)
    stories.concluded(branch, case)


def _committee(world: World, branch: Branch) -> None:
    """A case up to its published notice; at the own place with one who will withdraw and one who is replaced."""
    if branch.place == OWN:
        case = _propose(branch, [*TEAM, ("recused", "member"), ("former", "member")])
        stories.signed(branch, case)
        change = starts.ask_change(
            acting_user=branch["vice_chair"],
            case=case,
            what=ChangeRequest.What.TEAM,
            proposal={"team": [[branch.person(name).pk, part] for name, part in [*TEAM, ("recused", "member")]]},
            reason="Thay thành viên.",
            now=at("2026-10-03"),
        )
        do(branch["chair"], change, "decide", at("2026-10-04"), approves="yes", answer="")
        stories.prepared(branch, case)
        stories.announced(branch, case)
        stories.self_reported(branch, case)
        _evidence(branch, case)
        _to_notice(branch, case)
    else:
        case = case_at(branch, "notified")
    put_case(world, branch.place, case)


def case_at(branch: Branch, stage: str) -> Case:
    """Another case of the branch at a stage: proposed, verifying, released, conference, concluded (with opinions
    reserved) or notified."""
    case = _propose(branch)
    if stage == "proposed":
        return case
    _verifying(branch, case)
    if stage == "released":
        stories.verified(branch, case)
        stories.released(branch, case)
    elif stage != "verifying":
        _to_answers(branch, case)
    if stage == "concluded":
        for one in case.findings.all():
            _reserve(branch, one)
    if stage in ("concluded", "notified"):
        _conclude(branch, case)
    if stage == "notified":
        stories.noticed(branch, case)
    return case


def _reserve(branch: Branch, finding: Finding) -> None:
    reserve_opinion(
        acting_user=branch["dm_secretary"], finding=finding, text="Chi bộ bảo lưu.", now=at("2026-10-29", 15)
    )


def _to_notice(branch: Branch, case: Case) -> None:
    """From the finding to the published notice."""
    _to_answers(branch, case)
    _conclude(branch, case)
    stories.noticed(branch, case)


def _cell(world: World, branch: Branch) -> None:
    """The cell's own case about a member, without a team, up to its published notice."""
    member = world.row("no_log_in", CHILD)
    subjects = [SubjectChoice(branch.organisation("dong_muoi"), member)]
    case = _propose(branch, [], subjects=subjects)
    stories.signed(branch, case)
    stories.announced(branch, case)
    stories.self_reported(branch, case)
    stories.found(branch, case, f"{SAYS[CHILD]} còn thiếu.")
    add_paper(
        acting_user=branch["member"],
        case=case,
        kind=PaperKind.objects.get(code="working_minutes"),
        body=f"Làm việc: {SAYS[CHILD]}",
        files=[pdf(f"bien-ban-{CHILD}.pdf", b"%PDF-1.4\n%" + CHILD.encode())],
        held_on=D(2026, 10, 20),
        place="Nhà văn hoá",
        attendees="Chi bộ",
        subject=None,
        now=at("2026-10-20"),
    )
    stories.reported(branch, case)
    stories.concluded(branch, case)
    stories.noticed(branch, case)
    put_case(world, CHILD, case)
    suspended = starts.suspend_member(
        acting_user=branch["chair"],
        case=case,
        subject=case.subjects.get(),
        number="02-QĐ/CB",
        signed_on=D(2026, 11, 20),
        reason=f"Vi phạm nghiêm trọng: {SAYS[CHILD]}",
        now=at("2026-11-20"),
    )
    world.put("suspension", CHILD, suspended)
    world.put("proposed", CHILD, _propose(branch, [], subjects=subjects, day="2026-11-16"))


def _boards(world: World) -> None:
    """The reports of this Monday, and in every place one report that was asked for, by who leads it, about its cell."""
    make_weekly_reports(casts.NOW)
    committees = {OWN: "commune", SIBLING: "ward", PARENT: "province", CHILD: "commune"}
    for place, by in {OWN: "chair", SIBLING: "stranger", PARENT: "province_chair", CHILD: "dm_deputy"}.items():
        committee = world.cast.organisation(committees[place])
        world.put("weekly", place, WeeklyReport.objects.get(organisation=committee))
        case = world.row("case", place)
        clock = Deadline.objects.live().get(case_id=case.pk, item_id=world.row("correction", place).pk, duty="correct")
        words = f"Vì sao chậm: {SAYS[place]}"
        (asked,) = ask_report(
            acting_user=world.cast[by], deadlines=[clock], words=words, due_on=D(2026, 11, 30), now=casts.NOW
        )
        world.put("asked", place, asked)


def put_case(world: World, place: str, case: Case) -> None:
    """The case and the first of its rows stand for all of their kind."""
    case.refresh_from_db()
    minutes = Paper.objects.filter(case=case, kind__code="working_minutes").earliest("pk")
    world.put("case", place, case)
    world.put("paper", place, minutes)
    world.put("attachment", place, Attachment.objects.get(item_id=minutes.pk, name=f"bien-ban-{place}.pdf"))
    world.put("finding", place, case.findings.earliest("pk"))
    world.put("correction", place, Correction.objects.filter(demand__notice__case=case).earliest("pk"))
    world.put("deadline", place, Deadline.objects.filter(case_id=case.pk, duty="self_report").get())
    world.put("clock", place, _clock_of(case))


def _clock_of(case: Case) -> Deadline:
    """The clock of the whole case, or of its verification."""
    clocks = Deadline.objects.filter(case_id=case.pk, duty__in=["whole_case", "verify"])
    return clocks.order_by("-duty", "-pk").first()


def _tables(world: World) -> None:
    """Rows of reference tables: the same wherever one stands, since they count for the whole tree."""
    row = TeamLimit.objects.get(level=None)
    for place in PLACES:
        world.put("table_row", place, row)


def _rows_beside(world: World, branch: Branch) -> None:
    """What every place has besides its case: a proposal, programmes, offices, people, a spreadsheet."""
    place, cast = branch.place, world.cast
    if place != CHILD:
        world.put("proposed", place, _propose(branch, day="2026-11-16"))
    world.put("task", place, item_of(world.row("proposed", place), "sign"))
    world.put("body", place, branch.organisation("ubkt"))
    world.put("committee", place, branch.organisation("commune"))
    term = add_term(
        acting_user=cast.root,
        organisation=branch.organisation("commune"),
        name=f"Khoá cũ, {SAYS[place]}",
        starts_on=D(2020, 7, 1),
        ends_on=D(2025, 6, 30),
        now=cast.now,
    )
    world.put("term", place, term)
    # long past, so that it counts for nothing that is asked here
    day = add_day(
        acting_user=cast.root,
        organisation=branch.organisation("commune"),
        day=D(2021, 6, 1),
        kind="rest",
        # read by everybody below, as it counts for them
        name=f"Ngày nghỉ riêng, {place}",
        legal_basis="9-QĐ/UBND",
        now=cast.now,
    )
    world.put("local_day", place, day)
    world.put("criteria", place, _criteria_of(world, branch))
    above = {SIBLING: "ward", PARENT: "province"}.get(place, "commune")
    world.put("idle", place, cast.add_organisation(f"idle_{place}", f"Chi bộ chờ {place.title()}", "cell", above))
    gone = cast.add_organisation(f"gone_{place}", f"Chi bộ thôi hoạt động {place.title()}", "cell", above)
    dissolve_organisation(
        acting_user=cast.root,
        organisation=gone,
        successor=world.row("idle", place),
        on=D(2026, 11, 2),
        paper="5-QĐ/TU",
        now=cast.now,
    )
    gone.refresh_from_db()
    world.put("gone", place, gone)
    world.put("person", place, branch.person("chair"))
    world.put("office", place, branch.office("chair"))
    for year, kind in ((2026, "adopted"), (2027, "programme")):
        programme = programme_of(branch, year)
        world.put(kind, place, programme)
        world.put(f"{kind}_line", place, programme.lines.get())
    adopted = world.row("adopted", place)
    do(branch["officer"], adopted, "draft", at("2026-01-06"), outcome="submit")
    do(branch["chair"], adopted, "adopt", at("2026-01-08"), outcome="adopt")
    if place in (SIBLING, PARENT):
        world.put(
            "delegation",
            place,
            delegate(
                acting_user=cast.root,
                office=branch.office("chair"),
                deputy=branch.person("member"),
                starts_on=D(2026, 11, 1),
                ends_on=D(2026, 12, 31),
                now=cast.now,
            ),
        )
    _schemes(world, branch)
    for kind, rows in (("import", []), ("doubtful", [["97.101.088.000.000", "Tổ chức lạ", "loại lạ"]])):
        one = begin_import(
            acting_user=cast.root,
            kind=KINDS["organisations"],
            target=branch.organisation("commune"),
            upload=SimpleUploadedFile(f"so-lieu-{kind}-{place}.xlsx", workbook(rows)),
            now=cast.now,
        )
        world.put(kind, place, one)


def _schemes(world: World, branch: Branch) -> None:
    """A scheme with its rows, a review planned and one held, and a scheme of which nothing is there yet."""
    place = branch.place
    scheme = scheme_of(branch, SAYS[place])
    world.put("scheme", place, scheme)
    world.put("spare_scheme", place, scheme_of(branch, f"Thứ hai: {SAYS[place]}"))
    world.put("task_group", place, scheme.groups.earliest("position"))
    event = event_of(branch, scheme)
    world.put("scheme_task", place, event.task)
    world.put("scheme_event", place, event)
    by = keeper_of(branch)
    counted = indicators.IndicatorFacts(f"Được kiểm tra: {SAYS[place]}", "more", "cells_examined")
    indicator = indicators.add_indicator(scheme=scheme, facts=counted, **by)
    world.put("indicator", place, indicator)
    typed = indicators.IndicatorFacts(f"Đếm tay: {SAYS[place]}", "less", unit="buổi")
    typed_one = indicators.add_indicator(scheme=scheme, facts=typed, **by)
    world.put("typed_indicator", place, typed_one)
    value = indicators.TypedFacts(scheme.organisation, 2026, Decimal(7), f"40-BC/ĐU, {SAYS[place]}")
    indicators.type_figure(indicator=typed_one, facts=value, **by)
    held = review_of(branch, scheme)
    words = {"held_on": D(2026, 11, 20), "assessment": f"Chuyển biến: {SAYS[place]}"}
    do(by["acting_user"], held, "hold_review", at("2026-11-20"), **words)
    world.put("kept_figure", place, held.figures.get(indicator=indicator, organisation=scheme.organisation))
    world.put("held_review", place, held)
    world.put("review", place, review_of(branch, scheme, D(2026, 12, 20)))


def keeper_of(branch: Branch) -> dict[str, Any]:
    """Who keeps the scheme of the place, on a day before the tests."""
    return {"acting_user": branch["officer" if branch.place == CHILD else "office_chief"], "now": at("2026-11-05")}


def scheme_of(branch: Branch, name: str) -> Scheme:
    """A scheme of the place; that of the province concerns one cell of its own, so that nobody else reads of it."""
    is_top = branch.place == PARENT
    facts = schemes.SchemeFacts(
        name=name,
        aim=f"Mục tiêu: {SAYS[branch.place]}",
        first_year=2026,
        last_year=2027,
        paper=f"3-ĐA, {branch.place}",
        all_below=not is_top,
        organisations=[branch.organisation("dong_muoi")] if is_top else [],
    )
    return schemes.begin_scheme(organisation=branch.organisation("commune"), facts=facts, **keeper_of(branch))


def event_of(branch: Branch, scheme: Scheme) -> SchemeEvent:
    """A task of the first group, and what was done for it."""
    by, says = keeper_of(branch), SAYS[branch.place]
    given = tasks.TaskFacts(f"Quán triệt: {says}", [scheme.organisation])
    task = tasks.add_task(group=scheme.groups.earliest("position"), facts=given, **by)
    facts = tasks.EventFacts(
        EventKind.objects.earliest("pk"), D(2026, 11, 4), f"Tập huấn: {says}", scheme.organisation, 12, "7-KH"
    )
    return tasks.record_event(task=task, facts=facts, **by)


def review_of(branch: Branch, scheme: Scheme, due_on: datetime.date = D(2026, 12, 1)) -> Review:
    return reviews.plan_review(scheme=scheme, kind="interim", year=2026, due_on=due_on, **keeper_of(branch))


# place -> the cell whose meetings are looked at, and its secretary
CELLS = {
    OWN: ("dong_muoi", "dm_secretary"),
    SIBLING: ("ward_cell", "stranger_secretary"),
    PARENT: ("province_cell", "province_cell_secretary"),
    CHILD: ("thcs", "thcs_secretary"),
}


def _meetings(world: World) -> None:
    """At every place a cell whose November meeting is held and closed, and one that is planned."""
    for place, (cell, secretary) in CELLS.items():
        doer = world.cast.person("dm_doer") if place == OWN else None
        month = meetings.month_of(world.cast, cell, secretary, SAYS[place], doer)
        for kind, row in month.items():
            world.put(kind, place, row)
    # the cell below has one case of its own, concluded on the evening of its meeting: the same seen from everywhere
    case = world.row("case", CHILD)
    case.sittings.update(held_on=D(2026, 11, 3), members=3, present=3, votes_for=3)
    for place in PLACES:
        world.put("case_of_cell", place, case)


# place -> who is named to follow its cell
FOLLOWERS = {OWN: "follower", SIBLING: "ward_secretary", PARENT: "province_chair", CHILD: "follower"}


def _superiors(world: World) -> None:
    """At every place a superior attended the meeting and left remarks: one that is open, one that was a sign."""
    cast = world.cast
    leader = cast["province_secretary"]
    for place in PLACES:
        meeting, cell = world.row("closed_meeting", place), world.row("meeting_cell", place)
        by: dict[str, Any] = {"acting_user": leader, "now": meetings.moment("2026-11-20 09:00")}
        world.put("visit", place, remarks.mark_visit(meeting=meeting, note=SAYS[place], **by))
        for kind in ("remark", "proposed_remark", "sign_remark"):
            text = f"Góp ý về {SAYS[place]}"
            left = remarks.leave_remark(meeting=meeting, text=text, answer_by=D(2026, 12, 1), **by)
            world.put(kind, place, left)
        proposal = supervising.propose_supervision(
            remark=world.row("proposed_remark", place), why=f"Đề xuất: {SAYS[place]}", **by
        )
        world.put("proposal", place, proposal)
        secretary, noon = cast[CELLS[place][1]], meetings.moment("2026-11-21 12:00")
        remarks.answer_remark(acting_user=secretary, remark=left, answer=f"Tiếp thu: {SAYS[place]}", now=noon)
        topic = SupervisionTopic.objects.first()
        assert topic is not None
        outcome = SupervisionOutcome.objects.get(name__startswith="Nhắc nhở")
        opened = supervising.supervise(remark=left, topic=topic, outcome=outcome, sign=SAYS[place], **by)
        world.put("supervision", place, opened)
        followed = follow(
            person=cast.person(FOLLOWERS[place]), cells=[cell], starts_on=D(2026, 11, 1), paper="9-TB/ĐU", **by
        )
        (row,) = followed.made
        world.put("following", place, row)


def _criteria_of(world: World, branch: Branch) -> CriteriaSet:
    """A criteria set of the place's own, to come, so that it counts for nothing that is asked here."""
    return adopt_criteria(
        acting_user=world.cast.root,
        organisation=branch.organisation("commune"),
        given=SetGiven(
            VALUES | {"name": f"Bộ tiêu chí riêng, {branch.place}"},
            [LineGiven("Nội dung sinh hoạt", Decimal(100), "Nội dung")],
        ),
        reason="HD 9",
        now=world.cast.now,
    )


def workbook(rows: list[list[str]]) -> bytes:
    """A spreadsheet of organisations with these rows: code, name, type."""
    book = load_workbook(BytesIO(blank_workbook(KINDS["organisations"])))
    for row in rows:
        book.worksheets[0].append(row)
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def programme_of(branch: Branch, year: int) -> Programme:
    """A programme of the year with one line, being drafted."""
    programme = starts.begin_programme(
        acting_user=branch["officer"],
        organisation=branch.organisation("ubkt"),
        horizon="year",
        first_year=year,
        last_year=year,
        now=at("2026-01-05"),
    )
    add_line_to(branch, programme)
    return programme


def add_line_to(branch: Branch, programme: Programme) -> None:
    """One more line about what everything at the place is about."""
    is_cell = branch.place == CHILD
    facts = programmes.LineFacts(
        kind=branch.kinds["GSCD"],
        content=SAYS[branch.place],
        year=programme.first_year,
        organisations=[] if is_cell else [branch.organisation("dong_muoi")],
        all_below=is_cell,
    )
    programmes.add_line(acting_user=branch["officer"], programme=programme, facts=facts, now=at("2026-01-05"))


def _stages(world: World, branch: Branch) -> None:
    """Cases of the own body at the stages that some pages need."""
    with_recused = [*TEAM, ("recused", "member")]
    cases = {name: _propose(branch, with_recused) for name in ("verifying", "released", "conference", "concluded")}
    world.put("draft_finding", OWN, _verifying(branch, cases["verifying"]))
    request = starts.ask_about_clock(
        acting_user=branch["vice_chair"],
        clock=_clock_of(cases["verifying"]),
        what="extension",
        amount=2,
        reason="Mưa lũ chia cắt địa bàn.",
        now=at("2026-10-21"),
    )
    do(branch["chair"], request, "decide", at("2026-10-22"), approves="no", paper="", answer="Còn đủ thời gian.")
    _to_release(branch, cases["released"])
    world.put("clock", OWN, _clock_of(cases["released"]))
    _to_conference(branch, cases["conference"])
    _to_conference(branch, cases["concluded"])
    _reserve(branch, cases["concluded"].findings.get())
    _conclude(branch, cases["concluded"])
    for name, case in cases.items():
        world.put(name, OWN, case)
    world.put("disputed_finding", OWN, cases["conference"].findings.earliest("pk"))
    do(
        branch["vice_chair"],
        cases["verifying"],
        "verify",
        at("2026-10-22"),
        outcome="more",
        subjects=[cases["verifying"].subjects.get().pk],
        text="Bổ sung sổ nghị quyết quý III.",
        due_on=D(2026, 12, 1),
    )
    _of_member(world, branch)
    _corrected(world, branch)
    returned = _propose(branch, with_recused)
    do(branch["chair"], returned, "sign", at("2026-10-02"), outcome="return", reason="Bổ sung căn cứ.")
    world.put("returned", OWN, returned)
    waiting = _propose(branch, with_recused, day="2026-11-17")
    item = item_of(waiting, "sign")
    services.take(acting_user=branch["chair"], item=item, now=at("2026-11-18"))
    world.put("claimed", OWN, item)
    # claimed by one who then withdraws, and by one who then loses the office
    for key in ("recused", "former"):
        held = item_of(_propose(branch, with_recused, day="2026-11-17"), "sign")
        services.take(acting_user=world.cast[key], item=held, now=at("2026-11-18"))
        world.put(f"claimed_by_{key}", OWN, held)


def _of_member(world: World, branch: Branch) -> None:
    """A case about a member, announced."""
    subjects = [SubjectChoice(branch.organisation("dong_muoi"), world.row("no_log_in"))]
    case = _propose(branch, [*TEAM, ("recused", "member")], subjects=subjects)
    stories.signed(branch, case)
    stories.prepared(branch, case)
    stories.announced(branch, case)
    world.put("of_member", OWN, case)


def _quality(world: World) -> None:
    """At every place a checklist and a sample of the meetings of its case; at the own place also open ones."""
    for place in PLACES:
        put_quality(world, place, world.row("case", place))
    # its period is made to reach over the meetings of November
    case = world.row("verifying")
    Case.objects.filter(pk=case.pk).update(examined_to=D(2026, 11, 10))
    subject = case.subjects.get()
    by: dict[str, Any] = {"acting_user": world.cast["vice_chair"], "subject": subject, "after": 0, "now": casts.NOW}
    checklist = draw_up(**by)
    world.put("verifying_subject", OWN, subject)
    world.put("open_checklist", OWN, checklist)
    world.put("open_item", OWN, checklist.items.get(code="committee"))
    world.put("open_sample", OWN, draw_sample(given=DrawGiven("random", 1, "muối"), **by))


def put_quality(world: World, place: str, case: Case) -> None:
    """What a team left of the meetings of its case, as rows: the cases of the world are long over, that of the cell is
    about a member. A finding of it was recorded from the line."""
    subject, user, meeting = case.subjects.earliest("pk"), case.proposed_by, world.row("closed_meeting", place)
    whole: dict[str, Any] = {"case": case, "subject": subject, "number": 1, "drawn_by": user, "drawn_at": casts.NOW}
    checklist = Checklist.objects.create(examined_from=case.examined_from, examined_to=case.examined_to, **whole)
    line = ChecklistLine.objects.get(code="minutes")
    row = {"code": "lacks", "values": {"day": "2026-11-03", "lacks": ["minutes"]}, "meeting": meeting.pk}
    item = ChecklistItem.objects.create(
        checklist=checklist,
        line=line,
        code=line.code,
        position=line.position,
        title=line.title,
        asked=line.asked,
        limit=0,
        state="shortcoming",
        told=[{"code": "minutes", "values": {"faulty": 1, "whole": 1}}],
        rows=[row],
    )
    LineFinding.objects.create(item=item, finding=case.findings.earliest("pk"))
    population = [{"meeting": meeting.pk, "day": "2026-11-03", "is_thematic": False, "total": None, "faults": 1}]
    sample = Sample.objects.create(rule="random", size=1, seed="muối", population=population, **whole)
    SampledMeeting.objects.create(sample=sample, meeting=meeting, position=1)
    rows = {"subject": subject, "checklist": checklist, "checklist_item": item, "sample": sample}
    for kind, one in rows.items():
        world.put(kind, place, one)


def _corrected(world: World, branch: Branch) -> None:
    """A case with two corrections: one is reported with its proof and lies before the monitor, the other is overdue."""
    case = _propose(branch, [*TEAM, ("recused", "member")])
    branch.times = 2
    _to_conference(branch, case)
    branch.times = 1
    _conclude(branch, case)
    stories.noticed(branch, case, due=D(2026, 11, 22))
    rows = Correction.objects.filter(demand__notice__case=case).order_by("demand__position")
    correction, overdue = rows
    world.put("overdue", OWN, overdue)
    by_cell = branch["dm_secretary"]
    lines = {
        "line-TOTAL_FORMS": 1,
        "line-INITIAL_FORMS": 0,
        "line-0-finding": correction.demand.findings.get().pk,
        "line-0-remedy": f"Sửa ngay: {SAYS[OWN]}",
        "line-0-due_on": D(2026, 11, 20),
        "line-0-product": "Sổ mới",
    }
    do(by_cell, correction, "plan", at("2026-11-10"), **lines)
    action = correction.actions.get()
    do(branch["officer"], correction, "judge_plan", at("2026-11-11"), **{f"verdict_{action.pk}": "accept"})
    do(
        by_cell,
        correction,
        "carry_out",
        at("2026-11-16"),
        files={f"files_{action.pk}": [pdf("so-moi.pdf")]},
        **{f"text_{action.pk}": f"Đã sửa: {SAYS[OWN]}", f"done_on_{action.pk}": D(2026, 11, 13)},
    )
    world.put("corrected", OWN, correction)


def _recuse_and_end(world: World) -> None:
    """One withdraws from every case of the own body; another loses all the offices he had."""
    cast = world.cast
    for case in Case.objects.filter(organisation=cast.organisation("ubkt")):
        starts.withdraw_from_case(
            acting_user=cast["recused"], case=case, reason="Có quan hệ họ hàng.", now=at("2026-11-19")
        )
    cast.add_user("gone", "Lò Văn Nghỉ", "inspection_vice_chair", "ubkt")
    deactivate_person(acting_user=cast.root, person=cast.person("gone"), reason="Nghỉ hưu.", now=cast.now)
    former = cast.person("former")
    offices = [cast.offices["former"]]
    for role, organisation in (
        ("inspection_chair", "ubkt"),
        ("administrator", "commune"),
        ("office_chief", "commune"),
        ("cell_secretary", "dong_muoi"),
    ):
        offices.append(
            give_office(
                acting_user=cast.root,
                person=former,
                role=role,
                organisation=cast.organisation(organisation),
                starts_on=SINCE,
                now=cast.now,
            )
        )
    for office in offices:
        end_office(acting_user=cast.root, office=office, last_day=YESTERDAY, now=cast.now, paper="20-QĐ/ĐU")


def _reminders(world: World) -> None:
    """What the ladder sends on the morning of the tests; a calendar feed of the chair."""
    for place in PLACES:
        correction = world.row("correction", place)
        clock = Deadline.objects.get(case_id=correction.demand.notice.case_id, duty="correct", item_id=correction.pk)
        # whichever rung is reached on that morning tells everybody
        Rung.objects.filter(code__in=["before_15", "before_7"]).update(tells_watching=True, tells_leaders=True)
        world.put("reminded", place, clock)
    sweep(now=world.cast.now, today=world.cast.now.date())
    for place in PLACES:
        told = Message.objects.filter(reminder__deadline=world.row("reminded", place))
        world.put("message", place, told.get(user=Branch(world.cast, place)["chair"]))
    FeedAddress.objects.create(user=world.cast["chair"], digest=digest_of(FEED_TOKEN), made_at=world.cast.now)


def follow_up(world: World) -> None:
    """On the day of the tests: what is overdue is carried into a case; one is accepted and found recurring, another
    waits for its second look."""
    cast, correction, overdue = world.cast, world.row("corrected"), world.row("overdue")
    old = correction.demand.notice.case
    proposal = opening.Proposal(
        organisation=old.organisation, kind=old.kind, content=old.content, reason="Quá hạn.", team=opening.team_of(old),
        subjects=opening.subject_choices(old.subjects.all()), examined_from=old.examined_from,
        examined_to=old.examined_to, starts_on=old.starts_on, ends_on=old.ends_on,
    )  # fmt: skip
    starts.carry_into_case(
        acting_user=cast["officer"], correction=overdue, others=[], proposal=proposal, now=at("2026-11-23")
    )
    FollowUpRule.objects.update(look_again_after=0)
    stories.judged(cast, correction, "judge_report", "2026-11-23", accepts=True)
    again = {"outcome": "recurring", "reason": "Lại thiếu.", "due_day": D(2027, 1, 31)}
    do(cast["officer"], correction, "look", at("2026-11-23", 10), due_words="before", **again)
    other = world.row("correction")
    stories.planned(cast, other, "dm_secretary", "2026-11-23", product="Nghị quyết")
    stories.judged(cast, other, "judge_plan", "2026-11-23", accepts=True)
    stories.carried_out(cast, other, "dm_secretary", "2026-11-23")
    stories.judged(cast, other, "judge_report", "2026-11-23", accepts=True)


def open_items(case: Case) -> list[WorkItem]:
    """The open work of a case."""
    return list(WorkItem.objects.filter(case=case, done_at__isnull=True))


def written(day: datetime.date) -> str:
    """A date as it is typed."""
    return day.strftime("%d/%m/%Y")
