"""Pure rules of findings and notices: likeness, and what keeps a notice from being published (domain.md §5.1)."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

WORD = re.compile(r"\w+")
# Words that every finding has say nothing about likeness.
COMMON = frozenset(
    [
        "chua",
        "khong",
        "viec",
        "cua",
        "va",
        "cac",
        "trong",
        "theo",
        "co",
        "duoc",
        "con",
        "mot",
        "so",
        "chi",
        "bo",
        "tai",
        "de",
        "voi",
        "cho",
        "thuc",
        "hien",
    ]
)
ALIKE = 0.5


def telling_words(folded: str) -> frozenset[str]:
    """The words of a folded text that say what it is about."""
    return frozenset(WORD.findall(folded)) - COMMON


def likeness(one: Collection[str], other: Collection[str]) -> float:
    """How many of their telling words two texts share: 0 to 1, of the shorter one's words."""
    smaller = min(len(one), len(other))
    return len(set(one) & set(other)) / smaller if smaller else 0.0


def is_like(one: Collection[str], other: Collection[str]) -> bool:
    """Whether two findings are about the same thing, by their telling words."""
    return likeness(one, other) >= ALIKE


class Place(StrEnum):
    """Where on the notice page a reason stands."""

    GROUNDS = "grounds"
    SHORTCOMINGS = "shortcomings"
    DEMANDS = "demands"
    CARRYING_OUT = "carrying_out"
    ANSWERS = "answers"


class Gap(StrEnum):
    """What a notice lacks."""

    NO_DECISION = "no_decision"
    NO_PLAN = "no_plan"
    NO_REPORT = "no_report"
    NO_SITTING = "no_sitting"
    NOT_DEMANDED = "not_demanded"
    ANSWERS_NOTHING = "answers_nothing"
    NO_ASSIGNEE = "no_assignee"
    NO_MONITOR = "no_monitor"
    MONITOR_IS_SUBJECT = "monitor_is_subject"
    MONITOR_HAS_NO_LOG_IN = "monitor_has_no_log_in"
    NO_DATE = "no_date"
    DATE_IS_PAST = "date_is_past"
    NO_CARRYING_OUT = "no_carrying_out"
    NOT_CONSIDERED = "not_considered"


@dataclass(frozen=True)
class Problem:
    """One reason why a notice cannot be published: where, about which number (0: the whole), what."""

    place: Place
    number: int
    gap: Gap


@dataclass(frozen=True)
class DemandFacts:
    """What the rules need to know of a demand."""

    number: int
    finding_numbers: frozenset[int]
    has_assignee: bool
    has_monitor: bool
    monitor_is_subject: bool
    monitor_has_log_in: bool
    has_date: bool
    date_is_past: bool


def notice_problems(
    *,
    grounds: Collection[str],
    finding_numbers: Iterable[int],
    demands: Iterable[DemandFacts],
    has_carrying_out: bool,
    unconsidered: Iterable[int],
) -> list[Problem]:
    """Every reason why the notice cannot be published, in the order of the page.

    grounds: which of decision, plan, result_report, minutes_extract are there. unconsidered: numbers of findings
    with an answer that is not considered yet."""
    problems = [
        Problem(Place.GROUNDS, 0, gap)
        for paper, gap in (
            ("decision", Gap.NO_DECISION),
            ("plan", Gap.NO_PLAN),
            ("result_report", Gap.NO_REPORT),
            ("minutes_extract", Gap.NO_SITTING),
        )
        if paper not in grounds
    ]
    problems += [Problem(Place.ANSWERS, number, Gap.NOT_CONSIDERED) for number in unconsidered]
    demand_list = list(demands)
    demanded = frozenset(number for demand in demand_list for number in demand.finding_numbers)
    standing = set(finding_numbers)
    problems += [
        Problem(Place.SHORTCOMINGS, number, Gap.NOT_DEMANDED) for number in sorted(standing) if number not in demanded
    ]
    for demand in demand_list:
        if not demand.finding_numbers & standing:
            problems.append(Problem(Place.DEMANDS, demand.number, Gap.ANSWERS_NOTHING))
        problems += [Problem(Place.DEMANDS, demand.number, gap) for gap in _demand_gaps(demand)]
    if not has_carrying_out:
        problems.append(Problem(Place.CARRYING_OUT, 0, Gap.NO_CARRYING_OUT))
    return problems


def _demand_gaps(demand: DemandFacts) -> list[Gap]:
    checks = (
        (not demand.has_assignee, Gap.NO_ASSIGNEE),
        (not demand.has_monitor, Gap.NO_MONITOR),
        (demand.has_monitor and demand.monitor_is_subject, Gap.MONITOR_IS_SUBJECT),
        (demand.has_monitor and not demand.monitor_has_log_in, Gap.MONITOR_HAS_NO_LOG_IN),
        (not demand.has_date, Gap.NO_DATE),
        (demand.has_date and demand.date_is_past, Gap.DATE_IS_PAST),
    )
    return [gap for applies, gap in checks if applies]
