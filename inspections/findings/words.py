"""The gaps of a notice in words, each at its place."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from inspections.findings.rules import Gap, Problem

WORDS: dict[Gap, Any] = {
    Gap.NO_DECISION: _("The decision is missing in the dossier."),
    Gap.NO_PLAN: _("The plan is missing in the dossier."),
    Gap.NO_REPORT: _("The result report is missing in the dossier."),
    Gap.NO_SITTING: _("The minutes extract of the sitting is missing in the dossier."),
    Gap.NOT_DEMANDED: _("Shortcoming %(number)s: no demand answers it."),
    Gap.ANSWERS_NOTHING: _("Demand %(number)s: it answers no shortcoming."),
    Gap.NO_ASSIGNEE: _("Demand %(number)s: nobody must do it."),
    Gap.NO_MONITOR: _("Demand %(number)s: nobody monitors it."),
    Gap.MONITOR_IS_SUBJECT: _("Demand %(number)s: the monitor is a subject of the case, or holds an office of one."),
    Gap.MONITOR_HAS_NO_LOG_IN: _("Demand %(number)s: the monitor has no log-in."),
    Gap.NO_DATE: _("Demand %(number)s: it has no date."),
    Gap.DATE_IS_PAST: _("Demand %(number)s: its last day in time is past."),
    Gap.NO_CARRYING_OUT: _("The organisation of carrying out is empty."),
    Gap.NOT_CONSIDERED: _("Shortcoming %(number)s: the subject's answer has not been considered."),
}


REST_DAY = _(
    "Demand %(number)s: the last day in time, %(due)s, is a day of rest; the working day before it is %(day)s."
)


@dataclass(frozen=True)
class Told:
    """A problem as it is read."""

    place: str
    number: int
    text: str


def in_words(problems: list[Problem]) -> list[Told]:
    """The problems as sentences, in their order."""
    return [Told(one.place.value, one.number, str(WORDS[one.gap]) % {"number": one.number}) for one in problems]
