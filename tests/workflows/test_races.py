"""Two at once: one success and one friendly page each; numbers without gap; nothing done twice or half.

Real threads on the database of the run: PostgreSQL with row locks, SQLite with one writer at a time."""

import datetime
import time
from datetime import date as D

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from viewflow.workflow.models import Process, Task
from viewflow.workflow.status import PROCESS, STATUS

from inspections.cases.models import Case, CaseSubject, ChangeRequest, Paper
from inspections.cases.services.opening import SubjectChoice
from inspections.deadlines.models import Deadline
from inspections.deadlines.services import start_clock
from inspections.documents.models import IssuedDocument, NumberSeries
from inspections.findings.models import Notice
from inspections.organisations.forms.succession import MoveForm
from inspections.organisations.models import Organisation, OrganisationType, Succession
from inspections.organisations.queries import answering
from inspections.organisations.services import (
    add_organisation,
    add_person,
    declare_interest,
    give_log_in,
    merge_organisation,
    move_organisation,
)
from inspections.remedies.models import Correction
from permissions import audit
from permissions.models import AuditEntry
from permissions.verdicts import NotNow
from project.demo import stories
from project.demo.drive import do, item_of, open_steps
from tests.cast import NOW, at
from tests.racing import posting, race, widen
from workflows import services, starts
from workflows.flows import FormalCaseFlow
from workflows.models import CaseCourse, WorkItem


@pytest.fixture(autouse=True)
def stopped_clock(monkeypatch):
    """Pages act at the cast's present, whatever the day of the run."""
    monkeypatch.setattr(timezone, "now", lambda: NOW)


PREPARATION = {
    "outline": "1. Nền nếp sinh hoạt.",
    "schedule": "Từ 06/10.",
    "team_met_on": "05/10/2026",
    "team_minutes": "Đoàn họp.",
}


def codes(results):
    return sorted(getattr(result, "status_code", result) for result in results)


def page_of(results, code):
    return next(result for result in results if result.status_code == code).content.decode()


def test_double_submit_of_one_task(lasting_db, cast, monkeypatch):
    case = stories.signed(cast, stories.proposed(cast))
    task = item_of(case, "prepare")
    widen(monkeypatch)
    results = race(*[posting(cast["vice_chair"], task.get_absolute_url(), PREPARATION) for _ in range(2)])
    assert codes(results) == [302, 409]
    assert "Hoàng Thanh Lộc" in page_of(results, 409)
    assert Paper.objects.filter(case=case, kind__code="outline").count() == 1
    assert open_steps(case) == ["announce"]
    assert AuditEntry.objects.filter(verb="prepare_case").count() == 1


def test_two_people_on_one_task(lasting_db, cast, monkeypatch):
    case = stories.signed(cast, stories.proposed(cast))
    task = item_of(case, "prepare")
    widen(monkeypatch)
    results = race(*[posting(cast[who], task.get_absolute_url(), PREPARATION) for who in ("vice_chair", "member")])
    assert codes(results) == [302, 409]
    task.refresh_from_db()
    assert str(task.done_by) in page_of(results, 409)
    assert Paper.objects.filter(case=case, kind__code="outline").count() == 1
    assert open_steps(case) == ["announce"]


@pytest.mark.parametrize("signers", [("chair", "chair"), ("chair", "vice_chair")], ids=["double click", "two signers"])
def test_signing_opens_the_process_exactly_once(lasting_db, cast, monkeypatch, signers):
    case = stories.proposed(cast, team=[("member2", "leader"), ("member", "member"), ("officer", "team_secretary")])
    task = item_of(case, "sign")
    widen(monkeypatch)
    results = race(*[posting(cast[who], task.get_absolute_url(), {"outcome": "sign"}) for who in signers])
    assert codes(results) == [302, 409]
    case.refresh_from_db()
    assert case.stage == Case.Stage.ORDERED
    assert CaseCourse.objects.filter(case=case).count() == 1
    assert Process.objects.filter(flow_class=FormalCaseFlow).count() == 1
    assert open_steps(case) == ["prepare"]
    assert list(IssuedDocument.objects.filter(series__symbol="QĐ").values_list("number", flat=True)) == [1]
    assert NumberSeries.objects.get(symbol="QĐ").last == 1


def ready_to_publish(cast, subject, secretary):
    case = stories.run_to_conclusion(cast, subjects=[SubjectChoice(cast.organisation(subject))], subject_by=secretary)
    stories.drafted_notice(cast, case)
    return case


def test_two_notices_signed_at_once_get_consecutive_numbers(lasting_db, cast, monkeypatch):
    cases = [ready_to_publish(cast, *who) for who in (("dong_muoi", "dm_secretary"), ("suoi_da", "sd_secretary"))]
    widen(monkeypatch)
    results = race(
        *[
            posting(cast["chair"], item_of(case, "sign_notice").get_absolute_url(), {"outcome": "sign"})
            for case in cases
        ]
    )
    assert codes(results) == [302, 302]
    documents = IssuedDocument.objects.filter(series__symbol="TB").order_by("number")
    assert [document.number for document in documents] == [1, 2]
    assert documents[0].issued_at <= documents[1].issued_at
    assert NumberSeries.objects.get(symbol="TB").last == 2
    assert sorted(Notice.objects.values_list("number", flat=True)) == ["01-TB/UBKTĐU", "02-TB/UBKTĐU"]
    assert Correction.objects.count() == 2


def test_one_notice_signed_twice_is_published_once(lasting_db, cast, monkeypatch):
    case = ready_to_publish(cast, "dong_muoi", "dm_secretary")
    address = item_of(case, "sign_notice").get_absolute_url()
    widen(monkeypatch)
    results = race(*[posting(cast["chair"], address, {"outcome": "sign"}) for _ in range(2)])
    assert codes(results) == [302, 409]
    assert NumberSeries.objects.get(symbol="TB").last == 1
    assert Correction.objects.count() == 1
    assert open_steps(case) == ["announce_notice", "plan"]


def test_two_branches_reach_the_join_together(lasting_db, cast, monkeypatch):
    subjects = [SubjectChoice(cast.organisation(name)) for name in ("dong_muoi", "suoi_da")]
    case = stories.signed(cast, stories.proposed(cast, subjects=subjects))
    stories.prepared(cast, case)
    stories.announced(cast, case)
    widen(monkeypatch)
    results = race(
        *[
            posting(
                cast[who],
                item_of(case.subjects.get(organisation=cast.organisation(cell)), "self_report").get_absolute_url(),
                {"text": "Chi bộ báo cáo."},
            )
            for who, cell in (("dm_secretary", "dong_muoi"), ("sd_secretary", "suoi_da"))
        ]
    )
    assert codes(results) == [302, 302]
    case.refresh_from_db()
    assert case.stage == Case.Stage.VERIFYING
    assert open_steps(case) == ["verify"]
    joins = Task.objects.filter(process=case.course.process, flow_task=FormalCaseFlow.self_reports_in)
    assert [join.status for join in joins] == [STATUS.DONE]


def test_stopping_while_the_team_submits(lasting_db, cast, monkeypatch):
    case = stories.signed(cast, stories.proposed(cast))
    task = item_of(case, "prepare")
    widen(monkeypatch)
    stopped, submitted = race(
        posting(cast["chair"], reverse("workflows:stop", args=[case.pk]), {"reason": "Sáp nhập chi bộ."}),
        posting(cast["vice_chair"], task.get_absolute_url(), PREPARATION),
    )
    assert stopped.status_code == 302
    assert submitted.status_code in (302, 409)
    case.refresh_from_db()
    assert case.stage == Case.Stage.STOPPED
    assert open_steps(case) == []
    assert case.course.process.status == PROCESS.CANCELED
    wrote = Paper.objects.filter(case=case, kind__code="outline").exists()
    assert wrote == (submitted.status_code == 302)


def test_stopping_while_a_change_is_decided_waits_in_one_order(lasting_db, cast, monkeypatch):
    case = stories.signed(cast, stories.proposed(cast))
    change = starts.ask_change(
        acting_user=cast["vice_chair"],
        case=case,
        what=ChangeRequest.What.DURATION,
        proposal={"ends_on": "2026-12-30"},
        reason="Mưa lũ.",
        now=at("2026-10-06"),
    )
    task = item_of(change, "decide")
    monkeypatch.setattr("project.errors.is_busy", lambda exception: False)  # a deadlock would be an error 500
    widen(monkeypatch)
    stopped, decided = race(
        posting(cast["chair"], reverse("workflows:stop", args=[case.pk]), {"reason": "Sáp nhập chi bộ."}),
        posting(cast["chair"], task.get_absolute_url(), {"approves": "yes", "answer": "Đồng ý."}),
    )
    assert stopped.status_code == 302
    assert decided.status_code in (302, 409)
    assert open_steps(case) == []
    assert not Process.objects.filter(status=PROCESS.NEW).exists()


def test_two_take_one_task(lasting_db, cast, monkeypatch):
    case = stories.signed(cast, stories.proposed(cast))
    task = item_of(case, "prepare")
    widen(monkeypatch)
    people = ("vice_chair", "member")
    results = race(*[posting(cast[who], f"{task.get_absolute_url()}take/") for who in people])
    assert codes(results) == [302, 409]
    taken_by = cast[people[[result.status_code for result in results].index(302)]]
    task.task.refresh_from_db()
    assert task.task.owner == taken_by
    assert AuditEntry.objects.filter(verb="take_task").count() == 1
    assert str(taken_by) in page_of(results, 409)


def test_taking_while_another_submits(lasting_db, cast, monkeypatch):
    case = stories.signed(cast, stories.proposed(cast))
    task = item_of(case, "prepare")
    widen(monkeypatch)
    taken, submitted = race(
        posting(cast["member"], f"{task.get_absolute_url()}take/"),
        posting(cast["vice_chair"], task.get_absolute_url(), PREPARATION),
    )
    assert codes([taken, submitted]) == [302, 409]
    done = WorkItem.objects.get(pk=task.pk).done_at is not None
    assert done == (submitted.status_code == 302)


def test_a_task_held_by_another_is_not_done_over_his_head(lasting_db, cast):
    case = stories.signed(cast, stories.proposed(cast))
    services.take(acting_user=cast["member"], item=item_of(case, "prepare"), now=at("2026-10-05"))
    with pytest.raises(NotNow, match="Mai Đình Nghĩa"):
        stories.prepared(cast, case)
    services.give_back(acting_user=cast["member"], item=item_of(case, "prepare"), now=at("2026-10-05"))
    stories.prepared(cast, case)
    assert list(AuditEntry.objects.filter(chain=f"case:{case.pk}").order_by("seq").values_list("verb", flat=True)) == [
        "propose_case",
        "sign_case",
        "take_task",
        "give_back_task",
        "prepare_case",
    ]


def test_what_is_somebodys_in_person_is_not_given_back(lasting_db, cast):
    member = cast.person("sd_member")
    case = stories.proposed(
        cast,
        body="suoi_da",
        by="sd_secretary",
        team=[],
        subjects=[SubjectChoice(cast.organisation("suoi_da"), member)],
    )
    stories.signed(cast, case, by="sd_deputy")
    stories.announced(cast, case, by="sd_secretary")
    task = item_of(case.subjects.get(), "self_report")
    with pytest.raises(NotNow):
        services.give_back(acting_user=cast["sd_member"], item=task, now=at("2026-10-08"))
    with pytest.raises(NotNow):
        services.give_back(acting_user=cast["sd_secretary"], item=task, now=at("2026-10-08"))


def test_eight_at_once_on_one_case_fork_nothing(lasting_db, cast, monkeypatch):
    case = stories.run_to_release(cast)
    case.refresh_from_db()
    Case.objects.filter(pk=case.pk).update(stage=Case.Stage.VERIFYING)
    before = AuditEntry.objects.filter(chain=f"case:{case.pk}").count()
    widen(monkeypatch, 0.02)
    results = race(*[lambda: stories.found(cast, case, "Sổ nghị quyết ghi chưa đủ.") for _ in range(8)])
    assert [result for result in results if isinstance(result, Exception)] == []
    assert AuditEntry.objects.filter(chain=f"case:{case.pk}").count() == before + 8
    assert sorted(case.findings.values_list("number", flat=True)) == list(range(1, 10))
    assert list(audit.faults()) == []


def test_eight_at_once_on_eight_cases_fork_nothing(lasting_db, cast, monkeypatch):
    cases = [stories.signed(cast, stories.proposed(cast)) for _ in range(8)]
    widen(monkeypatch, 0.02)
    results = race(*[lambda case=case: stories.prepared(cast, case) for case in cases])
    assert [result for result in results if isinstance(result, Exception)] == []
    assert AuditEntry.objects.filter(verb="prepare_case").values("chain").distinct().count() == 8
    assert list(audit.faults()) == []


def test_eight_at_once_in_one_organisation_fork_nothing(lasting_db, cast, monkeypatch):
    cell = cast.organisation("suoi_da")
    people = [
        add_person(acting_user=cast.root, now=NOW, full_name=f"Lò Văn {number}", organisation=cell)
        for number in range(4)
    ]
    widen(monkeypatch, 0.02)
    results = race(
        *[
            lambda person=person: declare_interest(
                acting_user=cast.root, person=person, nature="họ hàng", about_organisation=cell, now=NOW
            )
            for person in people
        ],
        *[
            lambda person=person, number=number: give_log_in(
                acting_user=cast.root, person=person, username=f"lo{number}", password="Son-Hai-2026", now=NOW
            )
            for number, person in enumerate(people)
        ],
    )
    assert [result for result in results if isinstance(result, Exception)] == []
    assert AuditEntry.objects.filter(chain=audit.chain_of(cell), at=NOW, about_name__contains="Lò Văn").count() >= 8
    assert list(audit.faults()) == []


def test_sealing_while_others_write(lasting_db, cast, monkeypatch):
    cases = [stories.signed(cast, stories.proposed(cast)) for _ in range(3)]
    widen(monkeypatch, 0.02)
    later = datetime.timedelta(minutes=1)
    results = race(
        *[lambda case=case: stories.prepared(cast, case) for case in cases],
        lambda: audit.seal(at("2026-10-06")),
        lambda: audit.seal(at("2026-10-06") + later),
    )
    assert [result for result in results if isinstance(result, Exception)] == []
    audit.seal(at("2026-10-07"))
    assert list(audit.faults()) == []


def test_deciding_twice_is_decided_once(lasting_db, cast, monkeypatch):
    case = stories.signed(cast, stories.proposed(cast))
    change = starts.ask_change(
        acting_user=cast["vice_chair"],
        case=case,
        what=ChangeRequest.What.DURATION,
        proposal={"ends_on": "2026-12-30"},
        reason="Mưa lũ.",
        now=at("2026-10-06"),
    )
    widen(monkeypatch)
    results = race(
        *[
            lambda: do(cast["chair"], change, "decide", at("2026-10-07"), approves="yes", answer="Đồng ý.")
            for _ in range(2)
        ]
    )
    assert sorted(type(result).__name__ for result in results) == ["AlreadyDone", "WorkItem"]
    case.refresh_from_db()
    assert case.ends_on == D(2026, 12, 30)


def move_away(cast, key="suoi_da"):
    return move_organisation(
        acting_user=cast.root,
        organisation=cast.organisation(key),
        parent=cast.organisation("ward"),
        code="",
        on=NOW.date(),
        paper="9-QĐ/TU",
        now=NOW,
    )


def a_little_later(call):
    time.sleep(0.1)
    return call()


def test_what_copies_a_path_while_the_organisation_moves_has_the_new_one(lasting_db, cast, monkeypatch):
    """The objects of the callers were read before the move, as those of a page are."""
    cell, member = cast.organisation("suoi_da"), cast.person("sd_member")
    cell_case = {
        "body": "suoi_da",
        "by": "sd_secretary",
        "team": [],
        "subjects": [SubjectChoice(member.organisation, member)],
        "day": "2026-11-23",
    }
    subject = stories.signed(cast, stories.proposed(cast)).subjects.get()
    widen(monkeypatch, 0.4)
    results = race(
        lambda: move_away(cast),
        lambda: a_little_later(lambda: stories.proposed(cast, **cell_case)),
        lambda: a_little_later(lambda: clock_of(subject, cell)),
    )
    assert [result for result in results if isinstance(result, Exception)] == []
    path = Organisation.objects.get(pk=cell.pk).path
    assert path.startswith(cast.organisation("ward").path)
    assert [one.org_path for one in Case.objects.filter(organisation=cell)] == [path]
    assert [one.org_path for one in Deadline.objects.filter(organisation=cell)] == [path]


def test_two_successions_that_cross_leave_one_in_the_place_of_the_other(lasting_db, cast, monkeypatch):
    """A into B and B into A at one moment: one is done, the other is told that its successor has ended."""
    monkeypatch.setattr("project.errors.is_busy", lambda exception: False)  # a deadlock would be an error 500
    stories.signed(cast, stories.proposed(cast, day="2026-11-02"), day="2026-11-02")
    cells = [cast.organisation(key) for key in ("suoi_da", "dong_muoi")]
    widen(monkeypatch, 0.3)
    results = race(
        *[
            posting(
                cast["administrator"],
                reverse("organisations:merge", args=[old.pk]),
                {"successors": [new.pk], "on": "20/11/2026", "paper": "9-QĐ/ĐU"},
            )
            for old, new in (cells, reversed(cells))
        ]
    )
    assert sorted(codes(results)) in ([302, 409], [302, 422])
    succession = Succession.objects.get()
    ended, successor = succession.organisation, succession.parts.get().successor
    assert {ended, successor} == set(cells)
    assert [Organisation.objects.get(pk=one.pk).ends_on is None for one in (ended, successor)] == [False, True]


def test_a_correction_reported_while_its_cell_merges_passes_or_stays_done(lasting_db, cast, monkeypatch):
    """The secretary sends the plan at the moment of the merger: it is sent, and what is open is the successor's."""
    monkeypatch.setattr("project.errors.is_busy", lambda exception: False)
    correction = Correction.objects.get(demand__notice__case=stories.run_to_notice(cast))
    widen(monkeypatch, 0.3)

    def merge():
        return merge_organisation(
            acting_user=cast["administrator"],
            organisation=cast.organisation("dong_muoi"),
            successor=cast.organisation("suoi_da"),
            on=D(2026, 11, 20),
            paper="9-QĐ/ĐU",
            now=NOW,
        )

    results = race(
        lambda: stories.planned(cast, correction, "dm_secretary", "2026-11-23", product="Nghị quyết"),
        lambda: a_little_later(merge),
    )
    assert [result for result in results if isinstance(result, Exception)] == []
    correction.refresh_from_db()
    assert (correction.state, correction.organisation) == ("plan_submitted", cast.organisation("suoi_da"))
    assert item_of(correction, "judge_plan").person == correction.monitor


def test_a_case_proposed_while_its_subject_merges_is_refused_or_passes(lasting_db, cast, monkeypatch):
    monkeypatch.setattr("project.errors.is_busy", lambda exception: False)
    widen(monkeypatch, 0.3)

    def merge():
        return merge_organisation(
            acting_user=cast["administrator"],
            organisation=cast.organisation("dong_muoi"),
            successor=cast.organisation("suoi_da"),
            on=D(2026, 11, 20),
            paper="9-QĐ/ĐU",
            now=NOW,
        )

    proposed, _merged = race(lambda: a_little_later(lambda: stories.proposed(cast, day="2026-11-23")), merge)
    assert not isinstance(proposed, Exception) or "không còn (hoặc chưa có)" in str(proposed)
    subjects = CaseSubject.objects.filter(organisation=cast.organisation("dong_muoi"))
    assert all(answering(one, one.organisation) == cast.organisation("suoi_da") for one in subjects)


def clock_of(item, organisation):
    with transaction.atomic():
        return start_clock(
            item=item,
            duty="try",
            title="Việc",
            organisation=organisation,
            start_on=NOW.date(),
            day=NOW.date(),
            now=NOW,
        )


def test_two_moves_that_cross_wait_in_one_order(lasting_db, cast, monkeypatch):
    base = add_organisation(
        acting_user=cast.root,
        now=NOW,
        name="Đảng bộ cơ sở Nhà máy Muối",
        type=OrganisationType.objects.get(code="base_party"),
        parent=cast.organisation("commune"),
    )
    into, away = cast.organisation("suoi_da"), cast.organisation("ward")
    monkeypatch.setattr("project.errors.is_busy", lambda exception: False)  # a deadlock would be an error 500
    original = MoveForm.lock_watched

    def slow(form):
        original(form)
        # the one that wants the other's organisation comes first to the verb
        time.sleep(0.2 if form.target == into else 0.6)

    monkeypatch.setattr(MoveForm, "lock_watched", slow)
    results = race(
        *[
            posting(
                cast.root,
                reverse("organisations:move", args=[one.pk]),
                {"parent": under.pk, "code": "", "on": "23/11/2026", "paper": "9-QĐ/TU"},
            )
            for one, under in ((into, base), (base, away))
        ]
    )
    assert codes(results) == [302, 302]
    base, into = (Organisation.objects.get(pk=one.pk) for one in (base, into))
    assert (base.parent, into.parent) == (away, base)
    assert into.path.startswith(base.path)
