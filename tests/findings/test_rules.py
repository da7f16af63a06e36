"""The pure rules of findings and notices (domain.md §5.1)."""

import pytest

from inspections.findings.rules import DemandFacts, Gap, Place, Problem, is_like, notice_problems, telling_words
from inspections.findings.words import WORDS, in_words
from inspections.organisations.text import fold

GROUNDS = {"decision", "plan", "result_report", "minutes_extract"}
WHOLE = {
    "number": 1,
    "finding_numbers": frozenset({1}),
    "has_assignee": True,
    "has_monitor": True,
    "monitor_is_subject": False,
    "monitor_has_log_in": True,
    "has_date": True,
    "date_is_past": False,
}


def demand(**changes):
    return DemandFacts(**{**WHOLE, **changes})


def problems(**changes):
    notice = {
        "grounds": GROUNDS,
        "finding_numbers": [1],
        "demands": [demand()],
        "has_carrying_out": True,
        "unconsidered": [],
    }
    return notice_problems(**{**notice, **changes})


def test_a_whole_notice_has_no_problem():
    assert problems() == []


def test_praise_alone_needs_no_demand():
    assert problems(finding_numbers=[], demands=[]) == []


# what is taken away from a whole notice, and what is said about it, where
GAPS = [
    ({"grounds": GROUNDS - {"decision"}}, [Problem(Place.GROUNDS, 0, Gap.NO_DECISION)]),
    ({"grounds": GROUNDS - {"plan"}}, [Problem(Place.GROUNDS, 0, Gap.NO_PLAN)]),
    ({"grounds": GROUNDS - {"result_report"}}, [Problem(Place.GROUNDS, 0, Gap.NO_REPORT)]),
    ({"grounds": GROUNDS - {"minutes_extract"}}, [Problem(Place.GROUNDS, 0, Gap.NO_SITTING)]),
    ({"demands": []}, [Problem(Place.SHORTCOMINGS, 1, Gap.NOT_DEMANDED)]),
    ({"finding_numbers": [1, 2]}, [Problem(Place.SHORTCOMINGS, 2, Gap.NOT_DEMANDED)]),
    (
        {"demands": [demand(), demand(number=2, finding_numbers=frozenset())]},
        [Problem(Place.DEMANDS, 2, Gap.ANSWERS_NOTHING)],
    ),
    # a demand that answers only a finding dropped meanwhile answers nothing
    (
        {"demands": [demand(), demand(number=2, finding_numbers=frozenset({7}))]},
        [Problem(Place.DEMANDS, 2, Gap.ANSWERS_NOTHING)],
    ),
    ({"demands": [demand(has_assignee=False)]}, [Problem(Place.DEMANDS, 1, Gap.NO_ASSIGNEE)]),
    (
        {"demands": [demand(has_monitor=False, monitor_has_log_in=False)]},
        [Problem(Place.DEMANDS, 1, Gap.NO_MONITOR)],
    ),
    ({"demands": [demand(monitor_is_subject=True)]}, [Problem(Place.DEMANDS, 1, Gap.MONITOR_IS_SUBJECT)]),
    ({"demands": [demand(monitor_has_log_in=False)]}, [Problem(Place.DEMANDS, 1, Gap.MONITOR_HAS_NO_LOG_IN)]),
    ({"demands": [demand(has_date=False)]}, [Problem(Place.DEMANDS, 1, Gap.NO_DATE)]),
    ({"demands": [demand(date_is_past=True)]}, [Problem(Place.DEMANDS, 1, Gap.DATE_IS_PAST)]),
    ({"has_carrying_out": False}, [Problem(Place.CARRYING_OUT, 0, Gap.NO_CARRYING_OUT)]),
    ({"unconsidered": [1]}, [Problem(Place.ANSWERS, 1, Gap.NOT_CONSIDERED)]),
]


@pytest.mark.parametrize(("changes", "expected"), GAPS, ids=[one[1][0].gap.value for one in GAPS])
def test_each_gap_is_told_at_its_place(changes, expected):
    assert problems(**changes) == expected


def test_the_table_above_knows_every_gap():
    assert {problem.gap for _changes, expected in GAPS for problem in expected} == set(Gap)


def test_several_gaps_are_all_told_in_the_order_of_the_page():
    found = problems(
        grounds=set(),
        finding_numbers=[1, 2],
        demands=[demand(has_monitor=False, has_date=False)],
        has_carrying_out=False,
        unconsidered=[2],
    )
    assert [problem.gap for problem in found] == [
        Gap.NO_DECISION,
        Gap.NO_PLAN,
        Gap.NO_REPORT,
        Gap.NO_SITTING,
        Gap.NOT_CONSIDERED,
        Gap.NOT_DEMANDED,
        Gap.NO_MONITOR,
        Gap.NO_DATE,
        Gap.NO_CARRYING_OUT,
    ]


@pytest.mark.parametrize("gap", Gap)
def test_every_gap_has_its_sentence_with_the_number(gap):
    told = in_words([Problem(Place.DEMANDS, 7, gap)])[0]
    assert told.text
    assert ("7" in told.text) is ("%(number)s" in str(WORDS[gap]))


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("Sinh hoạt chuyên đề chưa đủ mỗi quý", "Chưa đủ sinh hoạt chuyên đề quý II, quý III", True),
        ("Chưa bàn giao hồ sơ sau sáp nhập", "Việc bàn giao hồ sơ khi sáp nhập còn chậm", True),
        ("Sinh hoạt chuyên đề chưa đủ mỗi quý", "Thu nộp đảng phí không đúng quy định", False),
        ("Chưa thực hiện", "Chưa có", False),
        ("", "Thu nộp đảng phí", False),
    ],
)
def test_likeness_goes_by_the_telling_words(one, other, alike):
    assert is_like(telling_words(fold(one)), telling_words(fold(other))) is alike
