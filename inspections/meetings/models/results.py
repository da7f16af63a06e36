"""What a meeting leaves: the resolution with its assignments, and the score of each line (domain.md §6.4, §6.6)."""

from django.conf import settings
from django.contrib.contenttypes.fields import GenericRelation
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from inspections.documents.models import Attachment
from inspections.meetings.models.criteria import Line
from inspections.meetings.models.meetings import Meeting
from inspections.organisations.models import Organisation, Person

CARRY_OUT = "carry_out_assignment"


class Resolution(models.Model):
    """The resolution of a meeting; one that only assigns work has none."""

    meeting = models.OneToOneField(Meeting, on_delete=models.PROTECT, related_name="resolution")
    number = models.CharField(_("number and symbol"), max_length=40, blank=True)
    text = models.TextField(_("what was resolved"))

    class Meta:
        verbose_name = _("resolution of a cell")
        verbose_name_plural = _("resolutions of cells")

    def __str__(self) -> str:
        return self.number or str(self.meeting)


class ResolutionItemQuerySet(models.QuerySet["ResolutionItem"]):
    def open(self) -> "ResolutionItemQuerySet":
        """Those that a closed meeting assigned and that are not done."""
        return self.filter(done_on=None, meeting__state=Meeting.State.CLOSED)


class ResolutionItem(models.Model):
    """An assignment: who does what by when, and what proves it. It is open until it is done; meetings rate it."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="items")
    # the cell of the meeting, later the one that took its place
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="assignments", verbose_name=_("cell")
    )
    position = models.PositiveSmallIntegerField(_("No."))
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("who"))
    text = models.CharField(_("what"), max_length=500)
    # follows the clock, once it runs
    due_on = models.DateField(_("by when"))
    proof = models.CharField(_("what proves it"), max_length=300, blank=True)
    # beside what was agreed, which stays
    shown = models.CharField(_("what was shown for it"), max_length=300, blank=True)
    done_on = models.DateField(_("done on"), null=True, blank=True)
    attachments = GenericRelation(Attachment, content_type_field="item_type", object_id_field="item_id")

    objects = ResolutionItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("assignment of a meeting")
        verbose_name_plural = _("assignments of meetings")
        ordering = ["meeting", "position"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "position"], name="resolution_item_one_a_position"),
            models.CheckConstraint(
                condition=Q(shown="") | Q(done_on__isnull=False), name="resolution_item_shown_means_done"
            ),
        ]

    def __str__(self) -> str:
        return self.text


class MeetingFiles(models.Model):
    """The files of a meeting of one kind: what was given out before it, its minutes, its resolution."""

    class Kind(models.TextChoices):
        PREPARATION = "preparation", _("documents of the preparation")
        MINUTES = "minutes", _("minutes as a file")
        RESOLUTION = "resolution", _("resolution as a file")

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="files")
    kind = models.CharField(_("kind"), max_length=11, choices=Kind.choices)
    attachments = GenericRelation(Attachment, content_type_field="item_type", object_id_field="item_id")

    class Meta:
        verbose_name = _("files of a meeting")
        verbose_name_plural = _("files of meetings")
        ordering = ["meeting", "pk"]
        constraints = [models.UniqueConstraint(fields=["meeting", "kind"], name="meeting_files_once_a_kind")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.meeting}"


class ItemRating(models.Model):
    """How a later meeting rated an assignment; one that is not done is rated again by the next."""

    item = models.ForeignKey(ResolutionItem, on_delete=models.PROTECT, related_name="ratings")
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="ratings")
    is_done = models.BooleanField(_("done"))
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("rating of an assignment")
        verbose_name_plural = _("ratings of assignments")
        ordering = ["meeting", "pk"]
        constraints = [models.UniqueConstraint(fields=["item", "meeting"], name="item_rated_once_a_meeting")]

    def __str__(self) -> str:
        return f"{self.item}: {_('done') if self.is_done else _('not done')}"


class MeetingScore(models.Model):
    """The points of a line of the set, as one side gave them: the cell, its superior, an inspection."""

    class Side(models.TextChoices):
        OWN = "own", _("the cell itself")
        SUPERIOR = "superior", _("the superior")
        INSPECTION = "inspection", _("an inspection")

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="scores")
    line = models.ForeignKey(Line, on_delete=models.PROTECT, related_name="+")
    side = models.CharField(_("given by"), max_length=10, choices=Side.choices)
    points = models.DecimalField(_("points"), max_digits=4, decimal_places=1)
    note = models.CharField(_("note"), max_length=500, blank=True)
    is_computed = models.BooleanField(_("computed"), default=False)
    # the codes and values of words.py
    explanation = models.JSONField(default=list)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField()

    class Meta:
        verbose_name = _("score of a meeting")
        verbose_name_plural = _("scores of meetings")
        ordering = ["meeting", "line__criterion__position", "line__position", "side"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "line", "side"], name="meeting_score_once_a_side"),
            models.CheckConstraint(condition=Q(points__gte=0), name="meeting_score_not_below_nought"),
            models.CheckConstraint(condition=Q(is_computed=True) | ~Q(note=""), name="meeting_score_judged_has_a_note"),
        ]

    def __str__(self) -> str:
        return f"{self.line}: {self.points}"
