"""How days and stretches of members are told."""

import datetime

from django.utils.translation import gettext as _

SHAPES = {"day": "%d/%m/%Y", "month": "%m/%Y", "year": "%Y"}


def day_told(day: datetime.date | None, precision: str = "day") -> str:
    """A day as exactly as it is known; empty for none."""
    return day.strftime(SHAPES[precision]) if day is not None else ""


def stretch_told(starts_on: datetime.date | None, ends_on: datetime.date | None) -> str:
    """From when to when, both days included: "from 01/10/2026", "until 31/12/2026 (since when is not known)"."""
    first, last = day_told(starts_on), day_told(ends_on)
    if first and last:
        return f"{first} – {last}"
    if first:
        return _("from %(day)s") % {"day": first}
    if last:
        return _("until %(day)s, since when is not known") % {"day": last}
    return _("since when is not known")
