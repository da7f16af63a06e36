"""What the worker does by the clock for reports; it says in one line what it did."""

from django.utils import timezone

from inspections.reports.services.weekly import make_weekly_reports


def make_weekly_now() -> str:
    """Writes the weekly reports that are missing."""
    return f"{make_weekly_reports(timezone.now())} weekly reports were written"
