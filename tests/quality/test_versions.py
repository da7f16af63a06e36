"""Checklists and samples of one subject follow each other: each shows what was so while it was the newest, what was
said of other facts is said again, and nothing typed is lost when another came meanwhile."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db.models import F
from django.urls import reverse

from inspections.findings.models import Severity
from inspections.findings.services.findings import FindingFacts
from inspections.meetings.models import Meeting
from inspections.quality.models import ChecklistLine
from inspections.quality.queries.showing import shown_items
from inspections.quality.services.checklists import record_line_finding
from inspections.quality.services.samples import DrawGiven, draw_sample
from permissions import audit
from tests.browse import logged_in, on, read, send, words_of
from tests.cast import at
from tests.quality.halves import drawn_up, half_year, item, judged, subject_of, verifying
from tests.standing import story

pytestmark = pytest.mark.django_db
DAY = "2026-10-23"
STALE = "nhận xét trước khi hồ sơ thay đổi"


@story
def case(cast):
    """A first checklist on which the length of meetings, in order in the record, is judged so without a note."""
    half_year(cast)
    case = verifying(cast)
    judged(cast, drawn_up(cast, case), length="in_order", cadence="shortcoming", dues=("not_examined", "Chưa có sổ."))
    return case


def shortened():
    """All meetings lasted ten minutes, says the record now."""
    Meeting.objects.exclude(started_at=None).update(ended_at=F("started_at") + datetime.timedelta(minutes=10))


def sampled(cast, case, seed, day, after=0):
    wish = DrawGiven("random", 2, seed, "Thêm." if after else "")
    return draw_sample(acting_user=cast["member"], subject=subject_of(case), given=wish, after=after, now=at(day))


def page(name, row):
    return reverse(f"quality:{name}", args=[row.pk])


def stale_codes(cast, checklist):
    return {one.item.code for one in shown_items(cast["member"], checklist) if one.is_stale}


# what an earlier checklist shows


def test_page_and_paper_of_an_earlier_checklist_tell_no_later_verdict(cast, case):
    first = case.checklists.get()
    shortened()
    second = drawn_up(cast, case, after=1, day="2026-10-21")
    judged(cast, second, day="2026-10-22", length=("shortcoming", "Họp quá ngắn 7319."))
    for name in ("checklist", "paper"):
        told = read(cast["chair"], page(name, first), DAY)
        assert "7319" not in told and STALE not in told, name
        assert "7319" in read(cast["chair"], page(name, second), DAY), name
    kept = {one.item.code: one.judgement for one in shown_items(cast["member"], first) if one.judgement}
    assert {code: one.verdict for code, one in kept.items()} == {
        "length": "in_order",
        "cadence": "shortcoming",
        "dues": "not_examined",
    }


def test_the_paper_says_which_verdict_was_given_on_other_facts(cast, case):
    assert STALE not in read(cast["chair"], page("paper", case.checklists.get()), DAY)
    shortened()
    second = drawn_up(cast, case, after=1, day="2026-10-21")
    assert stale_codes(cast, second) == {"length"}
    assert read(cast["chair"], page("paper", second), DAY).count(STALE) == 1


def test_the_paper_prints_the_sample_that_stood_beside_the_checklist(cast, case):
    first = case.checklists.get()
    assert "muối" not in read(cast["chair"], page("paper", first), DAY)
    sampled(cast, case, "hạt muối", "2026-10-21")
    second = drawn_up(cast, case, after=1, day="2026-10-22")
    assert "hạt muối" in read(cast["chair"], page("paper", second), DAY)
    sampled(cast, case, "hạt vừng", DAY, after=1)
    told = read(cast["chair"], page("paper", first), "2026-10-24")
    assert "hạt muối" in told and "hạt vừng" not in told
    assert "hạt vừng" in read(cast["chair"], page("paper", second), "2026-10-24")


def test_the_paper_names_the_leader_of_the_team_and_the_period_of_inspection_or_supervision(cast, case):
    told = read(cast["chair"], page("paper", case.checklists.get()), DAY)
    assert f"TRƯỞNG ĐOÀN (TỔ TRƯỞNG) {cast.person('vice_chair').full_name}" in told
    assert "mốc thời gian kiểm tra (giám sát) từ 01/01/2026 đến 30/06/2026" in told


# a verdict on other facts


def test_a_verdict_against_the_record_drawn_up_again_needs_its_reason(cast, case):
    shortened()
    second = drawn_up(cast, case, after=1, day="2026-10-21")
    length = item(second, "length")
    assert length.state == "shortcoming"
    with pytest.raises(ValidationError) as wrong:
        judged(cast, second, length="in_order")
    assert set(wrong.value.error_dict) == {f"note_{length.pk}"}
    judged(cast, second, length=("in_order", "Sổ ghi đủ giờ."))
    assert stale_codes(cast, second) == set()


def test_the_same_verdict_on_new_facts_can_be_given_again(cast, case):
    Meeting.objects.filter(month__month=6).update(month=datetime.date(2026, 3, 1))
    second = drawn_up(cast, case, after=1, day="2026-10-21")
    assert stale_codes(cast, second) >= {"cadence"}
    judged(cast, second, cadence="shortcoming")
    assert "cadence" not in stale_codes(cast, second)
    # on the same facts it is nothing new, whichever checklist it was given on
    with pytest.raises(ValidationError):
        judged(cast, second, cadence="shortcoming", dues=("not_examined", "Chưa có sổ."))


def test_a_limit_that_changed_makes_a_verdict_stale(cast, case):
    """The facts read as before; what counts as a shortcoming does not."""
    first = case.checklists.get()
    assert item(first, "cadence").state == "shortcoming"
    ChecklistLine.objects.filter(code="cadence").update(limit=6)
    second = drawn_up(cast, case, after=1, day="2026-10-21")
    assert item(second, "cadence").state == "in_order" and stale_codes(cast, second) == {"cadence"}


def test_a_line_judged_on_other_facts_waits_for_its_verdict(cast, case):
    judged(cast, case.checklists.get(), length=("in_order", "Đã đối chiếu."))
    shortened()
    second = drawn_up(cast, case, after=1, day="2026-10-21")
    length, cadence, speaking = (item(second, code).pk for code in ("length", "cadence", "speaking"))
    with on(DAY):
        answer = logged_in(cast["member"]).get(page("judge", second))
    form = answer.context["form"]
    assert form[f"verdict_{length}"].value() is None and form[f"note_{length}"].value() == "Đã đối chiếu."
    assert form[f"verdict_{cadence}"].value() == "shortcoming"
    # what was said before is told beside it
    assert words_of(answer).count(STALE) == 1
    # its note stands untouched while others are judged; a note of its own asks for a verdict
    wishes = {
        f"verdict_{cadence}": "shortcoming",
        f"note_{length}": "Đã đối chiếu.",
        f"verdict_{speaking}": "not_examined",
        f"note_{speaking}": "Không ghi.",
    }
    with on(DAY):
        send(logged_in(cast["member"]), page("judge", second), **wishes)
        again = send(logged_in(cast["member"]), page("judge", second), status=422, **{f"note_{length}": "Khác."})
    assert set(again.context["form"].errors) == {f"verdict_{length}"}
    assert stale_codes(cast, second) == {"length"}


# what was typed while another came


def test_what_was_typed_on_an_earlier_version_comes_back_typed(cast, case):
    first, old = case.checklists.get(), sampled(cast, case, "muối", "2026-10-21")
    drawn_up(cast, case, after=1, day="2026-10-21")
    sampled(cast, case, "vừng", "2026-10-22", after=1)
    note, row = f"note_{item(first, 'committee').pk}", old.meetings.all()[0]
    for name, about, field in (("judge", first, note), ("note_examined", old, f"note_{row.pk}")):
        wishes = {field: "Ghi lâu lắm.", field.replace("note", "verdict"): "shortcoming"}
        for _again in range(2):
            with on(DAY):
                answer = send(logged_in(cast["member"]), page(name, about), status=422, **wishes)
            assert answer.context["form"][field].value() == "Ghi lâu lắm."
            assert "mới nhất" in words_of(answer)


def test_forms_of_an_earlier_version_lead_to_the_newest(cast, case):
    first, old = case.checklists.get(), sampled(cast, case, "muối", "2026-10-21")
    second = drawn_up(cast, case, after=1, day="2026-10-21")
    newer = sampled(cast, case, "vừng", "2026-10-22", after=1)
    with on(DAY):
        client = logged_in(cast["member"])
        assert client.get(page("judge", first)).url == page("checklist", second)
        assert client.get(page("note_examined", old)).url == page("sample", newer)
        assert client.get(page("judge", second)).status_code == 200
        assert client.get(page("note_examined", newer)).status_code == 200


def test_forms_of_a_stage_that_is_over_lead_back(cast, case):
    checklist, sample = case.checklists.get(), sampled(cast, case, "muối", "2026-10-21")
    line, subject = item(checklist, "cadence"), subject_of(case)
    forms = [
        ("judge", checklist, page("checklist", checklist)),
        ("record_finding", line, page("checklist", checklist)),
        ("draw_up", subject, page("checklist", checklist)),
        ("draw_sample", subject, page("sample", sample)),
        ("note_examined", sample, page("sample", sample)),
    ]
    with on(DAY):
        client = logged_in(cast["member"])
        for name, row, _to in forms:
            assert client.get(page(name, row)).status_code == 200, name
        type(case).objects.filter(pk=case.pk).update(stage="concluded")
        for name, row, to in forms:
            answer = client.get(page(name, row))
            assert (answer.status_code, answer.headers.get("Location")) == (302, to), name


# what the record of deeds says


def last_entry(case, verb):
    return audit.entries_of(case).filter(verb=verb).order_by("pk").last()


def test_a_changed_note_stands_in_the_record_of_deeds(cast, case):
    judged(cast, case.checklists.get(), dues=("not_examined", "Sổ mất."))
    entry = last_entry(case, "judge_lines")
    assert entry.old == {"dues": {"verdict": "not_examined", "note": "Chưa có sổ."}}
    assert entry.new == {"dues": {"verdict": "not_examined", "note": "Sổ mất."}}


def test_the_entry_of_a_finding_names_the_line_and_the_checklist(cast, case):
    cadence = item(case.checklists.get(), "cadence")
    severity = Severity.objects.get(code="limitation")
    facts = FindingFacts(text="Thiếu.", severity=severity, responsible=subject_of(case))
    record_line_finding(acting_user=cast["member"], item=cadence, facts=facts, files=[], now=at("2026-10-20"))
    new = last_entry(case, "add_finding").new
    assert (new["line"], new["checklist"]) == (cadence.title, str(cadence.checklist))
    assert new["text"] == "Thiếu."


# how a draw is explained


@pytest.mark.parametrize(("rule", "said"), [("random", "xếp các buổi theo mã SHA-256"), ("every", "muối:0")])
def test_the_page_of_a_sample_says_how_to_draw_it_again(cast, case, rule, said):
    Meeting.objects.filter(rating="good", month__month=1).update(total="87.5")
    wish = DrawGiven(rule, 2, "muối")
    made = draw_sample(acting_user=cast["member"], subject=subject_of(case), given=wish, after=0, now=at(DAY))
    told = read(cast["member"], page("sample", made), DAY)
    assert said in told
    assert ("muối:0" in told) == (rule == "every")
    assert "05/01/2026 87,5" in told[told.index("Chọn từ những buổi nào") :]
    assert "2026-01-05" not in told and "87.5" not in told
