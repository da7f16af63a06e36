"""A finding like one concluded earlier for the same subject is shown as recurring, and leads to the earlier one
(issue 2, 6)."""

import re
from datetime import date as D
from io import BytesIO
from typing import Any

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from inspections.cases.models import Case
from inspections.cases.services.opening import SubjectChoice
from inspections.findings.models import Finding
from project.demo import stories
from tests.browse import logged_in, on, words_of
from tests.cast import Cast, at
from tests.standing import story
from workflows import starts

pytestmark = pytest.mark.django_db
BEFORE = "Sinh hoạt chi bộ chưa đều, có hai quý không sinh hoạt chuyên đề."
AGAIN = "Có quý không sinh hoạt chuyên đề; sinh hoạt chưa đều."
OTHER = "Thu nộp đảng phí chậm."
DAY = "2026-11-20"
RECURRING = "tái diễn"


@story
def earlier(cast: Cast) -> Finding:
    """What was concluded about Đồng Muối in the summer's case."""
    stories.run_to_notice(cast, BEFORE)
    return Finding.objects.get()


def verified(cast: Cast, *texts: str, cell: str = "dong_muoi", by: str = "dm_secretary") -> list[Finding]:
    """The findings of a new case about a cell, in the course of its verification."""
    subjects = [SubjectChoice(cast.organisation(cell))]
    case = stories.signed(cast, stories.proposed(cast, content="Việc chấp hành Điều lệ Đảng", subjects=subjects))
    stories.prepared(cast, case)
    stories.announced(cast, case)
    stories.self_reported(cast, case, by=by)
    return stories.found(cast, case, *texts, day="2026-11-16")


def opened(cast: Cast, who: str, address: str, **asked: str) -> Any:
    with on(DAY):
        page = logged_in(cast[who]).get(address, asked)
    assert page.status_code == 200, address
    return page


def badges(page: Any) -> list[str]:
    """The states that stand on a page, each in its words."""
    shown = re.findall(r'<span class="state[^"]*">(.*?)</span>', page.content.decode(), re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", one).split()) for one in shown]


def marked(cast: Cast, who: str, *findings: Finding) -> list[bool]:
    """Of each finding, whether its own page calls it recurring."""
    return [RECURRING in badges(opened(cast, who, one.get_absolute_url())) for one in findings]


def recurrences(cast: Cast, who: str) -> list[int]:
    page = opened(cast, who, reverse("findings:list"), recurring="yes")
    assert badges(page).count(RECURRING) == len(page.context["page"].object_list)
    return [one.pk for one in page.context["page"].object_list]


def test_it_is_marked_on_every_page_and_leads_to_the_earlier_one(cast: Cast, earlier: Finding):
    again, other = verified(cast, AGAIN, OTHER)
    assert marked(cast, "member", again, other, earlier) == [True, False, False]
    page = opened(cast, "member", again.get_absolute_url())
    link = f'<a href="{earlier.get_absolute_url()}">{earlier.case.number}: '
    assert link in page.content.decode()
    assert badges(opened(cast, "member", reverse("findings:of_case", args=[again.case_id]))).count(RECURRING) == 1
    assert badges(opened(cast, "member", reverse("findings:list"))).count(RECURRING) == 1
    assert recurrences(cast, "member") == [again.pk]
    with on(DAY):
        book = logged_in(cast["member"]).get(reverse("findings:list"), {"recurring": "yes", "export": "xlsx"})
    head, (*_facts, told) = load_workbook(BytesIO(book.content)).active.iter_rows(values_only=True)
    assert (head[-1], told) == ("Tái diễn", str(earlier))


def test_the_same_at_another_cell_or_dropped_or_not_concluded_recurs_nothing(cast: Cast, earlier: Finding):
    (elsewhere,) = verified(cast, AGAIN, cell="suoi_da", by="sd_secretary")
    assert marked(cast, "member", elsewhere) == [False]
    # a like one of the same cell in a case that is still at work is no earlier conclusion
    (running,) = verified(cast, "Chưa nộp báo cáo quý về công tác dân vận.")
    (second,) = verified(cast, "Báo cáo quý về công tác dân vận chưa nộp.")
    assert (running.recurs, second.recurs) == (None, None)
    assert recurrences(cast, "member") == []


def test_the_newest_of_several_earlier_ones_is_named(cast: Cast, earlier: Finding):
    stories.run_to_notice(cast, AGAIN)
    middle = Finding.objects.exclude(pk=earlier.pk).get()
    (last,) = verified(cast, AGAIN)
    assert (middle.recurs, last.recurs) == (earlier, middle)
    page = opened(cast, "member", last.get_absolute_url()).content.decode()
    assert middle.get_absolute_url() in page and earlier.get_absolute_url() not in page


def test_who_does_not_see_the_earlier_one_is_not_told_which_it_is(cast: Cast, earlier: Finding):
    starts.withdraw_from_case(
        acting_user=cast["member2"], case=earlier.case, reason="Có quan hệ họ hàng.", now=at("2026-11-13")
    )
    (again,) = verified(cast, AGAIN)
    page = opened(cast, "member2", again.get_absolute_url())
    assert earlier.case.number not in words_of(page)
    assert f'"{earlier.get_absolute_url()}"' not in page.content.decode()
    with on(DAY):
        book = logged_in(cast["member2"]).get(reverse("findings:list"), {"export": "xlsx"})
    _head, (*_facts, told) = load_workbook(BytesIO(book.content)).active.iter_rows(values_only=True)
    assert not told


def test_the_subject_reads_it_when_the_draft_is_released(cast: Cast, earlier: Finding):
    (again,) = verified(cast, AGAIN)
    with on(DAY):
        assert logged_in(cast["dm_secretary"]).get(again.get_absolute_url()).status_code == 404
    case = Case.objects.get(pk=again.case_id)
    stories.worked_with(cast, case, day="2026-11-16")
    stories.verified(cast, case, day="2026-11-17")
    stories.released(cast, case, day="2026-11-18", due=D(2026, 11, 25))
    assert marked(cast, "dm_secretary", again) == [True]
    assert earlier.get_absolute_url() in opened(cast, "dm_secretary", again.get_absolute_url()).content.decode()
