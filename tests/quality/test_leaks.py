"""What the team notes is the team's: the cell, other cells and another commune read nothing of it, at any stage."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from inspections.cases.services.opening import SubjectChoice
from inspections.findings.models import Finding, Severity
from inspections.findings.services.findings import FindingFacts, change_finding
from inspections.quality.services.checklists import record_line_finding
from inspections.quality.services.samples import DrawGiven, ExaminedGiven, draw_sample, note_examined
from project.demo import stories
from project.demo.drive import do
from tests.browse import logged_in, on, read, text_of
from tests.cast import at
from tests.quality.halves import FIRST_HALF, drawn_up, half_year, item, judged, subject_of, verifying
from tests.standing import story

pytestmark = pytest.mark.django_db
SECRET = "Ghi riêng của đoàn 7319"
NOW = at("2026-10-20")


@story
def case(cast):
    """A checklist, a verdict and a sample with the team's own words, and a finding from a line."""
    half_year(cast)
    case = verifying(cast)
    checklist = drawn_up(cast, case)
    judged(cast, checklist, dues=("not_examined", SECRET), cadence=("shortcoming", SECRET))
    wish = DrawGiven("random", 2, SECRET)
    sample = draw_sample(acting_user=cast["member"], subject=subject_of(case), given=wish, after=0, now=NOW)
    row = sample.meetings.all()[0]
    given = {row.pk: ExaminedGiven(True, SECRET)}
    note_examined(acting_user=cast["member"], sample=sample, given=given, now=NOW)
    severity = Severity.objects.get(code="limitation")
    facts = FindingFacts(text="Thiếu một tháng.", severity=severity, responsible=subject_of(case))
    cadence = item(checklist, "cadence")
    record_line_finding(acting_user=cast["member"], item=cadence, facts=facts, files=[], now=NOW)
    return case


def addresses(case):
    checklist, sample = case.checklists.get(), case.samples.get()
    names = [
        ("of_case", case),
        ("checklist", checklist),
        ("paper", checklist),
        ("judge", checklist),
        ("record_finding", checklist.items.get(code="cadence")),
        ("sample", sample),
        ("note_examined", sample),
        ("draw_up", subject_of(case)),
        ("draw_sample", subject_of(case)),
    ]
    return [reverse(f"quality:{name}", args=[row.pk]) for name, row in names]


def everything_read_by(user, case, day):
    """All that the user gets of the case's pages and of those of the checklist."""
    finding = case.findings.get()
    pages = ["overview", "papers", "timeline", "people"]
    urls = [reverse(f"cases:{name}", args=[case.pk]) for name in pages]
    urls += [reverse("findings:of_case", args=[case.pk]), finding.get_absolute_url(), *addresses(case)]
    with on(day):
        answers = [logged_in(user).get(url) for url in urls]
    assert all(one.status_code in (403, 404) for one in answers[-9:]), [one.status_code for one in answers[-9:]]
    return " ".join(text_of(one) for one in answers)


@pytest.mark.parametrize(
    "who",
    ["dm_secretary", "dm_deputy", "sd_secretary", "stranger", "stranger_secretary", "administrator", "office_chief"],
)
def test_neither_the_subject_nor_anybody_elsewhere_reads_what_the_team_noted(cast, case, who):
    told = everything_read_by(cast[who], case, "2026-10-20")
    assert SECRET not in told and "4/6 tháng" not in told
    assert reverse("quality:of_case", args=[case.pk]) not in told


def test_of_what_was_released_the_subject_reads_the_evidence_and_no_more(cast, case):
    stories.verified(cast, case)
    stories.released(cast, case)
    told = everything_read_by(cast["dm_secretary"], case, "2026-10-27")
    assert "4/6 tháng" in told and SECRET not in told
    other = everything_read_by(cast["sd_secretary"], case, "2026-10-27")
    assert "4/6 tháng" not in other and SECRET not in other


def test_the_office_that_appraises_the_report_reads_no_checklist_and_no_sample(cast, case):
    for step in ("verified", "released", "answered", "considered", "conferred", "reported"):
        getattr(stories, step)(cast, case)
    told = everything_read_by(cast["office_chief"], case, "2026-11-02")
    assert case.number in told and SECRET not in told and "4/6 tháng" not in told
    assert reverse("quality:of_case", args=[case.pk]) not in told


# a case about two cells: what stands in the record of one is for its own


@pytest.fixture
def of_two(cast):
    half_year(cast)
    half_year(cast, "suoi_da")
    cells = [SubjectChoice(cast.organisation(key)) for key in ("dong_muoi", "suoi_da")]
    case = stories.signed(cast, stories.proposed(cast, subjects=cells, examined=FIRST_HALF))
    stories.prepared(cast, case)
    stories.announced(cast, case)
    for subject, by in zip(case.subjects.order_by("pk"), ("dm_secretary", "sd_secretary"), strict=True):
        do(cast[by], subject, "self_report", at("2026-10-15"), text="Chi bộ tự kiểm tra.")
    stories.worked_with(cast, case)
    case.refresh_from_db()
    return case


def shortcoming(responsible):
    limitation = Severity.objects.get(code="limitation")
    return FindingFacts(text="Thiếu một tháng.", severity=limitation, responsible=responsible)


def test_a_line_of_one_cell_makes_no_finding_on_another(cast, of_two):
    ours, other = of_two.subjects.order_by("pk")
    cadence = item(drawn_up(cast, of_two), "cadence")
    with pytest.raises(ValidationError) as wrong:
        record_line_finding(acting_user=cast["member"], item=cadence, facts=shortcoming(other), files=[], now=NOW)
    assert set(wrong.value.error_dict) == {"responsible"} and not Finding.objects.exists()
    record_line_finding(acting_user=cast["member"], item=cadence, facts=shortcoming(ours), files=[], now=NOW)
    assert Finding.objects.get().from_line.item == cadence


def test_whoever_is_made_responsible_later_reads_the_finding_without_the_evidence(cast, of_two):
    ours, other = of_two.subjects.order_by("pk")
    cadence = item(drawn_up(cast, of_two), "cadence")
    made = record_line_finding(acting_user=cast["member"], item=cadence, facts=shortcoming(ours), files=[], now=NOW)
    change_finding(
        acting_user=cast["member"], finding=made, facts=shortcoming(other), files=[], reason="Nhầm.", now=NOW
    )
    stories.verified(cast, of_two)
    stories.released(cast, of_two)
    told = read(cast["sd_secretary"], made.get_absolute_url(), "2026-10-27")
    assert "Thiếu một tháng." in told and "4/6 tháng" not in told and "03/2026" not in told
    assert "4/6 tháng" in read(cast["chair"], made.get_absolute_url(), "2026-10-27")


def test_leaders_above_read_the_case_and_not_what_the_team_noted(cast, case):
    told = everything_read_by(cast["secretary"], case, "2026-10-20")
    assert case.number in told and SECRET not in told


def test_the_team_and_the_body_read_all_of_it(cast, case):
    for who in ("member", "officer", "chair", "member2"):
        for address in addresses(case)[1:3]:
            assert SECRET in read(cast[who], address, "2026-10-20"), (who, address)
