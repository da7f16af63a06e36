"""The clock: who owes what by when, with the explanation of its date and every change (architecture.md §7)."""

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from inspections.calendars.models import TimeLimitRule
from inspections.organisations.models import Organisation


class Deadline(models.Model):
    """A duty of one organisation about one row, due on a day (included)."""

    class State(models.TextChoices):
        RUNNING = "running", _("running")
        SUSPENDED = "suspended", _("suspended")
        MET = "met", _("met")
        CANCELLED = "cancelled", _("cancelled")

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="deadlines", verbose_name=_("who owes")
    )
    # a copy, so that a leader's board is one range of one index
    org_path = models.CharField(max_length=60, editable=False)
    watcher = models.ForeignKey(
        Organisation,
        null=True,
        on_delete=models.PROTECT,
        related_name="watched_deadlines",
        verbose_name=_("who watches"),
    )
    # the case's id; this room knows no cases
    case_id = models.PositiveBigIntegerField(null=True, db_index=True)
    item_type = models.ForeignKey(ContentType, on_delete=models.PROTECT)
    item_id = models.PositiveBigIntegerField()
    item = GenericForeignKey("item_type", "item_id")
    duty = models.CharField(_("duty"), max_length=40)
    title = models.CharField(_("what is owed"), max_length=300)
    start_event = models.CharField(_("counted from"), max_length=100, blank=True)
    start_on = models.DateField(_("start"))
    due_on = models.DateField(_("due (included)"))
    due_text = models.CharField(_("as written"), max_length=100, blank=True)
    rule = models.ForeignKey(TimeLimitRule, null=True, on_delete=models.PROTECT, related_name="deadlines")
    explanation = models.JSONField(_("explanation"), default=dict)
    is_provisional = models.BooleanField(_("rests on a provisional calendar"), default=False)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.RUNNING)
    started_at = models.DateTimeField()
    met_on = models.DateField(_("met on"), null=True)

    class Meta:
        verbose_name = _("deadline")
        verbose_name_plural = _("deadlines")
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["item_type", "item_id", "duty"],
                condition=Q(state__in=["running", "suspended"]),
                name="deadline_one_clock_a_duty",
            ),
            models.CheckConstraint(
                condition=(Q(state="met") & Q(met_on__isnull=False)) | (~Q(state="met") & Q(met_on__isnull=True)),
                name="deadline_met_means_dated",
            ),
        ]
        indexes = [
            models.Index(
                fields=["org_path", "due_on", "organisation"],
                condition=Q(state="running"),
                name="deadline_board",
            ),
            models.Index(fields=["item_type", "item_id", "duty"], name="deadline_item"),
        ]

    def __str__(self) -> str:
        return f"{self.title}: {self.due_on:%d/%m/%Y}"


class DeadlineChange(models.Model):
    """One move of a deadline: what it was, what it became, why, by whose decision."""

    class Kind(models.TextChoices):
        EXTENSION = "extension", _("extension")
        SUSPENSION = "suspension", _("suspension")
        RESUMPTION = "resumption", _("resumption")
        RECALCULATION = "recalculation", _("recalculation")
        CORRECTION = "correction", _("correction")

    deadline = models.ForeignKey(Deadline, on_delete=models.PROTECT, related_name="changes")
    kind = models.CharField(max_length=15, choices=Kind.choices)
    old_due_on = models.DateField()
    new_due_on = models.DateField()
    reason = models.TextField(_("reason"))
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()
    paper = models.CharField(_("paper"), max_length=100, blank=True)

    class Meta:
        verbose_name = _("change of a deadline")
        verbose_name_plural = _("changes of deadlines")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.old_due_on:%d/%m/%Y} → {self.new_due_on:%d/%m/%Y}"
