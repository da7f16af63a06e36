"""What the record says of a cell and its meetings over a period, as the measures take it: no database."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

from inspections.calendars.rules import months_from_to
from inspections.superiors.rules import Flag, Life, Setting, Settings, is_counted, last_of


class Measure(StrEnum):
    """What a line of the checklist is computed by."""

    CADENCE = "cadence"
    THEMATIC = "thematic"
    LENGTH = "length"
    ATTENDANCE = "attendance"
    ABSENT = "absent"
    CONTENTS = "contents"
    PREPARATION = "preparation"
    SPEAKING = "speaking"
    MINUTES = "minutes"
    ASSIGNING = "assigning"
    CARRIED_OUT = "carried_out"
    HANDED_IN = "handed_in"
    SCORING = "scoring"
    DUES = "dues"
    NOTICES = "notices"


# which flag of superiors tells of what a measure of cadence asks: one rule, so that both say the same
FLAGS: Mapping[Measure, Flag] = {Measure.CADENCE: Flag.NO_REGULAR, Measure.THEMATIC: Flag.NO_THEMATIC}


@dataclass(frozen=True)
class Period:
    """The days examined, both included, as looked at on the day `drawn_on`."""

    first: datetime.date
    last: datetime.date
    drawn_on: datetime.date

    @property
    def months(self) -> list[datetime.date]:
        """The months that lie wholly in the period and are over, each by its first day."""
        months = [month for month, _weeks in months_from_to(self.first, self.last)]
        return [
            one for one in months if self.first <= one and last_of(one) <= self.last and last_of(one) < self.drawn_on
        ]

    def has(self, day: datetime.date | None) -> bool:
        return day is not None and self.first <= day <= self.last


@dataclass(frozen=True)
class MeetingFacts:
    """What the record says of one meeting. month: its first day; day: on which it was held, None when it was not.

    is_recorded: its evening is recorded here, not known from a list alone. left_over: held and not closed.
    asked: minutes asked of a cell of its size, None where no criteria say so. unassigned: contents that nobody was to
    prepare. documents_hours: before its start, None when none were out. speakers: None when it is said that they
    were not recorded. differing: what each other body gave in all, where it differs beyond the margin of the criteria;
    scored_by: how many other bodies scored it."""

    key: int
    month: datetime.date
    planned_on: datetime.date
    day: datetime.date | None = None
    is_regular: bool = True
    is_recorded: bool = True
    is_closed: bool = True
    expected: int = 0
    present: int = 0
    excused: int = 0
    unexcused: int = 0
    minutes: int = 0
    asked: int | None = None
    contents: int = 0
    unassigned: int = 0
    is_announced: bool = False
    documents_hours: Fraction | None = None
    documents_asked: int = 0
    speakers: int | None = None
    has_minutes: bool = False
    has_conclusions: bool = False
    assigned: int = 0
    handed_in_on: datetime.date | None = None
    hand_in_by: datetime.date | None = None
    own: str = ""
    scored_by: int = 0
    differing: tuple[str, ...] = ()
    has_dues: bool = False
    runs: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class AssignmentFacts:
    """What a meeting (by its key) assigned, by when, and when it was done."""

    meeting: int
    due_on: datetime.date
    done_on: datetime.date | None = None


@dataclass(frozen=True)
class DemandFacts:
    """A demand of an earlier notice: its correction by key, the number of the notice, the last safe day, if any."""

    correction: int
    notice: str
    due_on: datetime.date | None
    is_accepted: bool


# where no rule says from when on and with how many days of grace
FROM_THE_START = Setting(datetime.date.min)


@dataclass(frozen=True)
class Facts:
    """All that is recorded of a cell and its period. meetings: of all months that the period touches, held or not.

    settings: from which month on meetings are recorded here, and the days of grace after a month, as superiors are told
    of missing ones; whether they are told does not matter."""

    period: Period
    life: Life = field(default_factory=Life)
    meetings: tuple[MeetingFacts, ...] = ()
    assignments: tuple[AssignmentFacts, ...] = ()
    demands: tuple[DemandFacts, ...] = ()
    settings: Settings = field(default_factory=dict)

    @property
    def held(self) -> list[MeetingFacts]:
        """The meetings held in the period, by day."""
        held = [one for one in self.meetings if self.period.has(one.day)]
        return sorted(held, key=lambda one: (one.day or one.month, one.key))

    @property
    def recorded(self) -> list[MeetingFacts]:
        """Of those, the ones whose evening is recorded."""
        return [one for one in self.held if one.is_recorded]

    def asked_months(self, measure: Measure) -> list[datetime.date]:
        """The months of the period of which the cell owes something that would be recorded here."""
        setting = self.settings.get(FLAGS[measure])
        return [one for one in self._lived if setting is None or one >= setting.since]

    def is_missed(self, measure: Measure, month: datetime.date) -> bool:
        """Whether what is asked of the month, or of the quarter that ends with it, can be done in time no more on the
        day looked at. A month is over by then."""
        flag = FLAGS[measure]
        return is_counted(flag, month, {flag: self.settings.get(flag, FROM_THE_START)}, self.period.drawn_on)

    def unrecorded(self, measure: Measure) -> int:
        """How many months of the period lie before the first one recorded here."""
        setting = self.settings.get(FLAGS[measure])
        return sum(setting is not None and one < setting.since for one in self._lived)

    @property
    def _lived(self) -> list[datetime.date]:
        return [one for one in self.period.months if self.life.is_asked(one)]
