"""The clock: who owes what by when, with the explanation of its date and every change (architecture.md §7)."""

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey, GenericRelation
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from inspections.calendars.models import Duty, TimeLimitRule
from inspections.documents.models import Attachment
from inspections.organisations.models import Organisation

LIVE = ("running", "waiting", "suspended")
# what goes on when its case is stopped or converted, until somebody ends it
OUTLASTING = (Duty.SUSPENSION,)


class IsLive(models.Func):
    """Whether a state is one of LIVE, in the letters of the partial indexes: SQLite matches them with no parameter."""

    template = "%(expressions)s IN (" + ", ".join(f"'{state}'" for state in LIVE) + ")"
    output_field = models.BooleanField()


class DeadlineQuerySet(models.QuerySet["Deadline"]):
    def live(self) -> "DeadlineQuerySet":
        """Those that are not over: running, with others, or suspended."""
        return self.filter(IsLive("state"))

    def ending_with_case(self) -> "DeadlineQuerySet":
        """Those that end when their case is stopped or converted."""
        return self.exclude(duty__in=OUTLASTING)

    def charged(self) -> "DeadlineQuerySet":
        """Those whose owner holds the matter, so that the days count for it: what may be late, and reminded of."""
        return self.filter(state="running")


class Deadline(models.Model):
    """A duty of one organisation about one row, due on a day (included).

    The clock charges whoever holds the matter: while `waiting` that is not who owes, and no day of it counts."""

    class State(models.TextChoices):
        RUNNING = "running", _("running")
        WAITING = "waiting", _("with others")
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
    holder = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="held_deadlines", verbose_name=_("who holds the matter")
    )
    held_since = models.DateField(_("held since"))
    # copies of what the item says, so that a board needs no other table
    kind = models.CharField(_("kind of work"), max_length=10, blank=True)
    severity = models.CharField(_("severity"), max_length=20, blank=True)
    times_returned = models.PositiveSmallIntegerField(_("times returned"), default=0)
    times_extended = models.PositiveSmallIntegerField(_("times extended"), default=0)
    started_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    met_on = models.DateField(_("met on"), null=True)

    objects = DeadlineQuerySet.as_manager()

    class Meta:
        verbose_name = _("deadline")
        verbose_name_plural = _("deadlines")
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["item_type", "item_id", "duty"],
                condition=Q(state__in=["running", "waiting", "suspended"]),
                name="deadline_one_clock_a_duty",
            ),
            models.CheckConstraint(
                condition=(Q(state="met") & Q(met_on__isnull=False)) | (~Q(state="met") & Q(met_on__isnull=True)),
                name="deadline_met_means_dated",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["running", "waiting", "suspended"], closed_at__isnull=True)
                | Q(state__in=["met", "cancelled"], closed_at__isnull=False),
                name="deadline_over_means_closed",
            ),
        ]
        indexes = [
            models.Index(
                fields=["org_path", "due_on", "organisation"],
                condition=Q(state__in=["running", "waiting", "suspended"]),
                name="deadline_board",
            ),
            models.Index(fields=["item_type", "item_id", "duty"], name="deadline_item"),
        ]

    def __str__(self) -> str:
        return f"{self.title}: {self.due_on:%d/%m/%Y}"


class DeadlineSpan(models.Model):
    """A stretch of a deadline in which nothing about it changed: who owed, who held it, in which state, due when.

    The spans of a deadline follow each other without a gap; the last is open while the deadline is live. From them the
    days of each holder are counted, and what a board showed at any moment."""

    deadline = models.ForeignKey(Deadline, on_delete=models.PROTECT, related_name="spans")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    org_path = models.CharField(max_length=60, editable=False)
    watcher = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    holder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=Deadline.State.choices)
    due_on = models.DateField()
    times_returned = models.PositiveSmallIntegerField(default=0)
    times_extended = models.PositiveSmallIntegerField(default=0)
    # business days: who holds the matter from the day after the first to the last
    first_on = models.DateField()
    last_on = models.DateField(null=True)
    # when it was recorded: what was known at a moment
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("stretch of a deadline")
        verbose_name_plural = _("stretches of deadlines")
        ordering = ["deadline", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["deadline"], condition=Q(ended_at__isnull=True), name="deadline_one_open_span"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, last_on__isnull=True)
                | Q(ended_at__isnull=False, last_on__isnull=False),
                name="deadline_span_ends_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["org_path", "began_at", "ended_at"], name="deadline_span_board"),
        ]

    def __str__(self) -> str:
        return f"{self.deadline_id}: {self.get_state_display()}, {self.first_on:%d/%m/%Y}"


class DeadlineChange(models.Model):
    """One move of a deadline: what it was, what it became, why, by whose decision.

    What was granted stands beside the days, so that it is kept when rule or calendar change: an amount of a unit
    (extension), or the days of a pause (`held_from` to `held_to`). One that names neither set the day itself."""

    class Kind(models.TextChoices):
        EXTENSION = "extension", _("extension")
        SUSPENSION = "suspension", _("suspension")
        RESUMPTION = "resumption", _("resumption")
        RETURN = "return", _("return to who owes")
        RECALCULATION = "recalculation", _("recalculation")
        SETTING = "setting", _("another day was set")
        CORRECTION = "correction", _("correction")

    deadline = models.ForeignKey(Deadline, on_delete=models.PROTECT, related_name="changes")
    kind = models.CharField(max_length=15, choices=Kind.choices)
    old_due_on = models.DateField()
    new_due_on = models.DateField()
    reason = models.TextField(_("reason"))
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()
    paper = models.CharField(_("paper"), max_length=100, blank=True)
    amount = models.PositiveSmallIntegerField(_("amount"), null=True)
    unit = models.CharField(max_length=8, blank=True)
    held_from = models.DateField(null=True)
    held_to = models.DateField(null=True)
    after = models.CharField(max_length=10, blank=True)

    class Meta:
        verbose_name = _("change of a deadline")
        verbose_name_plural = _("changes of deadlines")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.old_due_on:%d/%m/%Y} → {self.new_due_on:%d/%m/%Y}"


class ClockRequest(models.Model):
    """Who owes asks for more time, or for the clock to stand still or run again; the body that the rule names decides.

    While it waits the clock runs on. It lapses when the matter is handed in or over before; `answer` says so then."""

    class What(models.TextChoices):
        EXTENSION = "extension", _("extension")
        SUSPENSION = "suspension", _("suspension")
        RESUMPTION = "resumption", _("resumption")

    class State(models.TextChoices):
        ASKED = "asked", _("asked")
        APPROVED = "approved", _("approved")
        REFUSED = "refused", _("refused")
        LAPSED = "lapsed", _("no longer needed")

    deadline = models.ForeignKey(Deadline, on_delete=models.PROTECT, related_name="requests")
    what = models.CharField(_("what is asked for"), max_length=10, choices=What.choices)
    amount = models.PositiveSmallIntegerField(_("amount"), null=True)
    unit = models.CharField(max_length=8, blank=True)
    reason = models.TextField(_("reason"))
    attachments = GenericRelation(Attachment, content_type_field="item_type", object_id_field="item_id")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    paper = models.CharField(_("number of the decision"), max_length=100, blank=True)
    answer = models.TextField(_("answer"), blank=True)

    class Meta:
        verbose_name = _("request about a time limit")
        verbose_name_plural = _("requests about time limits")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["deadline"], condition=Q(state="asked"), name="clock_request_one_waiting"),
            models.CheckConstraint(
                condition=Q(state="asked", decided_at__isnull=True) | (~Q(state="asked") & Q(decided_at__isnull=False)),
                name="clock_request_decided_means_dated",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | Q(state="lapsed") | ~Q(decided_by=F("asked_by")),
                name="clock_request_asker_does_not_decide",
            ),
            models.CheckConstraint(
                condition=Q(what="extension", amount__gt=0) | (~Q(what="extension") & Q(amount__isnull=True)),
                name="clock_request_extension_has_amount",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_what_display()} – {self.deadline.title}"[:300]
