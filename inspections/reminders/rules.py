"""Which rungs of the ladder a deadline has reached and which of them is sent; by which ways a message goes."""

import datetime
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from inspections.calendars.rules import SOON, days_after

Date = datetime.date


class Passed(StrEnum):
    """Why a rung is not sent; the codes are those of `Reminder.Why`."""

    LATER_ONE = "later_one"
    BEFORE_START = "before_start"


@dataclass(frozen=True)
class Step:
    """A rung in use: its key, and its day as calendar days from the due day."""

    key: int
    days: int


@dataclass(frozen=True)
class Reached:
    """What a deadline has reached that is not recorded yet: the rung to send, and those passed over with the reason."""

    sent: int | None = None
    passed: Mapping[int, Passed] | None = None

    def __bool__(self) -> bool:
        return self.sent is not None or bool(self.passed)


def last_due_on(step: Step, today: Date) -> Date:
    """The latest due day of a deadline that has reached the rung by today."""
    return days_after(today, -step.days)


def reached(
    ladder: Iterable[Step], *, due_on: Date, since: Date, today: Date, recorded: Collection[int], sent: Iterable[int]
) -> Reached:
    """What is to be done for one deadline today.

    since: the day from which the due day stands as it does. recorded: keys of the rungs recorded for this due day;
    sent: the days of those that were sent. Of several rungs that were missed only the latest is sent, and none below
    one that was sent: after a stand-still people are told how it stands now, once."""
    open_ = [one for one in ladder if one.key not in recorded and due_on <= last_due_on(one, today)]
    live = [one for one in open_ if days_after(due_on, one.days) >= since]
    latest = max(live, key=lambda one: one.days, default=None)
    if latest is not None and any(days > latest.days for days in sent):
        latest = None
    passed = {one.key: Passed.LATER_ONE if one in live else Passed.BEFORE_START for one in open_ if one is not latest}
    return Reached(latest.key if latest is not None else None, passed)


NO_MAIL, DIGEST, AT_ONCE = "", "digest", "at_once"


def mail_for(days: int, mail: str) -> str:
    """When a mail goes out: at once only for what is due today or late."""
    return DIGEST if mail == AT_ONCE and days < 0 else mail


def ways(mail: str, *, is_must: bool, wants_app: bool, wants_mails: str) -> tuple[bool, str]:
    """Whether a message stands in the application, and when it goes by mail.

    mail: what the rung says. wants_mails: all, digest or none. What cannot be switched off goes as the rung says."""
    if is_must:
        return True, mail
    if wants_mails == "none" or not mail:
        return wants_app, NO_MAIL
    return wants_app, DIGEST if wants_mails == "digest" else mail


class When(StrEnum):
    """The groups of a digest, in its order."""

    LATE = "late"
    TODAY = "today"
    SOON = "soon"
    LATER = "later"


def when(due_on: Date, today: Date) -> When:
    """The group of a digest that a due day belongs to."""
    if due_on < today:
        return When.LATE
    if due_on == today:
        return When.TODAY
    return When.SOON if due_on <= days_after(today, SOON) else When.LATER
