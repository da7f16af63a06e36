"""A day of a team that inspects the meetings of a cell: the checklist comes filled in, is judged, a sample is drawn, a
line becomes a finding with its meetings, and the finding stands in the conclusion notice (domain.md §1.5, §6.7)."""

import pytest
from django.urls import reverse

from inspections.findings.models import Severity
from inspections.quality.models import Checklist, Sample
from permissions import audit
from project.demo import stories
from tests.browse import logged_in, on, read, send, words_of
from tests.quality.halves import half_year, item, subject_of, verifying
from tests.standing import story

pytestmark = pytest.mark.django_db
DAY = "2026-10-20"


@story
def case(cast):
    half_year(cast)
    return verifying(cast)


def page(cast, who, name, *args, day=DAY, status=200):
    return read(cast[who], reverse(f"quality:{name}", args=args), day, status=status)


def sent(cast, who, name, pk, status=302, **fields):
    with on(DAY):
        return send(logged_in(cast[who]), reverse(f"quality:{name}", args=[pk]), status=status, **fields)


def test_from_the_checklist_to_the_notice(cast, case):
    subject = subject_of(case)
    assert "chưa lập" in page(cast, "member", "of_case", case.pk)

    # drawn up with one press: the facts of the half year stand in it
    sent(cast, "member", "draw_up", subject.pk)
    checklist = Checklist.objects.get(subject=subject)
    told = page(cast, "member", "checklist", checklist.pk)
    assert "4/6 tháng có sinh hoạt định kỳ" in told
    assert "03/2026: không có sinh hoạt định kỳ" in told
    assert "05/2026: không tổ chức sinh hoạt định kỳ" in told
    assert "1/2 quý có sinh hoạt chuyên đề" in told
    assert "quý 2 năm 2026: không có sinh hoạt chuyên đề" in told

    # judged line by line; what the record alone does not say asks for a note, and nothing typed is lost
    cadence, speaking, committee = (item(checklist, code).pk for code in ("cadence", "speaking", "committee"))
    wishes = {f"verdict_{cadence}": "shortcoming", f"verdict_{committee}": "shortcoming"}
    again = sent(cast, "member", "judge", checklist.pk, status=422, **wishes)
    assert "Nêu lý do" in words_of(again)
    assert again.context["form"][f"verdict_{cadence}"].value() == "shortcoming"
    wishes |= {f"note_{committee}": "Sổ họp chi uỷ không có biên bản tháng 4, 6.", f"verdict_{speaking}": "in_order"}
    wishes[f"note_{speaking}"] = "Xem năm biên bản, đa số phát biểu."
    sent(cast, "member", "judge", checklist.pk, **wishes)
    assert "Đã nhận xét 3/17 dòng" in page(cast, "officer", "checklist", checklist.pk)

    # two meetings at random; who reads it draws the same again
    sent(cast, "officer", "draw_sample", subject.pk, rule="random", size="2", seed="muối")
    sample = Sample.objects.get(subject=subject)
    first, second = sample.meetings.all()
    sent(cast, "officer", "note_examined", sample.pk, **{f"examined_{first.pk}": "on", f"note_{first.pk}": "Đủ sổ."})
    told = page(cast, "member", "sample", sample.pk)
    assert "Chọn 2 trong 5 buổi" in told and "vẫn đúng những buổi này" in told and "Đủ sổ." in told
    assert first.meeting.told in told and second.meeting.told in told

    # the line becomes a finding: wording, facts and meetings are in the form
    with on(DAY):
        form = logged_in(cast["member"]).get(reverse("quality:record_finding", args=[cadence])).context["form"]
    text = form["text"].value()
    assert text.startswith("Chi bộ chưa duy trì nền nếp sinh hoạt định kỳ hằng tháng.\n")
    assert "03/2026: không có sinh hoạt định kỳ" in text
    severity = Severity.objects.get(code="limitation").pk
    fields = {"text": text, "severity": severity, "responsible": subject.pk, "topic": form["topic"].value()}
    sent(cast, "member", "record_finding", cadence, **fields)
    finding = case.findings.get()
    assert finding.topic == "Nền nếp sinh hoạt định kỳ" and finding.from_line.item_id == cadence
    assert f"Nội dung đánh giá {finding.number}" in page(cast, "member", "checklist", checklist.pk)

    # and goes the way of every finding; the subject reads the evidence once it is released, and no checklist
    address = finding.get_absolute_url()
    read(cast["dm_secretary"], address, DAY, status=404)
    stories.verified(cast, case)
    stories.released(cast, case)
    told = read(cast["dm_secretary"], address, "2026-10-27")
    assert "4/6 tháng có sinh hoạt định kỳ" in told and "Đến bảng kiểm" not in told
    page(cast, "dm_secretary", "checklist", checklist.pk, day="2026-10-27", status=404)
    stories.answered(cast, case)
    stories.considered(cast, case)
    stories.conferred(cast, case)
    stories.reported(cast, case)
    stories.appraised(cast, case)
    stories.concluded(cast, case)
    stories.noticed(cast, case)
    told = read(cast["secretary"], reverse("findings:notice", args=[case.pk]), "2026-11-10")
    assert "Chi bộ chưa duy trì nền nếp sinh hoạt định kỳ hằng tháng." in told
    # what was looked at stays; nothing is drawn up after the conclusion
    assert "Lập lại" not in page(cast, "member", "checklist", checklist.pk, day="2026-11-10")
    assert "4/6 tháng" in page(cast, "chair", "paper", checklist.pk, day="2026-11-10")
    deeds = [one.verb for one in audit.entries_of(case)]
    for verb in ("draw_up_checklist", "judge_lines", "draw_sample", "note_examined"):
        assert deeds.count(verb) == 1, verb
