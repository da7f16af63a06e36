"""check_invariants: all hold on a world made by verbs, and a planted breach of each is found with its row."""

import datetime
import io
import os
import time
from decimal import Decimal

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.db.models import F, Model
from django.test.utils import CaptureQueriesContext
from viewflow.workflow.models import Process
from viewflow.workflow.status import PROCESS, STATUS

from inspections.calendars.models import CalendarDay
from inspections.calendars.queries import calendar_for, limit_of
from inspections.calendars.rules import due_after
from inspections.cases.models import Recusal, Suspension
from inspections.cases.services import opening
from inspections.cases.services.opening import SubjectChoice
from inspections.deadlines.models import Deadline, DeadlineSpan
from inspections.deadlines.services import start_clock
from inspections.documents import storage
from inspections.documents.models import IssuedDocument, NumberSeries
from inspections.documents.services import store_file
from inspections.findings.models import Demand, Notice
from inspections.organisations.models import Heir, Person, Succession
from inspections.organisations.services import rename_organisation
from inspections.programmes import services as programmes
from inspections.remedies.models import CarriedDemand, Correction, LookAgain
from inspections.reminders.models import Reminder
from inspections.reminders.services.sweeping import sweep
from inspections.schemes.models import KeptRow
from inspections.schemes.services import tasks
from inspections.superiors.models import AbsenceRun
from inspections.superiors.services import remarks, supervising
from permissions import triggers
from permissions.models import AuditEntry, OrganisationGrant
from project.demo import stories
from project.demo.drive import PDF, do, item_of, pdf
from tests.cast import at
from tests.permissions.world import CHILD, follow_up
from workflows import starts
from workflows.flows import OpeningFlow
from workflows.invariants import INVARIANTS
from workflows.invariants.trail import STAMPS
from workflows.models import CaseCourse, WorkItem

pytestmark = pytest.mark.django_db
# after what follows the world's morning
NOW = at("2026-11-23", 12)
BY_CODE = {one.code: one for one in INVARIANTS}
LATER = datetime.timedelta(minutes=7)
DAY = datetime.timedelta(days=1)


def change(row, **values):
    """Writes past every verb, as a hand in the database would; returns the row."""
    type(row)._default_manager.filter(pk=row.pk).update(**values)
    return row


def copied(row, **values):
    row = type(row)._default_manager.get(pk=row.pk)
    row.pk, row._state.adding = None, True
    for name, value in values.items():
        setattr(row, name, value)
    row.save(force_insert=True)
    return row


def process_of(case):
    return CaseCourse.objects.get(case=case).process


@pytest.fixture(scope="module")
def busy(world):
    """The world with every kind of change that is stamped in it."""
    line = world.row("adopted_line")
    programmes.drop_line(acting_user=world.cast["chair"], line=line, reason="Trùng nội dung.", now=at("2026-11-15"))
    rename_organisation(
        acting_user=world.cast["administrator"],
        organisation=world.row("idle"),
        name="Chi bộ chờ đổi tên",
        on=NOW.date(),
        paper="1-QĐ/ĐU",
        now=NOW,
    )
    follow_up(world)
    suspended_again(world)
    by = {"acting_user": world.cast["office_chief"], "now": NOW}
    tasks.strike_event(event=world.row("scheme_event"), reason="Ghi nhầm.", **by)
    by = {"acting_user": world.cast["chair"], "reason": "Ghi nhầm.", "now": NOW}
    remarks.strike_visit(visit=world.row("visit"), **by)
    supervising.strike_supervision(supervision=world.row("supervision"), **by)
    supervising.decline_supervision(proposal=world.row("proposal"), **by)
    sweep(now=NOW, today=NOW.date())
    return world


def suspended_again(world):
    """A suspension is lifted, and the member is suspended anew."""
    cast, first = world.cast, world.row("suspension", CHILD)
    lifted = {"end": "lifted", "ended_on": datetime.date(2026, 11, 21), "paper": "4-QĐ/CB", "reason": "Đã sửa."}
    do(cast["dm_deputy"], first, "end_suspension", at("2026-11-22"), **lifted)
    starts.suspend_member(
        acting_user=cast["dm_deputy"], case=first.case, subject=first.subject, number="5-QĐ/CB",
        signed_on=datetime.date(2026, 11, 22), reason="Lại vi phạm.", now=at("2026-11-22", 15),
    )  # fmt: skip


# Each plants a breach and returns the row (or the name of what is no row) that has to be told.


def signed_without_process(world):
    change(process_of(world.row("verifying")), artifact_object_id=None)
    return world.row("verifying")


def a_second_process(world):
    copied(process_of(world.row("verifying")))
    return world.row("verifying")


def process_of_an_unsigned_case(world):
    change(process_of(world.row("verifying")), artifact_object_id=world.row("proposed").pk)
    return world.row("proposed")


def process_that_its_case_does_not_know(world):
    return copied(process_of(world.row("verifying")))


def course_of_another_flow(world):
    opening = Process.objects.filter(flow_class=OpeningFlow, case_course__isnull=True).first()
    return change(world.row("verifying").course, process=opening)


def process_over_before_its_case(world):
    change(process_of(world.row("verifying")), status=PROCESS.DONE, finished=NOW)
    return world.row("verifying")


def row_over_before_its_process(world):
    return change(world.row("overdue"), state=Correction.State.ACCEPTED, accepted_at=NOW)


def over_without_a_date(world):
    done = Process.objects.filter(status=PROCESS.DONE).first()
    return change(done, finished=None)


def waiting_for_nobody(world):
    process = process_of(world.row("verifying"))
    WorkItem.objects.filter(task__process=process, done_at__isnull=True).update(done_at=NOW)
    return process


def broken_off(world):
    return change(item_of(world.row("conference"), "conference").task, status=STATUS.ERROR)


def open_in_an_ended_process(world):
    task = item_of(world.row("conference"), "conference").task
    change(task.process, status=PROCESS.CANCELED, finished=NOW)
    return task


def demand_without_correction(world):
    notice = Notice.objects.get(case=world.row("case"))
    return Demand.objects.create(notice=notice, position=9, text="Khắc phục tiếp.")


def correction_without_notice(world):
    correction = world.row("correction")
    change(correction.demand.notice, number="", signed_at=None, issued_on=None)
    return correction


def open_item_of_a_done_task(world):
    item = item_of(world.row("conference"), "conference")
    change(item.task, status=STATUS.DONE, finished=NOW)
    return item


def done_item_of_an_open_task(world):
    return change(item_of(world.row("conference"), "conference"), done_at=NOW)


def taken_by_nobody(world):
    return change(item_of(world.row("conference"), "conference"), taken_at=NOW)


def on_a_list_without_owner(world):
    item = world.row("claimed")
    change(item.task, owner=None)
    return item


def done_by_another_than_its_task(world):
    item = WorkItem.objects.filter(task__status=STATUS.DONE).exclude(done_by=world.cast["member2"]).first()
    return change(item, done_by=world.cast["member2"])


def personal_on_the_list_of_another(world):
    item = item_of(world.row("conference"), "conference")
    change(item.task, status=STATUS.ASSIGNED, owner=world.cast["vice_chair"])
    return change(item, person=world.cast.person("member"))


def task_without_item(world):
    item = item_of(world.row("conference"), "conference")
    task = item.task
    item.delete()
    return task


def everybody_out_of_office(world):
    item = world.row("task")
    OrganisationGrant.objects.filter(permission=item.permission, content_object=item.organisation).update(
        ends_on=NOW.date() - DAY
    )
    return item


def everybody_locked_out(world):
    item = world.row("task")
    for user in world.cast.users.values():
        change(user, is_active=False)
    return item


def only_the_proposer_left(world):
    """The chair alone may sign, and it is he who handed the proposal in again."""
    item, chair = world.row("task"), world.cast["chair"]
    opening.resubmit_proposal(acting_user=chair, case=world.row("proposed"), now=NOW)
    OrganisationGrant.objects.filter(permission=item.permission).exclude(user=chair).delete()
    return item


def only_the_team_leader_left(world):
    case = stories.run_to_conclusion(world.cast)
    stories.drafted_notice(world.cast, case)
    item, leader = item_of(case, "sign_notice"), world.cast["vice_chair"]
    OrganisationGrant.objects.filter(permission=item.permission).exclude(user=leader).delete()
    return item


def all_withdrew(world):
    item = world.row("task")
    for person in Person.objects.filter(user__isnull=False):
        Recusal.objects.get_or_create(
            case=item.case, person=person, defaults={"reason": "Họ hàng.", "declared_at": NOW}
        )
    return item


def member_without_log_in(world):
    return change(item_of(world.row("correction", CHILD), "plan"), person=world.row("no_log_in", CHILD))


def gap_in_the_numbers(world):
    last = IssuedDocument.objects.filter(series__symbol="QĐ").order_by("series", "-number").first()
    change(last.series, last=last.number + 3)
    return change(last, number=last.number + 3)


def first_number_not_one(world):
    only = next(series for series in NumberSeries.objects.all() if series.last == 1)
    change(only, last=2)
    return change(only.documents.get(), number=2)


def an_organisation_at_another_place(world):
    cell = world.cast.organisation("dong_muoi")
    return change(cell, parent=world.cast.organisation("ward"))


def a_copy_that_did_not_follow(world):
    return change(Correction.objects.first(), org_path="00001")


def moved_past_its_verbs(world):
    return change(world.row("membership"), cell=world.cast.organisation("thcs"))


def a_total_that_is_no_sum(world):
    return change(world.row("closed_meeting"), total=1)


def points_that_nobody_added(world):
    meeting = world.row("closed_meeting")
    one = meeting.scores.filter(side="own", points__gt=0).first()
    change(one, points=F("points") - Decimal("0.1"))
    return meeting


def a_rating_of_another_band(world):
    return change(world.row("closed_meeting"), rating="poor")


def a_member_without_a_home(world):
    person = world.row("no_log_in")
    person.memberships.all().delete()
    return person


def a_home_to_come(world):
    return change(world.row("membership"), starts_on=NOW.date() + DAY)


def gone_from_another_cell(world):
    home = world.row("membership")
    change(home, ends_on=NOW.date(), cell=world.cast.organisation("thcs"))
    return home.person


def a_home_within_a_home(world):
    home = world.row("membership")
    return copied(home, starts_on=NOW.date() - DAY, ends_on=NOW.date())


def exempt_twice(world):
    return copied(world.row("exemption"), starts_on=None, ends_on=NOW.date())


def a_run_too_many(world):
    meeting = world.row("closed_meeting")
    AbsenceRun.objects.create(meeting=meeting, person=world.cast.person("dm_secretary"), times=2)
    return meeting


def a_remark_without_clock(world):
    remark = world.row("remark")
    clock = Deadline.objects.get(item_id=remark.pk, duty="answer_remark")
    change(clock, state="cancelled", closed_at=NOW)
    return remark


def an_answer_past_its_verb(world):
    remark = world.row("remark")
    change(remark, answer="Tiếp thu.", answered_by=world.cast["dm_secretary"], answered_at=NOW)
    return remark


def ended_past_its_verbs(world):
    """A correction and what belongs to it go on for an organisation that ended."""
    correction = world.row("overdue")
    change(correction.organisation, ends_on=NOW.date() - DAY)
    return correction


def subject_nobody_answers_for(world):
    subject = world.row("verifying").subjects.first()
    change(subject.organisation, ends_on=NOW.date() - DAY)
    return subject


def office_in_what_ended(world):
    office = world.cast.offices["dm_secretary"]
    change(office.organisation, ends_on=NOW.date() - DAY)
    return office


def below_what_ended(world):
    cell = world.cast.organisation("dong_muoi")
    change(cell.parent, ends_on=NOW.date() - DAY)
    return cell


def succession_of(world, old, *successors):
    succession = Succession.objects.create(
        kind="merge",
        organisation=old,
        on=NOW.date(),
        paper="1-QĐ",
        decided_by=world.cast["administrator"],
        decided_at=NOW,
    )
    for one in successors:
        succession.parts.create(successor=one)
    return succession


def succeeded_and_going_on(world):
    cell, other = (world.cast.organisation(key) for key in ("dong_muoi", "suoi_da"))
    return succession_of(world, cell, other)


def merged_into_nothing(world):
    cell = change(world.row("idle"), ends_on=NOW.date() - DAY)
    return succession_of(world, cell)


def succeeded_in_a_circle(world):
    cells = [world.cast.organisation(key) for key in ("dong_muoi", "suoi_da")]
    for one, other in (cells, reversed(cells)):
        succession_of(world, one, other)
    return cells[0]


def an_heir_left_out(world):
    heir = Heir.objects.earliest("pk")
    heir.delete()
    return heir.old


def an_heir_by_no_succession(world):
    cells = [world.cast.organisation(key) for key in ("dong_muoi", "suoi_da")]
    return Heir.objects.create(old=cells[0], new=cells[1], generation=1).old


def number_given_and_lost(world):
    series = NumberSeries.objects.filter(symbol="QĐ").first()
    return change(series, last=series.last + 1)


def numbers_against_the_order(world):
    series = NumberSeries.objects.filter(symbol="QĐ", last__gt=1).first()
    change(series.documents.get(number=1), issued_at=NOW + DAY)
    return series.documents.get(number=2)


def number_that_was_not_issued(world):
    return change(world.row("case"), number="99-QĐ/UBKTĐU")


def two_numbers_for_one(world):
    notice = Notice.objects.get(case=world.row("case"))
    document = IssuedDocument.objects.get(item_type=ContentType.objects.get_for_model(Notice), item_id=notice.pk)
    copied(document, number=document.series.last + 1)
    return notice


def number_for_what_is_not_signed(world):
    document = IssuedDocument.objects.filter(series__symbol="KH").first()
    change(document, item_id=world.row("proposed").pk)
    return world.row("proposed")


def two_clocks_for_a_duty(world):
    clock = Deadline.objects.filter(state="running").first()
    with connection.cursor() as cursor:
        cursor.execute("drop index deadline_one_clock_a_duty")
    copied(clock)
    return f"{clock.item_type.model}:{clock.item_id}"


def clock_of_a_closed_case(world):
    case = world.row("case")
    stories.closed(world.cast, case)
    clock = Deadline.objects.filter(item_type__model="case", item_id=case.pk, duty="whole_case").first()
    return change(clock, state="running", met_on=None, closed_at=None)


def clock_of_a_case_cut_short(world):
    case = world.row("verifying")
    clock = Deadline.objects.filter(case_id=case.pk, state="running").first()
    starts.stop(acting_user=world.cast["chair"], case=case, reason="Sáp nhập chi bộ.", now=NOW)
    return change(clock, state="running", closed_at=None)


def task_under_a_stopped_clock(world):
    item = WorkItem.objects.filter(done_at__isnull=True, deadline__isnull=False).first()
    change(item.deadline, state="cancelled", closed_at=NOW)
    return item


def due_a_day_late_by_rule(world):
    clock = Deadline.objects.filter(state="running", rule__amount__isnull=False).first()
    return change(clock, due_on=clock.due_on + DAY)


def due_a_day_late_by_words(world):
    clock = Deadline.objects.filter(state="running", explanation__words="before").first()
    return change(clock, due_on=clock.due_on + DAY)


def span_left_open(world):
    span = DeadlineSpan.objects.filter(deadline__state="met").first()
    return change(span, ended_at=None, last_on=None)


def span_of_another_day(world):
    span = DeadlineSpan.objects.filter(ended_at__isnull=True).first()
    return change(span, due_on=span.due_on + DAY)


def span_after_a_gap(world):
    span = DeadlineSpan.objects.filter(deadline__state="met").first()
    return copied(span, first_on=span.last_on + DAY, last_on=span.last_on + DAY)


def due_not_as_last_changed(world):
    clock = Deadline.objects.filter(state="running").first()
    clock.changes.create(
        kind="extension",
        old_due_on=clock.due_on,
        new_due_on=clock.due_on + DAY,
        reason="Mưa lũ.",
        decided_by=world.cast["chair"],
        decided_at=NOW,
    )
    return clock


def a_rung_twice(world):
    reminder = Reminder.objects.filter(rung__isnull=False).first()
    with connection.cursor() as cursor:
        cursor.execute("drop index reminder_once_a_rung")
    copied(reminder)
    return f"deadlines.deadline:{reminder.deadline_id}"


def reminded_of_the_day_before_an_extension(world):
    reminder = Reminder.objects.filter(outcome="sent", deadline__changes__isnull=True).first()
    reminder.deadline.changes.create(
        kind="extension",
        old_due_on=reminder.due_on,
        new_due_on=reminder.due_on + DAY,
        reason="Mưa lũ.",
        decided_by=world.cast["chair"],
        decided_at=reminder.recorded_at - DAY,
    )
    return reminder


def reminded_of_a_day_it_never_had(world):
    reminder = Reminder.objects.filter(outcome="sent", deadline__changes__isnull=True).first()
    return change(reminder, due_on=reminder.due_on - DAY)


def reminded_of_what_was_done(world):
    item = WorkItem.objects.filter(done_at__lt=NOW - DAY, deadline__state="met").first()
    return copied(Reminder.objects.first(), deadline=item.deadline, due_on=item.deadline.due_on, outcome="sent")


def a_rung_left_out(world):
    reminder = Reminder.objects.filter(deadline__state="running", rung__isnull=False).first()
    reminder.messages.all().delete()
    deadline = reminder.deadline
    reminder.delete()
    return deadline


def altered_entry(world):
    triggers.drop(connection)
    entry = AuditEntry.objects.filter(verb="sign_case").first()
    change(entry, reason="Thêm sau.")
    return f"{entry.chain}#{entry.seq}"


def stored(content):
    return store_file(pdf("rieng.pdf", PDF + content), now=NOW)


def bytes_gone(world):
    row = stored(b"gone")
    storage.file_path(row.sha256).unlink()
    return row


def bytes_altered(world):
    row = stored(b"altered")
    storage.file_path(row.sha256).write_bytes(PDF + b"4ltered")
    return row


def size_not_as_told(world):
    row = stored(b"sized")
    return change(row, size=row.size + 1)


def old_bytes_without_row(world):
    return aged(storage.file_path(storage.keep("Không ai nhắc tới.".encode())))


def old_half_a_file(world):
    path = storage.file_path("ab" * 32).with_name("tmphalf")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"%PDF-1.4 ha")
    return aged(path)


def aged(path):
    os.utime(path, (time.time() - 2 * storage.DAY,) * 2)
    return path.name


def done_by_a_stroke_of_the_pen(world):
    item = WorkItem.objects.filter(done_by__isnull=False, case__isnull=False).first()
    return change(item, done_at=F("done_at") + LATER)


def programme_done_by_a_stroke_of_the_pen(world):
    item = WorkItem.objects.filter(done_by__isnull=False, case__isnull=True).first()
    return change(item, done_at=F("done_at") + LATER)


def look_without_clock(world):
    Deadline.objects.filter(duty="look_again", state="running").update(state="cancelled", closed_at=NOW)
    return LookAgain.objects.get(verdict="")


def look_at_what_is_at_work(world):
    look = LookAgain.objects.get(verdict="")
    change(look.correction, state="planning", accepted_at=None)
    return look


def clock_of_no_look(world):
    look = LookAgain.objects.get(verdict="")
    change(look, verdict="still_fixed", judged_by=world.cast["officer"], judged_at=NOW)
    return Deadline.objects.get(duty="look_again", state="running")


def recurred_and_never_found(world):
    return change(world.row("correction"), times_recurred=1)


def in_two_follow_up_cases(world):
    carried = CarriedDemand.objects.get()
    return copied(carried, case=copied(carried.case))


def carried_into_another_matter(world):
    return change(CarriedDemand.objects.get(), case=world.row("proposed"))


def suspension_without_clock(world):
    Deadline.objects.filter(duty="suspension", state="running").update(state="cancelled", closed_at=NOW)
    return Suspension.objects.get(ended_at__isnull=True)


def suspension_of_an_organisation(world):
    suspension = Suspension.objects.get(ended_at__isnull=True)
    change(suspension.subject, person=None)
    return suspension


def suspension_nobody_ends(world):
    suspension = Suspension.objects.get(ended_at__isnull=False)
    return change(
        suspension, end="", ended_on=None, ended_by=None, ended_at=None, subject=world.row("of_member").subjects.get()
    )


def step_that_its_case_does_not_tell(world):
    item = WorkItem.objects.filter(case__isnull=False, done_by__isnull=False).exclude(about_type__model="correction")[0]
    return change(item.case, stepped_at=item.done_at - datetime.timedelta(seconds=1))


def marked_as_of_a_book(world):
    return change(world.row("correction"), is_from_book=True)


def notice_from_before_of_a_case_from_here(world):
    notice = Notice.objects.exclude(number="").first()
    return change(notice, is_external=True, signed_by=None, signed_at=None)


def line_of_a_book_without_clock(world):
    correction = change(world.row("overdue"), is_from_book=True)
    Deadline.objects.filter(item_id=correction.pk, duty="correct").update(state="cancelled", closed_at=NOW)
    return correction


def standing_line_that_nobody_asks_about(world):
    return change(world.row("overdue"), is_from_book=True, due_on=None)


def a_kept_figure_of_more_rows_than_are_kept(world):
    return change(world.row("kept_figure"), total=F("total") + 1)


def a_kept_row_that_counts_otherwise(world):
    figure = world.row("kept_figure")
    row = KeptRow.objects.filter(review=figure.review, indicator=figure.indicator, path__startswith=figure.path).first()
    change(row, counts=not row.counts)
    return figure


def a_kept_figure_worth_something_else(world):
    return change(world.row("kept_figure"), value=F("value") + 1)


def a_review_due_on_another_day_than_its_clock(world):
    review = world.row("review")
    return change(review, due_on=review.due_on + DAY)


def a_review_whose_clock_is_cancelled(world):
    review = world.row("review")
    clock = Deadline.objects.live().get(item_type=ContentType.objects.get_for_model(review), item_id=review.pk)
    change(clock, state=Deadline.State.CANCELLED, closed_at=NOW)
    return review


def a_held_review_whose_clock_runs(world):
    review = world.row("held_review")
    clock = Deadline.objects.get(item_type=ContentType.objects.get_for_model(review), item_id=review.pk)
    change(clock, state=Deadline.State.RUNNING, met_on=None, closed_at=None)
    return review


PLANTS = {
    "one_course": (
        signed_without_process,
        a_second_process,
        process_of_an_unsigned_case,
        process_that_its_case_does_not_know,
        course_of_another_flow,
    ),
    "over_together": (
        process_over_before_its_case,
        row_over_before_its_process,
        over_without_a_date,
        suspension_nobody_ends,
    ),
    "no_standstill": (waiting_for_nobody, broken_off, open_in_an_ended_process),
    "demands_watched": (demand_without_correction, correction_without_notice),
    "looks_kept": (look_without_clock, look_at_what_is_at_work, clock_of_no_look, recurred_and_never_found),
    "suspensions_timed": (suspension_without_clock, suspension_of_an_organisation),
    "carried_once": (in_two_follow_up_cases, carried_into_another_matter),
    "tasks_agree": (
        open_item_of_a_done_task,
        done_item_of_an_open_task,
        taken_by_nobody,
        on_a_list_without_owner,
        done_by_another_than_its_task,
        personal_on_the_list_of_another,
        task_without_item,
    ),
    "steps_told": (step_that_its_case_does_not_tell,),
    "somebody_may": (
        everybody_out_of_office,
        everybody_locked_out,
        only_the_proposer_left,
        only_the_team_leader_left,
        all_withdrew,
        member_without_log_in,
    ),
    "book_is_history": (marked_as_of_a_book, notice_from_before_of_a_case_from_here),
    "book_runs_on": (line_of_a_book_without_clock, standing_line_that_nobody_asks_about),
    "paths_agree": (an_organisation_at_another_place, a_copy_that_did_not_follow),
    "homes_agree": (moved_past_its_verbs, a_member_without_a_home, a_home_to_come, gone_from_another_cell),
    "stretches_apart": (a_home_within_a_home, exempt_twice),
    "totals_agree": (a_total_that_is_no_sum, points_that_nobody_added, a_rating_of_another_band),
    "absences_agree": (a_run_too_many,),
    "remarks_timed": (a_remark_without_clock, an_answer_past_its_verb),
    "nothing_open_of_the_ended": (
        ended_past_its_verbs,
        subject_nobody_answers_for,
        office_in_what_ended,
        below_what_ended,
    ),
    "successions_lead_on": (
        succeeded_and_going_on,
        merged_into_nothing,
        succeeded_in_a_circle,
        an_heir_left_out,
        an_heir_by_no_succession,
    ),
    "numbers_run": (gap_in_the_numbers, first_number_not_one, number_given_and_lost),
    "numbers_in_order": (numbers_against_the_order,),
    "signed_is_numbered": (number_that_was_not_issued, two_numbers_for_one, number_for_what_is_not_signed),
    "one_clock": (
        two_clocks_for_a_duty,
        clock_of_a_closed_case,
        clock_of_a_case_cut_short,
        task_under_a_stopped_clock,
    ),
    "reviews_equal_lists": (
        a_kept_figure_of_more_rows_than_are_kept,
        a_kept_row_that_counts_otherwise,
        a_kept_figure_worth_something_else,
    ),
    "reviews_timed": (
        a_review_due_on_another_day_than_its_clock,
        a_review_whose_clock_is_cancelled,
        a_held_review_whose_clock_runs,
    ),
    "once_a_rung": (a_rung_twice,),
    "none_too_late": (
        reminded_of_the_day_before_an_extension,
        reminded_of_a_day_it_never_had,
        reminded_of_what_was_done,
    ),
    "all_caught_up": (a_rung_left_out,),
    "due_by_rule": (due_a_day_late_by_rule, due_a_day_late_by_words, due_not_as_last_changed),
    "spans_agree": (span_left_open, span_of_another_day, span_after_a_gap),
    "trail_whole": (altered_entry,),
    "all_recorded": (done_by_a_stroke_of_the_pen, programme_done_by_a_stroke_of_the_pen),
    "bytes_there": (bytes_gone, bytes_altered, size_not_as_told),
    "no_stray_bytes": (old_bytes_without_row, old_half_a_file),
}


ON_THE_DISK = ("bytes_there", "no_stray_bytes")  # which no transaction rolls back


def told(row):
    return f"{row._meta.label_lower}:{row.pk}" if isinstance(row, Model) else row


def rows_of(code):
    return [breach.row for breach in BY_CODE[code].breaches(NOW)]


def test_all_hold_on_a_world_made_by_verbs(busy):
    assert {one.code: list(one.breaches(NOW)) for one in INVARIANTS} == {one.code: [] for one in INVARIANTS}


def test_a_day_of_rest_added_later_is_no_breach_of_the_clocks_that_ran_already(busy):
    clock = Deadline.objects.filter(state=Deadline.State.RUNNING, rule__unit="working").order_by("pk").first()
    # as an installation has it from before a change counted the clocks again
    CalendarDay.objects.create(
        organisation=clock.organisation.overseer, day=clock.due_on, kind="rest", name="Ngày hội muối"
    )
    by_the_calendar_of_today = due_after(clock.start_on, limit_of(clock.rule), calendar_for(clock.organisation))
    assert by_the_calendar_of_today.due_on > clock.due_on
    assert rows_of("due_by_rule") == []


def test_a_worked_day_added_later_is_no_breach_either_and_one_that_counted_stays_counted(busy):
    clock = Deadline.objects.filter(state=Deadline.State.RUNNING, rule__unit="working").order_by("pk").first()

    def work_on_saturday(number):
        days = {
            "day": clock.start_on + DAY * ((5 - clock.start_on.weekday()) % 7 + 7 * number),
            "kind": "worked", "name": "Làm bù",
        }  # fmt: skip
        CalendarDay.objects.create(organisation=clock.organisation.overseer, **days)

    work_on_saturday(1)
    assert due_after(clock.start_on, limit_of(clock.rule), calendar_for(clock.organisation)).due_on < clock.due_on
    assert rows_of("due_by_rule") == []
    again = start_clock(
        item=clock.item, duty=clock.duty, title="x", organisation=clock.organisation,
        start_on=clock.start_on, rule=clock.rule, now=NOW,
    )  # fmt: skip
    assert [name for _day, name in again.explanation["worked"]] == ["Làm bù"]
    work_on_saturday(2)
    assert due_after(clock.start_on, limit_of(clock.rule), calendar_for(clock.organisation)).due_on < again.due_on
    assert rows_of("due_by_rule") == []


def test_every_invariant_has_a_planted_breach():
    assert set(PLANTS) == set(BY_CODE)
    assert all(PLANTS.values())


@pytest.mark.parametrize(
    ("code", "plant"),
    [(code, plant) for code, plants in PLANTS.items() for plant in plants],
    ids=lambda one: getattr(one, "__name__", one),
)
def test_a_planted_breach_is_found_with_its_row(busy, settings, tmp_path, code, plant):
    if code in ON_THE_DISK:
        settings.FILES_ROOT = tmp_path
    row = plant(busy)
    assert told(row) in rows_of(code)


@pytest.mark.parametrize("stamp", STAMPS, ids=lambda stamp: f"{stamp[0].__name__}.{stamp[2]}")
def test_a_change_without_its_entry_is_found(busy, stamp):
    model, _who, when, _kind, _chain = stamp
    row = model._default_manager.filter(**{f"{when}__isnull": False}).first()
    change(row, **{when: F(when) + LATER})
    assert rows_of("all_recorded") == [told(row)]


def test_the_database_itself_refuses_a_number_given_twice(world):
    document = IssuedDocument.objects.first()
    with pytest.raises(IntegrityError), transaction.atomic():
        copied(document)


def run():
    """What the command prints, and whether it ended well."""
    out = io.StringIO()
    try:
        call_command("check_invariants", stdout=out)
    except CommandError as problem:
        return out.getvalue(), str(problem)
    return out.getvalue(), ""


def test_the_command_says_of_each_whether_it_holds(world):
    told, problem = run()
    assert problem == ""
    assert told.count("holds ") == len(INVARIANTS) and "BROKEN" not in told
    assert f"all {len(INVARIANTS)} invariants hold" in told


def test_the_command_names_the_row_and_fails(world):
    row = number_given_and_lost(world)
    told, problem = run()
    assert problem == f"1 of {len(INVARIANTS)} invariants are broken"
    assert "BROKEN numbers_run" in told
    assert f"documents.numberseries:{row.pk} " in told


def test_queries_do_not_grow_with_the_rows(world):
    def asked():
        found = {}
        for one in INVARIANTS:
            with CaptureQueriesContext(connection) as queries:
                assert list(one.breaches(NOW)) == []
            found[one.code] = len(queries)
        return found

    few = asked()
    for subject, secretary in (("suoi_da", "sd_secretary"), ("thcs", "thcs_secretary")):
        stories.run_to_notice(
            world.cast, subjects=[SubjectChoice(world.cast.organisation(subject))], subject_by=secretary
        )
    sweep(now=NOW, today=NOW.date())
    assert asked() == few
    # one a stamp, and the two ways of work items; nineteen are two a kind of rows that a process is about, and one
    assert few.pop("all_recorded") == len(STAMPS) + 2
    assert max(few.values()) <= 19
