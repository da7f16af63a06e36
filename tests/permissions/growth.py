"""Three times as much of everything, so that a page that asks a row at a time shows itself."""

import datetime
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Model

from inspections.cases.models import Case
from inspections.findings.models import Demand, Finding
from inspections.imports.models import Import
from inspections.imports.plans import KINDS
from inspections.imports.services import begin_import
from inspections.organisations.models import Delegation, Office, Organisation, Person
from inspections.organisations.services import add_person, delegate, give_office
from inspections.programmes.models import Programme, ProgrammeLine
from inspections.remedies.models import Correction, RemedyAction
from inspections.reminders.models import Message, Reminder
from inspections.reminders.services.sweeping import sweep
from inspections.schemes.models import Review, Scheme, SchemeEvent, SchemeTask
from inspections.schemes.services import tasks
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
    Correction: "demand__notice__case__org_path",
    RemedyAction: "correction__demand__notice__case__org_path",
    Scheme: "organisation__path",
    SchemeTask: "group__scheme__organisation__path",
    SchemeEvent: "task__group__scheme__organisation__path",
    Review: "scheme__organisation__path",
    Message: "reminder__deadline__org_path",
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
    world.put("draft_finding", OWN, world.row("verifying").findings.earliest("pk"))
    world.put("disputed_finding", OWN, world.row("conference").findings.earliest("pk"))
    # of what is in its place people are reminded as of what was there
    sweep(now=world.cast.now, today=world.cast.now.date())
    for correction in Correction.objects.filter(demand__notice__case=world.row("case")).order_by("pk"):
        plan(branch, correction)
    _reminders(world)


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
    """Schemes, tasks with what was done for them, and reviews; of indicators each takes its own counts."""
    scheme = world.row("scheme")
    for number in range(2 * before["Scheme"]):
        scheme_of(branch, f"Đề án số {number}")
    for number in range(2 * before["SchemeTask"]):
        event_of(branch, scheme)
        day = datetime.date(2026, 12, 21) + datetime.timedelta(days=number)
        for more in range(before["Review"] // before["SchemeTask"]):
            review_of(branch, scheme, day + datetime.timedelta(days=100 * more))
    task = world.row("scheme_task")
    facts = tasks.EventFacts("guidance", datetime.date(2026, 11, 4), "Đôn đốc", scheme.organisation, 3, "9-CV")
    for _event in range(2):
        tasks.record_event(task=task, facts=facts, **keeper_of(branch))


def _programmes(world: World, branch: Branch, before: dict[str, int]) -> None:
    for number in range(2 * before["Programme"]):
        programme_of(branch, 2025 - number)
    programme = world.row("programme")
    for _line in range(2):
        add_line_to(branch, programme)
