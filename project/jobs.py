"""What the worker does by the clock. The table is brought into its schedule after every migrate."""

from typing import Any

from django_q.models import Schedule

# name -> what is called, how often
JOBS: dict[str, tuple[str, str]] = {
    "seal the audit trail": ("permissions.audit.seal_now", Schedule.HOURLY),
    # it writes what is missing since Monday at six, so a late hour or a stop of the machine loses none
    "write the weekly reports": ("inspections.reports.jobs.make_weekly_now", Schedule.HOURLY),
    "remove bytes that no row names": ("inspections.documents.storage.clean_now", Schedule.DAILY),
    "remind of what is due": ("inspections.reminders.jobs.sweep_now", Schedule.HOURLY),
    "count silence as consent": ("workflows.jobs.consent_now", Schedule.HOURLY),
    "send mails": ("inspections.reminders.jobs.mail_now", Schedule.MINUTES),
}
# of those that run by the minute: every so many
MINUTES = {"send mails": 5}


def make_schedule(**kwargs: Any) -> None:
    """Every job of the table is in the worker's schedule, once; when it runs next is left as it is."""
    for name, (function, often) in JOBS.items():
        facts = {"func": function, "schedule_type": often, "minutes": MINUTES.get(name)}
        Schedule.objects.update_or_create(name=name, defaults=facts)
