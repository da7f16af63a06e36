"""What is kept of the boards: the weekly report, and reports that a leader asked for."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from inspections.deadlines.models import Deadline
from inspections.organisations.models import Organisation


class WeeklyReport(models.Model):
    """The board of one committee as it stood at six on a Monday morning. Written by the worker, never changed.

    It is the organisation's: the clocks in its tree that belong to no case or to a case carried out in its tree."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="weekly_reports", verbose_name=_("organisation")
    )
    on = models.DateField(_("Monday"))
    moment = models.DateTimeField(_("as of"))
    made_at = models.DateTimeField(_("written"))
    # the counts of all together, the days by which the oldest is late
    figures = models.JSONField(_("figures"))
    # one a place below: path, name, organisation's id, counts, days late
    lines = models.JSONField(_("by organisation"))
    # what was overdue longest: the clock's id, who owed, due day, days late
    rows = models.JSONField(_("overdue longest"))

    class Meta:
        verbose_name = _("weekly report")
        verbose_name_plural = _("weekly reports")
        ordering = ["-on", "organisation__path"]
        constraints = [models.UniqueConstraint(fields=["organisation", "on"], name="weekly_report_once")]

    def __str__(self) -> str:
        return f"{self.organisation} {self.on:%d/%m/%Y}"

    def get_absolute_url(self) -> str:
        return reverse("reports:weekly", args=[self.pk])


class AskedReport(models.Model):
    """A report that a leader asked an organisation for, by a day, about something that is owed; and the answer.

    Its clock is the organisation's own duty, whatever case the matter belongs to."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="asked_reports", verbose_name=_("who reports")
    )
    asked_for = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("for whom"))
    about = models.ForeignKey(
        Deadline, on_delete=models.PROTECT, related_name="asked_reports", verbose_name=_("about what is owed")
    )
    words = models.TextField(_("what to report"))
    due_on = models.DateField(_("by the day"))
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("asked by")
    )
    asked_at = models.DateTimeField(_("asked"))
    answer = models.TextField(_("answer"), blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("answered by"),
    )
    answered_at = models.DateTimeField(_("answered"), null=True)

    class Meta:
        verbose_name = _("report asked for")
        verbose_name_plural = _("reports asked for")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answered_by__isnull=True, answer="")
                | Q(answered_at__isnull=False, answered_by__isnull=False) & ~Q(answer=""),
                name="asked_report_answered_whole",
            )
        ]

    def __str__(self) -> str:
        return str(_("Report asked for by %(organisation)s") % {"organisation": self.asked_for})

    def get_absolute_url(self) -> str:
        return reverse("reports:asked", args=[self.pk])
