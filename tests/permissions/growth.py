"""Three times as much of everything, so that a page that asks a row at a time shows itself."""

import datetime
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Model

from inspections.cases.models import Case
from inspections.findings.models import Demand, Finding
from inspections.imports.models import Import
from inspections.imports.plans import KINDS
from inspections.imports.services import begin_import
from inspections.meetings import models as meetings
from inspections.meetings.services.planning import plan_meeting
from inspections.organisations.models import Delegation, Office, Organisation, Person
from inspections.organisations.services import add_person, delegate, give_office
from inspections.programmes.models import Programme, ProgrammeLine
from inspections.quality.models import Checklist, ChecklistItem, Sample, SampledMeeting
from inspections.quality.services.checklists import JudgedGiven, draw_up, judge_lines
from inspections.quality.services.samples import DrawGiven, draw_sample
from inspections.remedies.models import Correction, RemedyAction
from inspections.reminders.models import Message, Reminder
from inspections.reminders.services.sweeping import sweep
from inspections.schemes.models import EventKind, Indicator, Review, Scheme, SchemeEvent, SchemeTask
from inspections.schemes.services import indicators, tasks
from project.demo.cast import SINCE, at
from project.demo.drive import do, inbox
from tests.keeping import add_day
from tests.permissions.world import (
    OWN,
    Branch,
    World,
    add_line_to,
    case_at,
    event_of,
    keeper_of,
    programme_of,
    put_case,
    put_quality,
    review_of,
    scheme_of,
    workbook,
)

ROWS: dict[type[Model], str] = {  # what pages list -> the lookup of the path it hangs on
    Organisation: "path",
    Person: "organisation__path",
    Office: "organisation__path",
    Delegation: "office__organisation__path",
    Import: "organisation__path",
    Programme: "organisation__path",
    ProgrammeLine: "programme__organisation__path",
    Case: "org_path",
    Finding: "case__org_path",
    Demand: "notice__case__org_path",
    Checklist: "case__org_path",
    ChecklistItem: "checklist__case__org_path",
    Sample: "case__org_path",
    Correction: "demand__notice__case__org_path",
    RemedyAction: "correction__demand__notice__case__org_path",
    Scheme: "organisation__path",
    SchemeTask: "group__scheme__organisation__path",
    SchemeEvent: "task__group__scheme__organisation__path",
    Indicator: "scheme__organisation__path",
    Review: "scheme__organisation__path",
    Message: "reminder__deadline__org_path",
    meetings.Meeting: "org_path",
    meetings.CriteriaSet: "organisation__path",
    meetings.AgendaItem: "meeting__org_path",
    meetings.RollCallMark: "meeting__org_path",
    meetings.ResolutionItem: "organisation__path",
}


def sizes(world: World) -> dict[str, int]:
    """Name of the model -> how many rows of it there are in the tree of the own place."""
    path = world.row("committee").path
    found = {
        model.__name__: model._default_manager.filter(**{f"{lookup}__startswith": path}).count()
        for model, lookup in ROWS.items()
    }
    return {**found, "my work": len(inbox(world.cast["chair"], world.cast.now))}


def plan(branch: Branch, correction: Correction) -> None:
    """The cell's plan, one line or as many as the branch makes of everything."""
    fields: dict[str, Any] = {"line-TOTAL_FORMS": branch.times, "line-INITIAL_FORMS": 0}
    for number in range(branch.times):
        fields |= {
            f"line-{number}-pk": "",
            f"line-{number}-finding": correction.demand.findings.get().pk,
            f"line-{number}-remedy": "Chi uỷ phân công người chuẩn bị từng kỳ sinh hoạt.",
            f"line-{number}-due_on": correction.due_on,
            f"line-{number}-product": "Nghị quyết",
        }
    do(branch["dm_secretary"], correction, "plan", at("2026-11-12"), **fields)


def grow(world: World) -> None:
    """Makes three times as much of everything. What stands for its kind is then a row with three times as much."""
    before = sizes(world)
    branch = Branch(world.cast, OWN)
    branch.times = 3
    _tree(world, before)
    _programmes(world, branch, before)
    _schemes(world, branch, before)
    for number in range(2 * before["Import"]):
        begin_import(
            acting_user=world.cast.root,
            kind=KINDS["organisations"],
            target=world.row("committee"),
            upload=SimpleUploadedFile(f"so-lieu-{number}.xlsx", workbook([])),
            now=world.cast.now,
        )
    stages = ("verifying", "released", "conference", "concluded", *["notified"] * 3)
    for stage in stages:
        world.put(stage, OWN, case_at(branch, stage))
    for _case in range(2 * before["Case"] - len(stages)):
        case_at(branch, "proposed")
    put_case(world, OWN, world.row("notified"))
    _quality(world)
    world.put("draft_finding", OWN, world.row("verifying").findings.earliest("pk"))
    world.put("disputed_finding", OWN, world.row("conference").findings.earliest("pk"))
    # of what is in its place people are reminded as of what was there
    sweep(now=world.cast.now, today=world.cast.now.date())
    for correction in Correction.objects.filter(demand__notice__case=world.row("case")).order_by("pk"):
        plan(branch, correction)
    _reminders(world)
    _meetings(world, before)


def _quality(world: World) -> None:
    """Checklists, lines, judgements and samples of the case that stands for all, and of the one that is open."""
    put_quality(world, OWN, world.row("case"))
    by = {"acting_user": world.cast["vice_chair"], "subject": world.row("verifying_subject"), "now": world.cast.now}
    for after in range(1, 6):
        checklist = draw_up(after=after, **by)
        wish = DrawGiven("random", 1, "muối", "Thêm một buổi.")
        sample = draw_sample(after=after, given=wish, **by)
    facts = {item.pk: JudgedGiven("not_examined", "Chưa xem.") for item in checklist.items.all()}
    judge_lines(acting_user=world.cast["vice_chair"], checklist=checklist, given=facts, now=world.cast.now)
    world.put("open_checklist", OWN, checklist)
    world.put("open_item", OWN, checklist.items.get(code="committee"))
    world.put("open_sample", OWN, sample)
    line, meeting = world.row("checklist_item"), world.row("closed_meeting")
    for number in range(2):
        line.pk, line.code = None, f"line-{number}"
        line.rows = [line.rows[0]] * 9
        line.save()
    SampledMeeting.objects.bulk_create(
        SampledMeeting(sample=world.row("sample"), meeting=one, position=position)
        for position, one in enumerate(meetings.Meeting.objects.exclude(pk=meeting.pk)[:4], start=2)
    )


def _reminders(world: World) -> None:
    """Every message twice more, as if somebody had reminded by hand on the days before; and those of the chair's."""
    for message in list(Message.objects.select_related("reminder")):
        for days in (1, 2):
            reminder, _made = Reminder.objects.get_or_create(
                deadline_id=message.reminder.deadline_id,
                rung=None,
                on_day=world.cast.now.date() - datetime.timedelta(days=days),
                defaults={
                    "due_on": message.reminder.due_on,
                    "outcome": "sent",
                    "why": "by_hand",
                    "sent_by": world.cast["secretary"],
                    "recorded_at": world.cast.now,
                },
            )
            Message.objects.get_or_create(
                reminder=reminder,
                user_id=message.user_id,
                defaults={"concern": message.concern, "via_id": message.via_id, "made_at": world.cast.now},
            )


def _meetings(world: World, before: dict[str, int]) -> None:
    """Meetings of the own cell; all that hangs on the one that is closed; criteria sets of the commune."""
    cast, cell, closed = world.cast, world.cast.organisation("dong_muoi"), world.row("closed_meeting")
    for number in range(2 * before["Meeting"]):
        plan_meeting(
            acting_user=cast["dm_secretary"],
            organisation=cell,
            kind="thematic",
            planned_at=cast.now + datetime.timedelta(minutes=number + 1),
            place="Nhà văn hoá",
            topic=f"Chuyên đề {number}",
            now=cast.now,
        )
    person = cast.person("dm_secretary")
    items = meetings.ResolutionItem.objects.bulk_create(
        meetings.ResolutionItem(
            meeting=closed,
            organisation=cell,
            position=number,
            person=person,
            text="Vận động hộ",
            due_on=cast.now.date(),
        )
        for number in range(20, 2 * before["ResolutionItem"] + 20)
    )
    meetings.ItemRating.objects.bulk_create(
        meetings.ItemRating(item=item, meeting=closed, is_done=False) for item in items
    )
    meetings.AgendaItem.objects.bulk_create(
        meetings.AgendaItem(meeting=meeting, position=number, title="Nội dung", preparer=person, carried=items[0])
        for meeting in (closed, world.row("prepared_meeting"))
        for number in range(50, 50 + before["AgendaItem"])
    )
    everybody = Person.objects.exclude(pk__in=closed.marks.values("person")).order_by("pk")
    people = list(everybody[: 2 * before["RollCallMark"]])
    meetings.RollCallMark.objects.bulk_create(
        meetings.RollCallMark(meeting=closed, person=one, standing="official", mark="present") for one in people
    )
    meetings.Speaker.objects.bulk_create(meetings.Speaker(meeting=closed, person=one) for one in people)
    meetings.Ballot.objects.bulk_create(
        meetings.Ballot(meeting=closed, question=f"Việc {number}", eligible=3, yes=3, no=0) for number in range(3)
    )
    for correction in closed.corrections.all():
        correction.pk = None
        meetings.Correction.objects.bulk_create([correction])
    for number in range(2 * before["CriteriaSet"]):
        criteria = world.row("criteria")
        criteria.pk, criteria.valid_from = None, datetime.date(2030 + number, 1, 1)
        criteria.save()


def _tree(world: World, before: dict[str, int]) -> None:
    """Cells with their secretaries; members, offices and deputies of those whose pages are asked."""
    cast = world.cast
    for number in range(2 * before["Organisation"]):
        key = f"grown{number}"
        cast.add_organisation(key, f"Chi bộ Mới {number}", "cell", "commune", f"97.101.{100 + number}.000.000", "CB")
        cast.add_user(f"secretary_of_{key}", f"Mới Văn {number}", "cell_secretary", key)
        add_day(
            acting_user=cast.root,
            organisation=cast.organisation("commune"),
            day=datetime.date(2027, 1, 1) + datetime.timedelta(days=number),
            kind="rest",
            name="Ngày hội muối",
            legal_basis="12-QĐ/UBND",
            now=cast.now,
        )
    for number in range(2 * before["Person"]):
        place = cast.organisation("dong_muoi" if number % 2 else "ubkt")
        add_person(acting_user=cast.root, now=cast.now, full_name=f"Thêm Văn {number}", organisation=place)
    for number in range(2 * before["Office"]):
        give_office(
            acting_user=cast.root,
            person=cast.person("chair"),
            role="committee_member",
            organisation=cast.organisation("commune"),
            starts_on=SINCE - datetime.timedelta(days=500 - number),
            ends_on=SINCE - datetime.timedelta(days=500 - number),
            now=cast.now,
        )
    # nobody deputises twice at one time in one office
    grown = 2 * before["Organisation"]
    for number in range(2 * before["Delegation"]):
        delegate(
            acting_user=cast.root,
            office=cast.offices[("chair", "vice_chair", "officer")[number // grown]],
            deputy=cast.person(f"secretary_of_grown{number % grown}"),
            starts_on=datetime.date(2026, 11, 1),
            ends_on=datetime.date(2026, 12, 31),
            now=cast.now,
        )


def _schemes(world: World, branch: Branch, before: dict[str, int]) -> None:
    """Schemes, tasks with what was done for them, indicators, and reviews."""
    scheme = world.row("scheme")
    by = keeper_of(branch)
    for number in range(before["Indicator"]):
        counted = indicators.IndicatorFacts(f"Đếm từ sổ, số {number}", "more", "meetings_held")
        indicators.add_indicator(scheme=scheme, facts=counted, **by)
        typed = indicators.IndicatorFacts(f"Đếm tay, số {number}", "less", unit="buổi")
        one = indicators.add_indicator(scheme=scheme, facts=typed, **by)
        figure = indicators.TypedFacts(scheme.organisation, 2026, Decimal(number), "41-BC/ĐU")
        indicators.type_figure(indicator=one, facts=figure, **by)
    for number in range(2 * before["Scheme"]):
        scheme_of(branch, f"Đề án số {number}")
    for number in range(2 * before["SchemeTask"]):
        event_of(branch, scheme)
        day = datetime.date(2026, 12, 21) + datetime.timedelta(days=number)
        for more in range(before["Review"] // before["SchemeTask"]):
            review_of(branch, scheme, day + datetime.timedelta(days=100 * more))
    task = world.row("scheme_task")
    facts = tasks.EventFacts(
        EventKind.objects.latest("pk"), datetime.date(2026, 11, 4), "Đôn đốc", scheme.organisation, 3, "9-CV"
    )
    for _event in range(2):
        tasks.record_event(task=task, facts=facts, **keeper_of(branch))


def _programmes(world: World, branch: Branch, before: dict[str, int]) -> None:
    for number in range(2 * before["Programme"]):
        programme_of(branch, 2025 - number)
    programme = world.row("programme")
    for _line in range(2):
        add_line_to(branch, programme)
