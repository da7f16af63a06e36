"""The verbs of checklist and sample: who, when, wrong input; what is kept when the record changes since."""

from datetime import date as D
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from inspections.cases.services.opening import SubjectChoice
from inspections.findings.models import Finding, Severity
from inspections.findings.services.findings import FindingFacts
from inspections.meetings.models import Line, Meeting, MeetingScore
from inspections.organisations.models import User
from inspections.quality.models import Checklist, ChecklistLine, Judgement, LineFinding, Sample
from inspections.quality.queries.populations import drawn_again
from inspections.quality.queries.showing import drawn_shown, evidence_of, shown_items
from inspections.quality.services.checklists import draw_up, judge_lines, record_line_finding
from inspections.quality.services.samples import DrawGiven, ExaminedGiven, draw_sample, note_examined
from inspections.superiors.queries.flags import settings_now
from permissions.verdicts import NotNow, Refused
from project.demo import stories
from tests.browse import read
from tests.cast import at
from tests.quality.halves import drawn_up, half_year, item, judged, subject_of, verifying
from tests.standing import story
from workflows import starts

pytestmark = pytest.mark.django_db
NOW = at("2026-10-20")


@story
def case(cast):
    half_year(cast)
    return verifying(cast)


def sampled(cast, case, by="member", after=0, **given):
    wish = DrawGiven(**{"rule": "random", "size": 2, "seed": "muối", **given})
    return draw_sample(acting_user=cast[by], subject=subject_of(case), given=wish, after=after, now=NOW)


def facts(case, **changes):
    given = {"text": "Thiếu.", "severity": Severity.objects.get(code="limitation"), "responsible": subject_of(case)}
    return FindingFacts(**{**given, **changes})


# drawing up


def test_the_facts_are_those_of_the_record(cast, case):
    checklist = drawn_up(cast, case)
    said = {one.item.code: (one.item.state, one.told) for one in shown_items(cast["member"], checklist)}
    assert len(said) == ChecklistLine.objects.count() == 17
    assert said["cadence"] == ("shortcoming", "Có 4/6 tháng có sinh hoạt định kỳ.")
    assert said["thematic"] == ("shortcoming", "Có 1/2 quý có sinh hoạt chuyên đề.")
    # two members: one absent in two of five meetings
    assert said["attendance"][1].startswith("Có mặt 8/10 lượt triệu tập của 5 buổi: 80 %; yêu cầu 90 %.")
    assert said["absent"] == ("shortcoming", "Số đảng viên vắng từ 2 kỳ liên tiếp trở lên: 1.")
    assert said["length"] == ("in_order", "0/5 buổi ngắn hơn thời lượng bộ tiêu chí yêu cầu.")
    assert said["committee"][0] == said["notices"][0] == said["scoring"][0] == "nothing"


def test_missing_months_are_those_that_superiors_are_told_of(cast, case):
    from inspections.superiors.queries.cell import facts_of, with_facts
    from inspections.superiors.rules import Flag, Life, flags_of

    cell = cast.organisation("dong_muoi")
    meetings = [facts_of(one) for one in with_facts(Meeting.objects.filter(organisation=cell))]
    told = {
        month
        for month in range(1, 7)
        if Flag.NO_REGULAR
        in flags_of(D(2026, month, 1), meetings, Life(cell.starts_on, cell.ends_on), settings_now(), D(2026, 10, 20))
    }
    rows = item(drawn_up(cast, case), "cadence").rows
    assert {D.fromisoformat(row["values"]["month"]).month for row in rows} == told == {3, 5}


def test_an_own_score_beside_another_is_told_beyond_the_margin(cast, case):
    meeting = Meeting.objects.get(rating="good", month=D(2026, 1, 1))
    first = Line.objects.filter(criterion__criteria_set=meeting.criteria_set).order_by("-points")[0]
    for side, body, points in (("own", "dong_muoi", first.points), ("inspection", "ubkt", first.points / 2)):
        MeetingScore.objects.create(
            meeting=meeting, line=first, side=side, body=cast.organisation(body), points=points, note="Xem.",
            given_by=cast["chair"], given_at=NOW,
        )  # fmt: skip
    scoring = item(drawn_up(cast, case), "scoring")
    assert scoring.state == "shortcoming" and scoring.rows[0]["meeting"] == meeting.pk
    [drawn] = [
        one for one in drawn_shown(cast["member"], sampled(cast, case, size=5)) if one.row.meeting_id == meeting.pk
    ]
    assert drawn.inspected == f"{first.points.normalize() / 2:f}/{first.points.normalize():f}"


def test_a_demand_of_an_earlier_notice_is_told(cast, case):
    earlier = stories.run_to_notice(cast, examined=(D(2025, 1, 1), D(2025, 12, 31)))
    checklist = draw_up(acting_user=cast["member"], subject=subject_of(case), after=0, now=at("2026-12-05"))
    notices = item(checklist, "notices")
    assert notices.state == "shortcoming"
    assert evidence_of(notices).startswith("Đã công nhận khắc phục xong 0/1 yêu cầu trước đây; quá hạn: 1.")
    assert earlier.notice.number in evidence_of(notices)


def test_the_team_alone_draws_up_and_whoever_withdrew_does_not(cast, case):
    for who in ("chair", "secretary", "dm_secretary", "stranger", "sd_secretary"):
        with pytest.raises(Refused):
            drawn_up(cast, case, by=who)
    starts.withdraw_from_case(acting_user=cast["member"], case=case, reason="Em ruột.", now=NOW)
    with pytest.raises(Refused):
        drawn_up(cast, case, by="member")
    assert not Checklist.objects.exists()
    assert drawn_up(cast, case, by="officer").number == 1


def test_only_between_the_decision_and_the_conclusion(cast, case):
    checklist, sample = drawn_up(cast, case), sampled(cast, case)
    # before it is signed nobody is of the team yet
    early = stories.proposed(cast, subjects=[SubjectChoice(cast.organisation("suoi_da"))])
    with pytest.raises(Refused):
        drawn_up(cast, early)
    type(case).objects.filter(pk=case.pk).update(stage="concluded")
    case.refresh_from_db()
    row = sample.meetings.all()[0]
    for late in (
        lambda: drawn_up(cast, case, after=1),
        lambda: judged(cast, checklist, cadence="shortcoming"),
        lambda: sampled(cast, case, after=1, reason="Lại."),
        lambda: note_examined(acting_user=cast["member"], sample=sample, given={row.pk: ExaminedGiven(True)}, now=NOW),
        lambda: record_line_finding(
            acting_user=cast["member"], item=item(checklist, "cadence"), facts=facts(case), files=[], now=NOW
        ),
    ):
        with pytest.raises(NotNow, match="Mở trang"):
            late()
    assert (Checklist.objects.count(), Sample.objects.count(), Judgement.objects.count()) == (1, 1, 0)


def test_of_a_member_or_a_committee_no_checklist_is_drawn_up(cast):
    subjects = [SubjectChoice(cast.organisation("dong_muoi"), cast.person("dm_deputy"))]
    of_member = stories.signed(cast, stories.proposed(cast, subjects=subjects))
    with pytest.raises(NotNow, match="chi bộ"):
        drawn_up(cast, of_member)


def test_drawn_up_again_the_earlier_stays_and_what_changed_is_told(cast, case):
    first = drawn_up(cast, case)
    judged(cast, first, cadence="shortcoming", dues=("not_examined", "Chưa có sổ."))
    with pytest.raises(NotNow):
        drawn_up(cast, case)  # from a page that shows none
    Meeting.objects.filter(month=D(2026, 6, 1)).update(month=D(2026, 3, 1))
    Meeting.objects.filter(month=D(2026, 5, 1)).delete()
    second = drawn_up(cast, case, after=1, day="2026-10-21")
    assert [one.number for one in Checklist.objects.order_by("number")] == [1, 2]
    Meeting.objects.filter(month=D(2026, 4, 1)).update(month=D(2026, 6, 1))
    third = drawn_up(cast, case, after=2, day="2026-10-22")
    lines = {one.item.code: one for one in shown_items(cast["member"], third)}
    # the fact reads as before, what stands behind it does not
    assert [row.words for row in lines["cadence"].rows] != [
        row.words for row in {one.item.code: one for one in shown_items(cast["member"], second)}["cadence"].rows
    ]
    assert lines["cadence"].is_changed and lines["cadence"].is_stale
    assert not lines["dues"].is_changed and lines["dues"].judgement.note == "Chưa có sổ."
    with pytest.raises(NotNow):
        judged(cast, second, cadence=("in_order", "Xem lại."))


# judging


def test_verdicts_that_the_record_does_not_say_need_a_note(cast, case):
    checklist = drawn_up(cast, case)
    with pytest.raises(ValidationError) as wrong:
        judged(cast, checklist, cadence="in_order", committee="shortcoming", length="not_examined", thematic="good")
    names = {f"note_{item(checklist, code).pk}" for code in ("cadence", "committee", "length")}
    assert set(wrong.value.error_dict) == {*names, f"verdict_{item(checklist, 'thematic').pk}"}
    assert not Judgement.objects.exists()
    for nothing in ({}, {999_999: None}):
        with pytest.raises(ValidationError):
            judge_lines(acting_user=cast["member"], checklist=checklist, given=nothing, now=NOW)


def test_a_later_verdict_counts_and_the_earlier_stays(cast, case):
    checklist = drawn_up(cast, case)
    judged(cast, checklist, cadence="shortcoming")
    judged(cast, checklist, by="officer", cadence=("in_order", "Sổ biên bản có đủ."))
    with pytest.raises(ValidationError):
        judged(cast, checklist, cadence=("in_order", "Sổ biên bản có đủ."))
    shown = next(one for one in shown_items(cast["member"], checklist) if one.item.code == "cadence")
    assert (shown.judgement.verdict, shown.judgement.judged_by) == ("in_order", cast["officer"])
    assert Judgement.objects.count() == 2


# findings


def test_a_line_becomes_a_finding_by_the_one_way(cast, case):
    checklist = drawn_up(cast, case)
    cadence = item(checklist, "cadence")
    with pytest.raises(ValidationError):
        record_line_finding(acting_user=cast["member"], item=cadence, facts=facts(case, text=" "), files=[], now=NOW)
    with pytest.raises(Refused):
        record_line_finding(acting_user=cast["chair"], item=cadence, facts=facts(case), files=[], now=NOW)
    assert not Finding.objects.exists() and not LineFinding.objects.exists()
    made = record_line_finding(acting_user=cast["member"], item=cadence, facts=facts(case), files=[], now=NOW)
    assert made.number == 1 and made.from_line.item == cadence
    address = reverse("findings:detail", args=[made.pk])
    assert "03/2026: không có sinh hoạt định kỳ" in read(cast["member"], address, "2026-10-20")


def test_names_of_the_absent_are_for_those_who_read_who_came(cast, case):
    checklist = drawn_up(cast, case)
    [row] = item(checklist, "absent").rows
    name = cast.organisation("dong_muoi").members.get(pk=row["person"]).full_name
    assert name not in evidence_of(item(checklist, "absent"))

    def told(user: User) -> list[str]:
        return [
            str(one.person)
            for line in shown_items(user, checklist)
            for one in line.rows
            if line.item.code == "absent" and one.person is not None
        ]

    assert told(cast["member"]) == [name]
    assert told(cast["stranger"]) == told(cast["sd_secretary"]) == []


# samples


def test_a_sample_is_kept_with_all_that_it_takes_to_draw_it_again(cast, case):
    checklist, sample = drawn_up(cast, case), sampled(cast, case)
    assert [one["meeting"] for one in sample.population] == list(
        Meeting.objects.exclude(started_at=None).order_by("started_at").values_list("pk", flat=True)
    )
    keys = list(sample.meetings.values_list("meeting_id", flat=True))
    assert drawn_again(sample) == keys and len(keys) == 2
    # what changes since changes nothing of it
    Meeting.objects.filter(pk=sample.population[0]["meeting"]).update(total=Decimal(1))
    assert drawn_again(Sample.objects.get()) == keys
    assert sample.population[0]["faults"] == sum(
        any(row.get("meeting") == sample.population[0]["meeting"] for row in one.rows)
        for one in checklist.items.filter(state="shortcoming")
    )


def test_it_is_drawn_again_with_a_reason_only(cast, case):
    first = sampled(cast, case)
    with pytest.raises(NotNow):
        sampled(cast, case, reason="Lại.")  # from a page that shows none
    with pytest.raises(ValidationError) as wrong:
        sampled(cast, case, after=1, reason="  ")
    assert set(wrong.value.error_dict) == {"reason"}
    second = sampled(cast, case, after=1, rule="lowest", size=1, reason="Xem thêm buổi yếu nhất.")
    assert [one.meeting.rating for one in second.meetings.all()] == ["poor"]
    assert second.seed == "" and Sample.objects.get(number=1).meetings.count() == 2
    row = first.meetings.all()[0]
    with pytest.raises(NotNow):
        note_examined(acting_user=cast["member"], sample=first, given={row.pk: ExaminedGiven(True)}, now=NOW)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"rule": "best"}, "rule"),
        ({"size": 0}, "size"),
        ({"size": 6}, "size"),
        ({"rule": "every", "size": 0}, "size"),
        ({"rule": "faults"}, "rule"),  # no checklist says which are at fault
    ],
)
def test_wrong_draws_are_refused_at_their_field(cast, case, given, field):
    with pytest.raises(ValidationError) as wrong:
        sampled(cast, case, **given)
    assert set(wrong.value.error_dict) == {field} and not Sample.objects.exists()


def test_a_period_without_meetings_gives_no_sample(cast, case):
    Meeting.objects.all().update(organisation=cast.organisation("thcs"))
    with pytest.raises(ValidationError, match="không chọn mẫu được"):
        sampled(cast, case)


def test_a_seed_is_made_where_none_is_given(cast, case):
    sample = sampled(cast, case, seed="")
    assert len(sample.seed) == 8 and drawn_again(sample) == [one.meeting_id for one in sample.meetings.all()]


def test_what_was_examined_is_noted(cast, case):
    sample = sampled(cast, case)
    row = sample.meetings.all()[0]
    note_examined(acting_user=cast["member"], sample=sample, given={row.pk: ExaminedGiven(True, " Đủ. ")}, now=NOW)
    row.refresh_from_db()
    assert (row.is_examined, row.note, row.noted_by) == (True, "Đủ.", cast["member"])
    with pytest.raises(ValidationError):
        note_examined(acting_user=cast["member"], sample=sample, given={row.pk: ExaminedGiven(True, "Đủ.")}, now=NOW)
    with pytest.raises(Refused):
        note_examined(acting_user=cast["chair"], sample=sample, given={row.pk: ExaminedGiven(False)}, now=NOW)


def test_each_cell_of_a_case_has_its_own(cast):
    half_year(cast)
    half_year(cast, "suoi_da")
    cells = [SubjectChoice(cast.organisation(key)) for key in ("dong_muoi", "suoi_da")]
    case = stories.signed(cast, stories.proposed(cast, subjects=cells, examined=(D(2026, 1, 1), D(2026, 6, 30))))
    for subject in case.subjects.all():
        draw_up(acting_user=cast["member"], subject=subject, after=0, now=NOW)
        wish = DrawGiven("random", 2, "muối")
        sample = draw_sample(acting_user=cast["member"], subject=subject, given=wish, after=0, now=NOW)
        assert {one.meeting.organisation_id for one in sample.meetings.all()} == {subject.organisation_id}
    told = read(cast["member"], reverse("quality:of_case", args=[case.pk]), "2026-10-20")
    assert "Chi bộ thôn Đồng Muối" in told and "Chi bộ thôn Suối Đá" in told


def test_a_line_that_ended_is_asked_no_more(cast, case):
    ChecklistLine.objects.filter(code="dues").update(valid_to=D(2026, 10, 19))
    assert not drawn_up(cast, case).items.filter(code="dues").exists()
