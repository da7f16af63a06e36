"""The tasks of a scheme by groups, who owns them, and what was done for them."""

import datetime

from django.conf import settings
from django.contrib.contenttypes.fields import GenericRelation
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from inspections.calendars.models import Certainty
from inspections.calendars.rules import year_of
from inspections.documents.models import Attachment
from inspections.organisations.models import Organisation
from inspections.schemes.models.schemes import Scheme
from inspections.striking import STRUCK_WHOLE, Strikable


class TaskGroup(models.Model):
    """A group of tasks and solutions of a scheme."""

    scheme = models.ForeignKey(Scheme, on_delete=models.PROTECT, related_name="groups")
    position = models.PositiveSmallIntegerField(_("No."))
    name = models.CharField(_("name"), max_length=300)

    class Meta:
        verbose_name = _("group of tasks")
        verbose_name_plural = _("groups of tasks")
        ordering = ["scheme", "position"]
        constraints = [models.UniqueConstraint(fields=["scheme", "position"], name="task_group_position_once")]

    def __str__(self) -> str:
        return f"{self.position}. {self.name}"


class SchemeTask(models.Model):
    """One task: what is to be done, by which organisations. It is under way until it is done or dropped."""

    class State(models.TextChoices):
        OPEN = "open", _("under way")
        DONE = "done", _("done")
        DROPPED = "dropped", _("dropped")

    group = models.ForeignKey(TaskGroup, on_delete=models.PROTECT, related_name="tasks", verbose_name=_("group"))
    position = models.PositiveSmallIntegerField(_("No."))
    text = models.TextField(_("what is to be done"))
    owners = models.ManyToManyField(Organisation, related_name="scheme_tasks", verbose_name=_("owners"))
    due_on = models.DateField(
        _("to be done by"), null=True, help_text=_("Where no day is set, the last day of the scheme counts.")
    )
    state = models.CharField(_("state"), max_length=7, choices=State.choices, default=State.OPEN)
    settled_on = models.DateField(_("settled on"), null=True)
    settle_note = models.TextField(_("result, or why it was dropped"), blank=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    settled_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("task of a scheme")
        verbose_name_plural = _("tasks of schemes")
        ordering = ["group__position", "position"]
        constraints = [
            models.UniqueConstraint(fields=["group", "position"], name="scheme_task_position_once"),
            models.CheckConstraint(
                condition=Q(state="open", settled_on__isnull=True, settled_by__isnull=True, settled_at__isnull=True)
                | ~Q(state="open")
                & Q(settled_on__isnull=False, settled_by__isnull=False, settled_at__isnull=False)
                & ~Q(settle_note=""),
                name="scheme_task_settled_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group.position}.{self.position}. {self.text[:80]}"

    def get_absolute_url(self) -> str:
        return reverse("schemes:task", args=[self.pk])

    @property
    def scheme(self) -> Scheme:
        return self.group.scheme

    @property
    def last_day(self) -> datetime.date:
        """The day by which it is to be done: the one that was set, or the last one of the scheme."""
        return self.due_on or year_of(self.scheme.last_year)[1]


class EventKind(models.Model):
    """A kind of what is done for a task: training, commendation, guidance, and what a province counts besides. Data."""

    name = models.CharField(_("kind"), max_length=100, unique=True)
    source = models.CharField(_("source"), max_length=200, blank=True)
    certainty = models.CharField(_("certainty"), max_length=2, choices=Certainty.choices, default=Certainty.DESIGN)
    is_active = models.BooleanField(_("can be chosen"), default=True)

    class Meta:
        verbose_name = _("kind of event of schemes")
        verbose_name_plural = _("kinds of events of schemes")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class SchemeEvent(Strikable):
    """What an owner did for a task: evidence that it is carried out. One entered by mistake is struck out and stays."""

    task = models.ForeignKey(SchemeTask, on_delete=models.PROTECT, related_name="events", verbose_name=_("task"))
    kind = models.ForeignKey(EventKind, on_delete=models.PROTECT, related_name="events", verbose_name=_("kind"))
    held_on = models.DateField(_("day"))
    title = models.CharField(_("what was done"), max_length=300)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="scheme_events", verbose_name=_("organisation")
    )
    people = models.PositiveIntegerField(_("number of people"))
    paper = models.CharField(_("document (number, date)"), max_length=100, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    attachments = GenericRelation(Attachment, content_type_field="item_type", object_id_field="item_id")

    class Meta:
        verbose_name = _("event of a scheme")
        verbose_name_plural = _("events of schemes")
        ordering = ["-held_on", "-pk"]
        constraints = [models.CheckConstraint(condition=STRUCK_WHOLE, name="scheme_event_struck_whole")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.title}"

    def get_absolute_url(self) -> str:
        return f"{self.task.get_absolute_url()}#event-{self.pk}"
