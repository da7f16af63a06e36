"""The reference tables of reminders: the ladder, and the hours at which something goes out (domain.md §5.4)."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inspections.reference.tables import Ends, Table, declare
from inspections.reminders.models import ByMail, Effect, Rung, Timetable


def _check_rung(row: Rung) -> None:
    if row.mail == ByMail.AT_ONCE and row.days < 0:
        raise ValidationError({"mail": _("A mail goes out at once only for what is due today or late.")})
    if row.effect == Effect.REPORT and not row.tells_leaders:
        raise ValidationError({"tells_leaders": _("A report to the standing committee tells the standing committee.")})
    if not row.concerns():
        raise ValidationError({"tells_owing": _("Say whom it tells: at least one of the three.")})


def register() -> None:
    declare(
        [
            Table(
                code="reminder-ladder",
                label=gettext_lazy("The ladder of reminders"),
                about=gettext_lazy("On which day who is told of a deadline, and what follows when it is late."),
                model=Rung,
                shown=("when", "name", "effect", "tells_owing", "tells_watching", "tells_leaders", "mail", "is_must"),
                fixed=("code",),
                why_fixed=gettext_lazy("The code stays as it was given."),
                editable=(
                    "name",
                    "days",
                    "effect",
                    "tells_owing",
                    "tells_watching",
                    "tells_leaders",
                    "mail",
                    "is_must",
                    "source",
                    "certainty",
                    "is_active",
                ),
                ends=Ends.NOT_CHOSEN,
                effect=gettext_lazy("What was sent stays; deadlines that run follow it from the next hour on."),
                check=_check_rung,
            ),
            Table(
                code="timetable",
                label=gettext_lazy("Hours of the timetable"),
                about=gettext_lazy("From which hour of the day something goes out."),
                model=Timetable,
                shown=("name", "hour"),
                fixed=("code",),
                why_fixed=gettext_lazy("The program refers to the code, so it stays as it was given."),
                editable=("name", "hour"),
                ends=Ends.NEVER,
                may_add=False,
                effect=gettext_lazy("It counts from the next day on, or today when the hour is still to come."),
            ),
        ]
    )
