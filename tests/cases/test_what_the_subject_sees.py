"""The subject sees decision, plan, outline, own papers, the released draft and the notice, nothing else of the case
(issue 2, Rights; domain.md §2.2a). Every paper, clock and deed carries a mark; what is read is exactly the marks due.
"""

import re
from datetime import date as D
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from inspections.cases.models import Case, ChangeRequest, Paper, Sitting
from inspections.cases.services.opening import SubjectChoice
from inspections.deadlines.models import Deadline
from inspections.findings.models import Finding
from inspections.findings.services.findings import drop_finding
from project.demo import stories
from project.demo.drive import do
from tests.browse import logged_in, on, text_of, words_of
from tests.cast import at
from tests.standing import story
from workflows import starts
from workflows.models import WorkItem

MARK = re.compile(r"⟦([^⟧]+)⟧")
DAY = "2026-11-12"
FOR_ALL = {"decision 1", "plan 1", "outline 1", "announcement_minutes 1"}
OWN = {"self_report 1", "supplement 1", "explanation 1"}
CLOCKS = {"clock self_report", "clock supplement", "clock answer"}
AT_THE_END = {"notice 1", "conference_minutes 1", "notice_minutes 1"}
# papers inside the team, the body and its office
HIDDEN = {
    "schedule 1",
    "team_minutes 1",
    "working_minutes 1",
    "draft_report 1",
    "result_report 1",
    "submission 1",
    "appraisal 1",
    "minutes_extract 1",
    "dossier_index 1",
    "handover 1",
}


@story
def whole(cast) -> Case:
    """A supervision of Chi bộ thôn Đồng Muối and Chi bộ thôn Suối Đá from the proposal to the closed dossier.

    The first draft was returned, a finding dropped, a change refused, and one member of the body withdrew."""
    subjects = [SubjectChoice(cast.organisation(key)) for key in ("dong_muoi", "suoi_da")]
    case = stories.signed(cast, stories.proposed(cast, subjects=subjects))
    stories.prepared(cast, case)
    stories.announced(cast, case)
    own, other = case.subjects.order_by("pk")
    do(cast["dm_secretary"], own, "self_report", at("2026-10-15"), text="Chi bộ Đồng Muối báo cáo.")
    do(cast["sd_secretary"], other, "self_report", at("2026-10-15"), text="Chi bộ Suối Đá báo cáo.")
    stories.worked_with(cast, case)
    kept, dropped = stories.found(cast, case, "Sinh hoạt chưa đều.", "Sổ chưa đủ.")
    drop_finding(acting_user=cast["member"], finding=dropped, reason="⟦drop⟧", now=at("2026-10-21", 10))
    more = {"outcome": "more", "text": "Bổ sung sổ.", "due_on": D(2026, 10, 25), "subjects": [own.pk, other.pk]}
    do(cast["vice_chair"], case, "verify", at("2026-10-22"), **more)
    do(cast["dm_secretary"], own, "supplement", at("2026-10-23"), text="Bổ sung của Đồng Muối.")
    do(cast["sd_secretary"], other, "supplement", at("2026-10-23"), text="Bổ sung của Suối Đá.")
    stories.verified(cast, case, day="2026-10-24")
    do(cast["member"], case, "draft_report", at("2026-10-24"), text="Bản thứ nhất.")
    back = {"outcome": "redraft", "reason": "⟦return⟧"}
    do(cast["vice_chair"], case, "release_draft", at("2026-10-25"), **back)
    stories.released(cast, case)
    change = starts.ask_change(
        acting_user=cast["vice_chair"],
        case=case,
        what=ChangeRequest.What.DURATION,
        proposal={"ends_on": "2026-12-30"},
        reason="⟦change⟧",
        now=at("2026-10-26", 14),
    )
    do(cast["chair"], change, "decide", at("2026-10-26", 15), approves="no", answer="⟦answer to the change⟧")
    do(
        cast["dm_secretary"],
        own,
        "answer",
        at("2026-10-28"),
        opinion="Nhất trí.",
        **{f"answer_{kept.pk}": "accepts"},
    )
    do(cast["sd_secretary"], other, "answer", at("2026-10-28"), opinion="Nhất trí.")
    stories.considered(cast, case)
    stories.conferred(cast, case)
    stories.reported(cast, case)
    starts.withdraw_from_case(acting_user=cast["member2"], case=case, reason="⟦withdrawal⟧", now=at("2026-11-02", 15))
    return case


def marked(case: Case) -> None:
    """Every paper, sitting and clock says what it is."""
    for paper in Paper.objects.filter(case=case).select_related("kind", "subject"):
        of = f" of {paper.subject.organisation.code[7:10]}" if paper.subject else ""
        Paper.objects.filter(pk=paper.pk).update(body=f"⟦{paper.kind.code} {paper.version}{of}⟧")
    for clock in Deadline.objects.filter(case_id=case.pk):
        Deadline.objects.filter(pk=clock.pk).update(title=f"⟦clock {clock.duty} of {clock.organisation.code[7:10]}⟧")
    Sitting.objects.filter(case=case).update(extract="⟦extract⟧", attendees="⟦sitting⟧")


def everything(case: Case) -> list[str]:
    """The addresses of everything that hangs on the case."""
    tabs = ["cases:overview", "cases:papers", "cases:timeline", "cases:people"]
    tabs += ["findings:of_case", "findings:notice", "remedies:of_case", "workflows:withdraw"]
    lists = ["cases:list", "findings:list", "remedies:list", "workflows:my_work", "reports:leader", "reports:clocks"]
    rows = [("cases:paper", case.papers), ("findings:detail", case.findings)]
    found = [reverse(name, args=[case.pk]) for name in tabs] + [reverse(name) for name in lists]
    found += [reverse(name, args=[row.pk]) for name, manager in rows for row in manager.all()]
    found += [reverse("deadlines:explanation", args=[one.pk]) for one in Deadline.objects.filter(case_id=case.pk)]
    found += [reverse("workflows:task", args=[one.pk]) for one in WorkItem.objects.filter(case=case)]
    return [*found, reverse("reports:search") + "?q=sinh+hoat"]


def read_all(browser: Client, case: Case) -> str:
    """All that a reader can read of the case, pages and exports together."""
    texts = [text_of(browser.get(address)) for address in everything(case)]
    for name in ("cases:list", "findings:list", "remedies:list"):
        book = load_workbook(BytesIO(browser.get(reverse(name) + "?export=xlsx").content))
        texts += [str(cell) for line in book.worksheets[0].iter_rows(values_only=True) for cell in line]
    return "\n".join(texts)


def marks(cast: Any, name: str, case: Case) -> set[str]:
    with on(DAY, 16):
        return set(MARK.findall(read_all(logged_in(cast[name]), case)))


def of(place: str, kinds: set[str]) -> set[str]:
    return {f"{kind} of {place}" for kind in kinds}


def test_while_the_report_lies_with_the_office_the_subject_reads_its_own_and_the_released_draft(cast, whole):
    stories.appraised(cast, whole)
    marked(whole)
    for_both = FOR_ALL | {"draft_report 2", "conference_minutes 1"}
    # each subject has its own, and neither reads the other's
    assert marks(cast, "dm_secretary", whole) == for_both | of("001", OWN | CLOCKS)
    assert marks(cast, "sd_secretary", whole) == for_both | of("002", OWN | CLOCKS)
    # who is not concerned reads nothing at all
    for name in ("thcs_secretary", "stranger", "administrator", "inspector", "member2", "root"):
        user = cast[name] if name != "root" else cast.root
        with on(DAY, 16):
            assert set(MARK.findall(read_all(logged_in(user), whole))) == set(), name


def test_after_the_end_the_subject_has_the_notice_too_and_nothing_from_inside(cast, whole):
    stories.appraised(cast, whole)
    stories.concluded(cast, whole)
    stories.noticed(cast, whole)
    stories.closed(cast, whole)
    marked(whole)
    own = of("001", OWN | CLOCKS | {"clock correct"})
    assert marks(cast, "dm_secretary", whole) == FOR_ALL | {"draft_report 2"} | AT_THE_END | own
    every = {mark.split(" of ")[0] for mark in marks(cast, "vice_chair", whole)}
    assert every >= HIDDEN | {"change", "answer to the change", "return", "drop"}
    with on(DAY, 16):
        notice = words_of(logged_in(cast["dm_secretary"]).get(reverse("findings:notice", args=[whole.pk])))
    assert whole.notice.number in notice
    assert "tán thành" not in notice
    # the leader above: decision, plan, notice and the corrections, none of the papers between
    above = marks(cast, "secretary", whole)
    assert {mark for mark in above if not mark.startswith("clock")} == {"decision 1", "plan 1", "notice 1"}


def test_the_clocks_of_team_and_body_are_not_the_subjects(cast, whole):
    marked(whole)
    seen = {mark for mark in marks(cast, "dm_secretary", whole) if mark.startswith("clock")}
    assert seen == of("001", CLOCKS)
    team = {mark for mark in marks(cast, "vice_chair", whole) if mark.startswith("clock")}
    assert seen < team
    assert {mark.split()[1] for mark in team} >= {"whole_case", "verify"}


def test_a_draft_finding_its_wordings_and_its_number_are_not_there_before_the_release(cast):
    case = stories.signed(cast, stories.proposed(cast))
    stories.prepared(cast, case)
    stories.announced(cast, case)
    stories.self_reported(cast, case)
    stories.worked_with(cast, case)
    stories.found(cast, case, "⟦draft finding⟧ một", "⟦draft finding⟧ hai")
    marked(case)
    assert "draft finding" not in marks(cast, "dm_secretary", case)
    assert "draft finding" in marks(cast, "member", case)
    with on(DAY):
        book = load_workbook(
            BytesIO(logged_in(cast["dm_secretary"]).get(reverse("cases:list") + "?export=xlsx").content)
        )
        heads, line = list(book.worksheets[0].iter_rows(values_only=True))
    assert line[heads.index("Nội dung đánh giá")] == 0
    assert Finding.objects.filter(case=case, state="draft").count() == 2


@pytest.mark.parametrize(
    ("stage", "told"),
    [("drafted", "verifying"), ("appraised", "reported"), ("concluded", "reported"), ("released", "released")],
)
def test_the_subject_is_told_no_stage_from_inside_neither_on_the_page_nor_by_the_filter(cast, stage, told):
    case = stories.run_to_release(cast)
    Case.objects.filter(pk=case.pk).update(stage=stage)
    label, inside = str(Case.Stage(told).label), str(Case.Stage(stage).label)
    with on(DAY):
        subject, team = logged_in(cast["dm_secretary"]), logged_in(cast["member"])
        for address in (reverse("cases:overview", args=[case.pk]), reverse("cases:list")):
            head = words_of(subject.get(address)).split("Trang này")[0]
            assert label in head
        found = {
            name: case.content in words_of(subject.get(reverse("cases:list") + f"?stage={name}"))
            for name in {stage, told}
        }
        assert found == {name: name == told for name in {stage, told}}
        assert case.content in words_of(team.get(reverse("cases:list") + f"?stage={stage}"))
        assert inside in words_of(team.get(reverse("cases:overview", args=[case.pk])))


def test_the_subject_is_told_of_its_own_steps_only(cast, whole):
    address = reverse("cases:overview", args=[whole.pk])
    with on(DAY):
        page = words_of(logged_in(cast["dm_secretary"]).get(address))
        team = words_of(logged_in(cast["member"]).get(address))
    for title in ("Thẩm định", "Các bước"):
        assert title in team
        assert title not in page
    assert "Bước tiếp theo thuộc về người khác" in page
    for item in WorkItem.objects.filter(case=whole, is_for_case_people=True):
        with on(DAY):
            answer = logged_in(cast["dm_secretary"]).get(reverse("workflows:task", args=[item.pk]))
        assert answer.status_code == 404, item
