"""Reviews of a scheme: planned with a due day, held with the figures as they were counted then and the rows behind."""

from django.conf import settings
from django.contrib.contenttypes.fields import GenericRelation
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from inspections.documents.models import Attachment
from inspections.organisations.models import Organisation
from inspections.schemes.models.indicators import Indicator
from inspections.schemes.models.schemes import Scheme
from inspections.schemes.models.tasks import SchemeTask

# the duty of its clock; the step of the flow has the same name
HOLD_REVIEW = "hold_review"


class Review(models.Model):
    """An interim or final review (sơ kết, tổng kết). Once held nothing of it changes."""

    class Kind(models.TextChoices):
        INTERIM = "interim", _("interim review")
        FINAL = "final", _("final review")

    class State(models.TextChoices):
        PLANNED = "planned", _("planned")
        HELD = "held", _("held")
        CANCELLED = "cancelled", _("cancelled")

    scheme = models.ForeignKey(Scheme, on_delete=models.PROTECT, related_name="reviews")
    kind = models.CharField(_("kind"), max_length=7, choices=Kind.choices)
    year = models.PositiveSmallIntegerField(_("year whose figures it gathers"))
    # a copy of the day of its clock
    due_on = models.DateField(_("to be held by"))
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.PLANNED)
    planned_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    planned_at = models.DateTimeField()
    held_on = models.DateField(_("held on"), null=True)
    assessment = models.TextField(_("assessment"), blank=True)
    good_models = models.TextField(_("good models to spread"), blank=True)
    lessons = models.TextField(_("lessons"), blank=True)
    # kind of event in the words it had, how many stood, how many took part; as it was when the review was held
    kept_kinds = models.JSONField(null=True, editable=False)
    held_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    held_at = models.DateTimeField(null=True)
    cancel_reason = models.TextField(_("why it was cancelled"), blank=True)
    cancelled_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    cancelled_at = models.DateTimeField(null=True)

    attachments = GenericRelation(Attachment, content_type_field="item_type", object_id_field="item_id")

    class Meta:
        verbose_name = _("review of a scheme")
        verbose_name_plural = _("reviews of schemes")
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="held", held_on__isnull=False, held_by__isnull=False, held_at__isnull=False)
                & ~Q(assessment="")
                | ~Q(state="held") & Q(held_on__isnull=True, held_by__isnull=True, held_at__isnull=True, assessment=""),
                name="review_held_whole",
            ),
            models.CheckConstraint(
                condition=Q(state="cancelled", cancelled_by__isnull=False, cancelled_at__isnull=False)
                & ~Q(cancel_reason="")
                | ~Q(state="cancelled") & Q(cancelled_by__isnull=True, cancelled_at__isnull=True, cancel_reason=""),
                name="review_cancelled_whole",
            ),
            models.UniqueConstraint(
                fields=["scheme"], condition=Q(kind="final") & ~Q(state="cancelled"), name="review_one_final"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.year} – {self.scheme}"

    def get_absolute_url(self) -> str:
        return reverse("schemes:review", args=[self.pk])


class KeptIndicator(models.Model):
    """An indicator in the words it had when a review was held: what was read then is read later. Never changed.

    counted_by: its measure with what was chosen for it; empty of one that was typed. Words are of the papers."""

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="indicators")
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="kept_words")
    position = models.PositiveSmallIntegerField(_("No."))
    name = models.CharField(_("name"), max_length=300)
    unit = models.CharField(_("unit"), max_length=100)
    direction = models.CharField(_("direction"), max_length=4, choices=Indicator.DIRECTIONS)
    counted_by = models.TextField(_("counted by"), blank=True)
    baseline = models.DecimalField(_("baseline"), max_digits=12, decimal_places=2, null=True)
    baseline_told = models.CharField(_("of when, from where"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("kept indicator")
        verbose_name_plural = _("kept indicators")
        ordering = ["review", "position"]
        constraints = [models.UniqueConstraint(fields=["review", "indicator"], name="kept_indicator_once")]

    def __str__(self) -> str:
        return f"{self.position}. {self.name}"


class KeptTask(models.Model):
    """How far a task was when a review was held, in the words it had then, with what had been done for it. Never
    changed. events, people: what stood of it, and how many took part."""

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="kept_tasks")
    task = models.ForeignKey(SchemeTask, on_delete=models.PROTECT, related_name="kept_words")
    group = models.CharField(_("group"), max_length=320)
    number = models.CharField(_("No."), max_length=12)
    text = models.TextField(_("what is to be done"))
    owners = models.TextField(_("owners"))
    due_on = models.DateField(_("to be done by"), null=True)
    state = models.CharField(_("state"), max_length=7, choices=SchemeTask.State.choices)
    settled_on = models.DateField(_("settled on"), null=True)
    settle_note = models.TextField(_("result, or why it was dropped"), blank=True)
    events = models.PositiveIntegerField(_("events"))
    people = models.PositiveIntegerField(_("number of people"))
    last_on = models.DateField(_("the last on"), null=True)

    class Meta:
        verbose_name = _("kept task")
        verbose_name_plural = _("kept tasks")
        ordering = ["review", "task__group__position", "task__position"]
        constraints = [models.UniqueConstraint(fields=["review", "task"], name="kept_task_once")]

    def __str__(self) -> str:
        return f"{self.number} {self.text[:80]}"


class KeptFigure(models.Model):
    """The figure of an indicator in an organisation as it was counted when a review was held. Never changed.

    path: where the organisation stood then. total, counted: of the `KeptRow`s at and below it."""

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="figures")
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="kept_figures")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    path = models.CharField(max_length=60, editable=False)
    total = models.PositiveIntegerField()
    counted = models.PositiveIntegerField()
    value = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    target = models.DecimalField(max_digits=12, decimal_places=2, null=True)

    class Meta:
        verbose_name = _("kept figure")
        verbose_name_plural = _("kept figures")
        ordering = ["review", "indicator__position", "path"]
        constraints = [
            models.UniqueConstraint(fields=["review", "indicator", "organisation"], name="kept_figure_once"),
            models.CheckConstraint(condition=Q(counted__lte=models.F("total")), name="kept_figure_counts_some"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.value}"


class KeptRow(models.Model):
    """A row behind the kept figures of an indicator, as it was told when the review was held. Never changed."""

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="rows")
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="kept_rows")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    path = models.CharField(max_length=60, editable=False)
    told = models.CharField(_("row"), max_length=400)
    counts = models.BooleanField(_("is counted"))
    item_type = models.ForeignKey(ContentType, on_delete=models.PROTECT)
    item_id = models.PositiveBigIntegerField()

    class Meta:
        verbose_name = _("row behind a kept figure")
        verbose_name_plural = _("rows behind kept figures")
        ordering = ["pk"]
        indexes = [models.Index(fields=["review", "indicator", "path"], name="kept_row_behind")]
        constraints = [
            models.UniqueConstraint(fields=["review", "indicator", "item_type", "item_id"], name="kept_row_once")
        ]

    def __str__(self) -> str:
        return self.told
