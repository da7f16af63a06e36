"""What always holds of the rows, for operators and tests: each invariant names the rows that break it.

Source: reliability.md §3. `manage.py check_invariants` prints them; the number of queries does not grow with the rows.
"""

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from workflows.invariants import (
    book,
    courses,
    meetings,
    members,
    papers,
    reminders,
    schemes,
    superiors,
    trail,
    tree,
    work,
)
from workflows.invariants.breach import Breach

__all__ = ["INVARIANTS", "Breach", "Invariant"]


@dataclass(frozen=True)
class Invariant:
    """One sentence that holds. breaches: moment -> the rows of which it does not."""

    code: str
    says: str
    breaches: Callable[[datetime.datetime], Iterable[Breach]]


INVARIANTS = (
    Invariant("one_course", "every signed case has exactly one process, and no other case has one", courses.one_course),
    Invariant("over_together", "a process runs while its row is at work, and ends with it", courses.over_together),
    Invariant("no_standstill", "no running process stands still without an open task", courses.no_standstill),
    Invariant("demands_watched", "every demand of a published notice has its correction", courses.demands_watched),
    Invariant(
        "looks_kept",
        "what is to be looked at again is accepted and has its clock, and each time it recurred was found",
        courses.looks_kept,
    ),
    Invariant(
        "suspensions_timed",
        "a suspension that lasts is of a member and has its clock",
        courses.suspensions_timed,
    ),
    Invariant(
        "carried_once", "a demand lies in one open follow-up case at most, which follows its own", courses.carried_once
    ),
    Invariant("tasks_agree", "a task and what is shown of it agree: open, on whose list, done", work.tasks_agree),
    Invariant("steps_told", "the last step that a case tells is the last that was done in it", work.steps_told),
    Invariant(
        "somebody_may",
        "every open task has a person who may do it, also one whose holder no longer may; "
        "a line of a running book may wait for the first office of who must correct",
        work.somebody_may,
    ),
    Invariant(
        "book_is_history",
        "what a running book brought in is marked as such, case, notice and correction alike, and nothing else is",
        book.book_is_history,
    ),
    Invariant("book_runs_on", "every open line of a running book has its clock", book.book_runs_on),
    Invariant("paths_agree", "every path in the tree, and every copy of one, is that of its place", tree.paths_agree),
    Invariant(
        "nothing_open_of_the_ended",
        "nothing open belongs to an organisation that ended",
        tree.nothing_open_of_the_ended,
    ),
    Invariant(
        "successions_lead_on",
        "an organisation whose place was taken has ended, by others than itself, in no circle",
        tree.successions_lead_on,
    ),
    Invariant(
        "homes_agree",
        "whoever is active in an organisation has his home there, today and without a day to come",
        members.homes_agree,
    ),
    Invariant(
        "stretches_apart",
        "a member has one home at a time, one stay elsewhere and one exemption",
        members.stretches_apart,
    ),
    Invariant(
        "totals_agree",
        "a closed meeting has as many points as its lines together, and the rating that so many points are",
        meetings.totals_agree,
    ),
    Invariant(
        "absences_agree",
        "how often running a member was absent is what the roll calls of his cell say",
        superiors.absences_agree,
    ),
    Invariant("remarks_timed", "a remark has its clock until it is answered, and no longer", superiors.remarks_timed),
    Invariant("numbers_run", "the numbers of a series have no gap and no double", papers.numbers_run),
    Invariant("numbers_in_order", "numbers of a series were given in the order of signing", papers.numbers_in_order),
    Invariant(
        "signed_is_numbered", "what was signed bears the number that was issued for it", papers.signed_is_numbered
    ),
    Invariant("one_clock", "one clock at most runs for a duty, and none for a row that is over", papers.one_clock),
    Invariant("due_by_rule", "a running clock is due when its rule or its words say", papers.due_by_rule),
    Invariant("spans_agree", "the stretches of a clock say what it says, without a gap", papers.spans_agree),
    Invariant(
        "reviews_equal_lists",
        "every figure that a review kept is that of the rows kept behind it",
        schemes.reviews_equal_lists,
    ),
    Invariant(
        "reviews_timed", "a planned review has its clock, due on its day, and no other has one", schemes.reviews_timed
    ),
    Invariant("once_a_rung", "each rung of the ladder went out once for a due day", reminders.once_a_rung),
    Invariant("none_too_late", "nobody was reminded of what was done or moved before", reminders.none_too_late),
    Invariant("all_caught_up", "by the last sweep every rung reached is recorded", reminders.all_caught_up),
    Invariant("trail_whole", "the chains and seals of the record are whole", trail.whole),
    Invariant("all_recorded", "every change that names who and when has its entry in the record", trail.all_recorded),
    Invariant("bytes_there", "every stored file has its bytes, with its hash and size", papers.bytes_there),
    Invariant("no_stray_bytes", "no bytes lie about without a row for more than a day", papers.no_stray_bytes),
)
