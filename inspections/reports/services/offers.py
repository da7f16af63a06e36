"""What can be done from the lists of the board, what the weekly report adds, what reminders know of asked reports."""

import datetime
from collections.abc import Collection

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from inspections.checks.queries import standing_checks
from inspections.organisations.models import Organisation
from inspections.reminders.items import Known, Source, tell_of
from inspections.reminders.services.by_hand import remind
from inspections.reports.models import AskedReport
from inspections.reports.queries.sections import Section, register_section
from inspections.reports.services.actions import Action, board_actions
from inspections.reports.services.asking import ask_report
from permissions.viewer import Viewer


def _checks(viewer: Viewer, organisation: Organisation, on: datetime.date) -> Section:
    """What does not hold together below, as it is when the report is read."""
    standing = standing_checks(viewer, organisation, viewer.today)
    lines = [
        (str(one.check.name), one.figure, f"{one.check.url}?organisation={organisation.pk}")
        for one in standing
        if one.figure
    ]
    heading = gettext("What does not hold together, as of %(day)s") % {"day": viewer.today.strftime("%d/%m/%Y")}
    return Section(heading, lines)


def _known(keys: Collection[int], today: datetime.date) -> dict[int, Known]:
    return {key: Known(address=reverse("reports:asked", args=[key])) for key in keys}


def offer() -> None:
    """Called once, from the `ready` of the app."""
    board_actions.offer(
        Action(
            "remind", _("Remind"), "remind", perform=remind, words_as="note", words_label=_("What to say (optional)")
        )
    )
    board_actions.offer(
        Action(
            "ask_report",
            _("Ask for a report"),
            "ask_report",
            perform=ask_report,
            words_as="words",
            words_label=_("What to report"),
            needs_day=True,
        )
    )
    register_section(_checks)
    tell_of(AskedReport, Source("give_report", _known))
