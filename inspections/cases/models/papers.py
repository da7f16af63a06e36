"""The papers of a case, every version kept; requests for more; changes; the sitting that concludes (domain.md §4.1)."""

from django.conf import settings
from django.contrib.contenttypes.fields import GenericRelation
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from inspections.cases.models.cases import Case, CaseSubject
from inspections.cases.models.procedures import PaperKind
from inspections.documents.models import Attachment
from inspections.meetings.models import Meeting


class Paper(models.Model):
    """One version of one paper. A new version is a new row; nothing is overwritten."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="papers")
    kind = models.ForeignKey(PaperKind, on_delete=models.PROTECT, verbose_name=_("kind"))
    subject = models.ForeignKey(
        CaseSubject,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="papers",
        verbose_name=_("subject"),
    )
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    body = models.TextField(_("text"), blank=True)
    held_on = models.DateField(_("held on"), null=True, blank=True)
    place = models.CharField(_("place"), max_length=200, blank=True)
    attendees = models.TextField(_("attendees"), blank=True)
    reason = models.TextField(_("why this version"), blank=True)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(_("written"))
    released_at = models.DateTimeField(_("released to the subject"), null=True)
    attachments = GenericRelation(Attachment, content_type_field="item_type", object_id_field="item_id")

    class Meta:
        verbose_name = _("paper")
        verbose_name_plural = _("papers")
        ordering = ["pk"]
        indexes = [models.Index(fields=["case", "kind"], name="paper_of_case")]

    def __str__(self) -> str:
        return f"{self.kind} ({self.version})"

    @property
    def of_whom(self) -> str:
        """The subject it is about, as a tail to the kind; empty when it is about the whole case."""
        return f" – {self.subject}" if self.subject is not None else ""


class InfoRequest(models.Model):
    """During verification the team asks a subject for more."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="info_requests")
    subject = models.ForeignKey(CaseSubject, on_delete=models.PROTECT, related_name="info_requests")
    text = models.TextField(_("what is asked for"))
    due_on = models.DateField(_("by"))
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    answer = models.OneToOneField(Paper, null=True, on_delete=models.PROTECT, related_name="answers_request")

    class Meta:
        verbose_name = _("request for more")
        verbose_name_plural = _("requests for more")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.subject}: {self.text[:60]}"


class ChangeRequest(models.Model):
    """The team asks the ordering body to change the team, the content or the time of a case."""

    class What(models.TextChoices):
        TEAM = "team", _("team")
        CONTENT = "content", _("content or period examined")
        DURATION = "duration", _("time")

    class State(models.TextChoices):
        ASKED = "asked", _("asked")
        APPROVED = "approved", _("approved")
        REFUSED = "refused", _("refused")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="change_requests")
    what = models.CharField(_("what to change"), max_length=10, choices=What.choices)
    proposal = models.JSONField(_("proposal"), default=dict)
    reason = models.TextField(_("reason"))
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    answer = models.TextField(_("answer"), blank=True)

    class Meta:
        verbose_name = _("request for a change")
        verbose_name_plural = _("requests for a change")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="asked", decided_at__isnull=True) | (~Q(state="asked") & Q(decided_at__isnull=False)),
                name="change_decided_means_dated",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("asked_by")),
                name="change_asker_does_not_decide",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_what_display()} – {self.case.number}"


class Sitting(models.Model):
    """The sitting that considers a report: who was there, how the votes fell, the minutes extract."""

    class Outcome(models.TextChoices):
        CONCLUDED = "concluded", _("concluded")
        RETURNED = "returned", _("report returned")
        MORE = "more", _("more verification asked for")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="sittings")
    # of a cell that concludes in one of its meetings
    meeting = models.ForeignKey(
        Meeting,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="sittings",
        verbose_name=_("meeting of the cell"),
    )
    held_on = models.DateField(_("held on"))
    chair = models.CharField(_("chair"), max_length=150)
    recorder = models.CharField(_("recorder"), max_length=150)
    attendees = models.TextField(_("attendees"))
    members = models.PositiveSmallIntegerField(_("members of the body"))
    present = models.PositiveSmallIntegerField(_("present"))
    votes_for = models.PositiveSmallIntegerField(_("votes for"))
    votes_against = models.PositiveSmallIntegerField(_("votes against"), default=0)
    abstentions = models.PositiveSmallIntegerField(_("abstentions"), default=0)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome.choices)
    extract = models.TextField(_("minutes extract"))
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("sitting")
        verbose_name_plural = _("sittings")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(present__lte=F("members")), name="sitting_present_within_members"),
            models.CheckConstraint(
                condition=Q(present__gte=F("votes_for") + F("votes_against") + F("abstentions")),
                name="sitting_votes_within_present",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.held_on:%d/%m/%Y}"
