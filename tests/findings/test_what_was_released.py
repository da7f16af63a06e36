"""The subject reads the findings that were released to it, in the words that were released (domain.md §4.13)."""

from datetime import date as D

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from inspections.cases.models import Paper
from inspections.cases.services.opening import SubjectChoice
from inspections.findings.models import Answer, Finding
from inspections.findings.services.answers import ConsiderationGiven, consider_answers, reserve_opinion, unconsidered
from inspections.findings.services.findings import FindingFacts, change_finding, drop_finding
from project.demo import stories
from project.demo.drive import do
from tests.browse import logged_in, on, read, text_of
from tests.cast import at


def reworded(finding, text):
    return FindingFacts(text=text, severity=finding.severity, responsible=finding.responsible, cause=finding.cause)


def confer(cast, case, **more):
    do(
        cast["vice_chair"],
        case,
        "conference",
        at("2026-10-30"),
        held_on=D(2026, 10, 30),
        place="Nhà văn hoá",
        attendees="Chi bộ",
        minutes="Hội nghị.",
        **more,
    )


def all_that_the_subject_reads(cast, case, day):
    pages = [reverse("findings:of_case", args=[case.pk]), reverse("findings:list"), case.get_absolute_url()]
    pages.append(reverse("reports:search") + "?q=so+nghi+quyet")
    with on(day, 16):
        browser = logged_in(cast["dm_secretary"])
        return "".join(text_of(browser.get(page)) for page in pages)


def test_what_the_team_dropped_before_the_release_stays_its_own(cast):
    case = stories.signed(cast, stories.proposed(cast))
    stories.prepared(cast, case)
    stories.announced(cast, case)
    stories.self_reported(cast, case)
    stories.worked_with(cast, case)
    _kept, dropped = stories.found(cast, case, "Sinh hoạt chưa đều.", "Sổ nghị quyết thiếu trang.")
    drop_finding(acting_user=cast["member"], finding=dropped, reason="Nhầm sổ.", now=at("2026-10-21", 10))
    stories.verified(cast, case)
    stories.released(cast, case)
    page = all_that_the_subject_reads(cast, case, "2026-10-27")
    assert "Sinh hoạt chưa đều." in page
    assert "Sổ nghị quyết" not in page
    read(cast["dm_secretary"], dropped.get_absolute_url(), "2026-10-27", status=404)
    read(cast["member"], dropped.get_absolute_url(), "2026-10-27")


def test_what_was_dropped_after_the_answer_is_told_to_the_subject_with_the_reason(cast):
    case = stories.run_to_release(cast, "Sổ nghị quyết thiếu trang.")
    stories.answered(cast, case)
    (answer,) = unconsidered(case)
    do(
        cast["vice_chair"],
        case,
        "consider_answers",
        at("2026-10-29"),
        **{f"outcome_{answer.pk}": "dropped", f"reason_{answer.pk}": "Sổ đã đủ trang."},
    )
    page = read(cast["dm_secretary"], case.findings.get().get_absolute_url(), "2026-10-29", 16)
    assert "Sổ đã đủ trang." in page


def test_new_words_are_read_when_they_are_released_again(cast):
    case = stories.run_to_release(cast, "Sổ nghị quyết thiếu trang.")
    stories.answered(cast, case)
    stories.considered(cast, case)
    confer(cast, case, asks_for_more="on")
    finding = case.findings.get()
    for number in ("một", "hai"):
        change_finding(
            acting_user=cast["member"],
            finding=finding,
            facts=reworded(finding, f"Sổ nghị quyết thiếu quyển {number}."),
            files=(),
            reason="Đếm lại.",
            now=at("2026-10-31"),
        )
    assert "thiếu quyển" not in all_that_the_subject_reads(cast, case, "2026-10-31")
    stories.verified(cast, case, day="2026-11-01")
    stories.released(cast, case, day="2026-11-02", due=D(2026, 11, 6))
    with on("2026-11-02", 16):
        page = text_of(logged_in(cast["dm_secretary"]).get(finding.get_absolute_url()))
    assert "Sổ nghị quyết thiếu quyển hai." in page
    assert "<del>trang</del>" in page or "<del>trang.</del>" in page, "the wording released before stands against it"
    assert "quyển một" not in page


def two_answers_to_one_finding(cast):
    """The subject answered, and said more to the same finding."""
    case = stories.run_to_release(cast, "Sổ nghị quyết thiếu trang.")
    stories.answered(cast, case)
    first = Answer.objects.get()
    Answer.objects.create(
        finding=first.finding,
        subject=first.subject,
        position=Answer.Position.RESERVES,
        text="Còn một quyển ở nhà.",
        answered_by=cast["dm_secretary"],
        answered_at=at("2026-10-28", 15),
    )
    return case


def considered_as(cast, case, *outcomes):
    given = [
        ConsiderationGiven(answer, outcome, "Đã xem.", text="Sổ nghị quyết thiếu hai trang.")
        for answer, outcome in zip(unconsidered(case), outcomes, strict=True)
    ]
    return consider_answers(acting_user=cast["vice_chair"], case=case, considerations=given, now=at("2026-10-29"))


def test_two_answers_to_one_finding_cannot_be_considered_in_two_ways(cast):
    case = two_answers_to_one_finding(cast)
    with pytest.raises(ValidationError) as refusal:
        considered_as(cast, case, "dropped", "kept")
    (key,) = refusal.value.message_dict
    assert key == f"outcome_{Answer.objects.last().pk}"
    assert case.findings.get().state == Finding.State.RELEASED


def test_two_answers_considered_alike_leave_one_wording_and_both_before_it(cast):
    case = two_answers_to_one_finding(cast)
    considered_as(cast, case, "changed", "changed")
    finding = case.findings.get()
    assert (finding.state, finding.text) == (Finding.State.CHANGED, "Sổ nghị quyết thiếu hai trang.")
    assert [version.facts["text"] for version in finding.versions.order_by("version")] == [
        "Sổ nghị quyết thiếu trang.",
        "Sổ nghị quyết thiếu hai trang.",
    ]


def test_a_subject_does_not_read_what_another_subject_reserved(cast):
    subjects = [SubjectChoice(cast.organisation(key)) for key in ("dong_muoi", "suoi_da")]
    case = stories.signed(cast, stories.proposed(cast, subjects=subjects))
    stories.prepared(cast, case)
    stories.announced(cast, case)
    for subject, secretary in zip(case.subjects.order_by("pk"), ("dm_secretary", "sd_secretary"), strict=True):
        do(cast[secretary], subject, "self_report", at("2026-10-15"), text="Báo cáo.")
    stories.worked_with(cast, case)
    (finding,) = stories.found(cast, case, "Sổ nghị quyết thiếu trang.")
    stories.verified(cast, case)
    stories.released(cast, case)
    for subject, secretary in zip(case.subjects.order_by("pk"), ("dm_secretary", "sd_secretary"), strict=True):
        answers = {f"answer_{one.pk}": "accepts" for one in subject.findings.all()}
        do(cast[secretary], subject, "answer", at("2026-10-28"), opinion="Nhất trí.", **answers)
    stories.considered(cast, case)
    reserve_opinion(
        acting_user=cast["dm_secretary"], finding=finding, text="Sổ ở nhà đồng chí thủ quỹ.", now=at("2026-10-30", 8)
    )
    confer(cast, case)
    minutes = reverse("cases:paper", args=[Paper.objects.get(kind__code="conference_minutes").pk])
    assert "Sổ ở nhà đồng chí thủ quỹ." in read(cast["dm_secretary"], minutes, "2026-10-30", 16)
    assert "Sổ ở nhà đồng chí thủ quỹ." in read(cast["vice_chair"], minutes, "2026-10-30", 16)
    assert "Sổ ở nhà đồng chí thủ quỹ." not in read(cast["sd_secretary"], minutes, "2026-10-30", 16)
