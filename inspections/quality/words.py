"""How the codes of measures and of the rows behind them are told."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inspections.meetings.rules import Told

# what the record says of a line
TOLD: dict[str, Promise] = {
    "by_hand": _("The record does not tell; the team looks itself."),
    "no_months": _("No whole month of the period is over and recorded here."),
    "no_quarters": _("No whole quarter of the period is over and recorded here."),
    "no_meetings": _("No meeting of the period is recorded."),
    "no_closed": _("No meeting of the period was closed."),
    "no_speakers": _("Of no meeting of the period it is recorded who spoke."),
    "no_assignments": _("No assignment was due in the period."),
    "no_other_score": _("No meeting of the period was scored by another body."),
    "no_notices": _("No earlier notice demands anything of the cell."),
    "unrecorded": _("Months before the meetings were recorded here: %(many)s; the books have to be looked at."),
    "cadence": _("A regular meeting was held in %(kept)s of %(asked)s months."),
    "thematic": _("A thematic meeting was held in %(kept)s of %(asked)s quarters."),
    "length": _("%(short)s of %(whole)s meetings were shorter than the criteria ask."),
    "attendance": _(
        "%(part)s of %(whole)s expected came to %(meetings)s meetings: %(percent)s %%; %(asked)s %% are asked for. "
        "Absent with a reason: %(excused)s, without: %(unexcused)s."
    ),
    "absent": _("Members absent %(times)s times running or more: %(members)s."),
    "contents": _("At %(faulty)s of %(whole)s meetings nobody was to prepare some content."),
    "preparation": _("%(faulty)s of %(whole)s meetings lacked agenda, notice or documents in time."),
    "speaking": _(
        "%(part)s of %(whole)s present spoke at %(meetings)s meetings: %(percent)s %%; %(asked)s %% are asked for."
    ),
    "minutes": _("%(faulty)s of %(whole)s meetings lack minutes or conclusions, or were not closed."),
    "assigning": _("%(faulty)s of %(whole)s closed regular meetings assigned nothing to anybody."),
    "carried_out": _(
        "%(part)s of %(whole)s assignments due were done by their day: %(percent)s %%; %(asked)s %% are asked for."
    ),
    "handed_in": _("The results of %(faulty)s of %(whole)s meetings were not handed in in time."),
    "scoring": _("At %(faulty)s of %(whole)s meetings that others scored, the own score differs beyond the margin."),
    "dues": _("At %(faulty)s of %(whole)s regular meetings no dues are recorded."),
    "notices": _("%(accepted)s of %(whole)s earlier demands are accepted as met; overdue: %(overdue)s."),
}

# what stands behind it
ROWS: dict[str, Promise] = {
    "month_unplanned": _("%(month)s: no regular meeting"),
    "month_unheld": _("%(month)s: the regular meeting was not held"),
    "quarter_without": _("quarter %(quarter)s of %(year)s: no thematic meeting"),
    "short": _("%(day)s: %(minutes)s minutes of %(asked)s asked for"),
    "low": _("%(day)s: %(present)s of %(expected)s came; with a reason %(excused)s, without %(unexcused)s absent"),
    "run": _("a member absent %(times)s times running, up to %(day)s"),
    "lacks": _("on %(day)s: %(lacks)s"),
    "few": _("%(day)s: %(spoke)s of %(present)s spoke"),
    "no_assignment": _("%(day)s: nothing assigned"),
    "done_late": _("an assignment due on %(due)s was done on %(done)s"),
    "not_done": _("an assignment due on %(due)s is not done"),
    "in_late": _("%(day)s: handed in on %(done)s; the last day was %(due)s"),
    "not_in": _("%(day)s: not handed in; the last day was %(due)s"),
    "differs": _("%(day)s: own score %(own)s; %(others)s"),
    "no_dues": _("%(day)s: no dues recorded"),
    "demand_open": _("notice %(notice)s: a demand is not accepted as met yet; due on %(due)s"),
    "demand_overdue": _("notice %(notice)s: a demand is overdue since %(due)s"),
}
LACKS: dict[str, Promise] = {
    "preparer": _("a content that nobody was to prepare"),
    "agenda": _("no agenda"),
    "notice": _("no notice"),
    "documents": _("documents not out in time"),
    "minutes": _("no minutes"),
    "conclusions": _("no conclusions"),
    "closing": _("not closed"),
}
DAYS = ("day", "due", "done")


def told_json(told: Iterable[Told]) -> list[dict[str, Any]]:
    """Sentences as they are stored: codes with their values."""
    return [{"code": one.code, "values": dict(one.values)} for one in told]


def told_words(stored: Iterable[dict[str, Any]]) -> str:
    """Stored sentences in words."""
    return " ".join(str(TOLD[one["code"]]) % _written(one["values"]) for one in stored)


def row_words(stored: dict[str, Any]) -> str:
    """A stored row in words; without the name of whom it is about."""
    return str(ROWS[stored["code"]]) % _written(stored["values"])


def _written(values: dict[str, Any]) -> dict[str, Any]:
    """Values as they are read: days, months, what is lacking."""
    told = dict(values)
    for name in DAYS:
        if name in values:
            told[name] = f"{datetime.date.fromisoformat(values[name]):%d/%m/%Y}" if values[name] else "—"
    if "month" in values:
        told["month"] = f"{datetime.date.fromisoformat(values['month']):%m/%Y}"
    if "lacks" in values:
        told["lacks"] = ", ".join(str(LACKS[one]) for one in values["lacks"])
    return told
