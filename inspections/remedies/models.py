"""One corrective action per demand: its five-column plan, judged line by line, proofs and verdicts (domain.md §5.3)."""

import datetime

from django.conf import settings
from django.contrib.contenttypes.fields import GenericRelation
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from inspections.calendars.rules import SOON, days_after
from inspections.documents.models import Attachment
from inspections.findings.models import Demand, Finding
from inspections.organisations.models import Organisation, Person
from inspections.organisations.text import fold


class CorrectionQuerySet(models.QuerySet["Correction"]):
    def open(self) -> "CorrectionQuerySet":
        """Not yet accepted."""
        return self.exclude(state=Correction.State.ACCEPTED)

    @staticmethod
    def kinds_of_open(today: datetime.date) -> dict[str, Q]:
        """What is told apart among open corrections -> its condition: the leader's figures, and the lists they open."""
        return {
            "open": Q(),
            "soon": Q(due_on__gte=today, due_on__lte=days_after(today, SOON)),
            "overdue": Q(due_on__lt=today),
            "sent_back": Q(times_returned__gt=0),
        }

    def matching(self, words: str) -> "CorrectionQuerySet":
        """Those whose demand, number or organisation has every word, accents and case aside."""
        found = self
        for word in fold(words).split():
            found = found.filter(folded__contains=word)
        return found


class Correction(models.Model):
    """The carrying out of one demand of a published notice, from the plan to the acceptance."""

    class State(models.TextChoices):
        PLANNING = "planning", _("plan being written")
        PLAN_SUBMITTED = "plan_submitted", _("plan with the monitor")
        CARRYING_OUT = "carrying_out", _("being carried out")
        REPORTED = "reported", _("report with the monitor")
        ACCEPTED = "accepted", _("accepted")

    demand = models.OneToOneField(Demand, on_delete=models.PROTECT, related_name="correction")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="corrections", verbose_name=_("who corrects")
    )
    org_path = models.CharField(max_length=60, db_index=True, editable=False)
    monitor = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="monitored_corrections", verbose_name=_("monitor")
    )
    state = models.CharField(_("state"), max_length=15, choices=State.choices, default=State.PLANNING, db_index=True)
    # null: a demand of a running book that is due at all times, or was met and had no day
    due_on = models.DateField(_("last safe day"), null=True)
    folded = models.TextField(editable=False)
    opened_at = models.DateTimeField()
    # null though accepted: the running book says that it was done and not when
    accepted_at = models.DateTimeField(null=True)
    is_from_book = models.BooleanField(_("taken in from a running book"), default=False)
    book_words = models.TextField(_("as the running book says"), blank=True)
    times_returned = models.PositiveSmallIntegerField(_("times returned"), default=0)

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("corrective action")
        verbose_name_plural = _("corrective actions")
        ordering = [F("due_on").asc(nulls_last=True), "pk"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(state="accepted") & (Q(accepted_at__isnull=False) | Q(is_from_book=True)))
                | (~Q(state="accepted") & Q(accepted_at__isnull=True)),
                name="correction_accepted_means_dated",
            ),
            models.CheckConstraint(
                condition=Q(due_on__isnull=False) | Q(is_from_book=True), name="correction_is_due_some_day"
            ),
        ]
        indexes = [models.Index(fields=["org_path", "due_on"], condition=~Q(state="accepted"), name="correction_board")]

    def __str__(self) -> str:
        return f"{self.demand.notice.number} – {self.demand}"

    @property
    def is_standing(self) -> bool:
        """Whether it is due at all times, so that it is asked about every quarter instead of being due once."""
        return self.due_on is None and self.state != self.State.ACCEPTED

    @property
    def duty(self) -> str:
        """What its running clock is called: the correction itself, or the quarterly report on a standing demand."""
        return "report_quarter" if self.due_on is None else "correct"

    def get_absolute_url(self) -> str:
        return reverse("remedies:detail", args=[self.pk])


class RemedyAction(models.Model):
    """One line of the five-column plan. Its wordings over time are `RemedyWording` rows."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        SUBMITTED = "submitted", _("with the monitor")
        RETURNED = "returned", _("returned")
        ACCEPTED = "accepted", _("agreed, to be carried out")
        REPORTED = "reported", _("reported")
        DONE = "done", _("done")

    correction = models.ForeignKey(Correction, on_delete=models.PROTECT, related_name="actions")
    position = models.PositiveSmallIntegerField(_("No."))
    finding = models.ForeignKey(
        Finding, on_delete=models.PROTECT, related_name="remedy_actions", verbose_name=_("shortcoming")
    )
    remedy = models.TextField(_("remedy"))
    due_on = models.DateField(_("time (day at the latest)"), null=True)
    product = models.TextField(_("product that proves it"), blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)

    class Meta:
        verbose_name = _("line of a corrective plan")
        verbose_name_plural = _("lines of a corrective plan")
        ordering = ["correction", "position"]
        constraints = [models.UniqueConstraint(fields=["correction", "position"], name="remedy_position_once")]

    def __str__(self) -> str:
        return f"{self.position}. {self.remedy[:80]}"


class RemedyWording(models.Model):
    """A line as it was submitted at one time."""

    action = models.ForeignKey(RemedyAction, on_delete=models.PROTECT, related_name="wordings")
    round = models.PositiveSmallIntegerField(_("round"))
    facts = models.JSONField(_("facts as submitted"))
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField()

    class Meta:
        verbose_name = _("wording of a line")
        verbose_name_plural = _("wordings of a line")
        ordering = ["action", "round"]
        constraints = [models.UniqueConstraint(fields=["action", "round"], name="remedy_wording_once")]

    def __str__(self) -> str:
        return f"{self.action_id}/{self.round}"


class RemedyReport(models.Model):
    """What was done about one line, with the proof attached. A report after a return is a new row."""

    action = models.ForeignKey(RemedyAction, on_delete=models.PROTECT, related_name="reports")
    text = models.TextField(_("result"))
    done_on = models.DateField(_("done on"))
    reported_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reported_at = models.DateTimeField()
    attachments = GenericRelation(Attachment, content_type_field="item_type", object_id_field="item_id")

    class Meta:
        verbose_name = _("report on a line")
        verbose_name_plural = _("reports on a line")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.text[:80]


class RemedyVerdict(models.Model):
    """The monitor's word on one line: of the plan, or of the report."""

    class On(models.TextChoices):
        PLAN = "plan", _("plan")
        REPORT = "report", _("report")

    action = models.ForeignKey(RemedyAction, on_delete=models.PROTECT, related_name="verdicts")
    on = models.CharField(_("on"), max_length=6, choices=On.choices)
    accepts = models.BooleanField(_("accepts"))
    reason = models.TextField(_("reason"), blank=True)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField()

    class Meta:
        verbose_name = _("verdict on a line")
        verbose_name_plural = _("verdicts on a line")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(accepts=True) | ~Q(reason=""), name="verdict_against_says_why")
        ]

    def __str__(self) -> str:
        return str(_("accepted") if self.accepts else _("returned"))
