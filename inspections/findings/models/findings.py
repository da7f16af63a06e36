"""Findings, their versions, the subject's answers and what became of each (domain.md §5.1, scenario E)."""

from django.conf import settings
from django.contrib.contenttypes.fields import GenericRelation
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from inspections.calendars.models import LegalInstrument
from inspections.cases.models import Case, CaseSubject
from inspections.documents.models import Attachment
from inspections.organisations.text import fold


class Severity(models.Model):
    """A rung of the ladder of terms, 1 the lightest (domain.md §5.1). Data."""

    code = models.CharField(_("code"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=100)
    rank = models.PositiveSmallIntegerField(_("rank, 1 is the lightest"), unique=True)
    is_violation = models.BooleanField(_("is a violation"), default=False)
    is_active = models.BooleanField(_("can be chosen"), default=True)

    class Meta:
        verbose_name = _("severity")
        verbose_name_plural = _("severities")
        ordering = ["rank"]

    def __str__(self) -> str:
        return self.name


class FindingQuerySet(models.QuerySet["Finding"]):
    def standing(self) -> "FindingQuerySet":
        """Those that were not dropped."""
        return self.exclude(state=Finding.State.DROPPED)

    def concluded(self) -> "FindingQuerySet":
        """Those that stand in a published conclusion notice."""
        return self.standing().filter(case__notice__number__gt="")

    def matching(self, words: str) -> "FindingQuerySet":
        """Those whose text has every word, accents and case aside."""
        found = self
        for word in fold(words).split():
            found = found.filter(folded__contains=word)
        return found


class Finding(models.Model):
    """One shortcoming or violation found; its present wording. Older wordings are `FindingVersion` rows."""

    class State(models.TextChoices):
        DRAFT = "draft", _("in the draft")
        RELEASED = "released", _("released to the subject")
        KEPT = "kept", _("kept")
        CHANGED = "changed", _("changed")
        DROPPED = "dropped", _("dropped")

    class CauseKind(models.TextChoices):
        SUBJECTIVE = "subjective", _("subjective")
        OBJECTIVE = "objective", _("objective")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="findings")
    number = models.PositiveSmallIntegerField(_("number"))
    text = models.TextField(_("what was found"))
    folded = models.TextField(editable=False)
    topic = models.CharField(_("topic"), max_length=100, blank=True)
    severity = models.ForeignKey(Severity, on_delete=models.PROTECT, verbose_name=_("severity"))
    cause = models.TextField(_("cause"), blank=True)
    cause_kind = models.CharField(_("kind of cause"), max_length=10, choices=CauseKind.choices, blank=True)
    instrument = models.ForeignKey(
        LegalInstrument, null=True, blank=True, on_delete=models.PROTECT, verbose_name=_("rule breached")
    )
    article = models.CharField(_("article, clause"), max_length=100, blank=True)
    happened_on = models.DateField(_("when (last day)"), null=True, blank=True)
    responsible = models.ForeignKey(
        CaseSubject, on_delete=models.PROTECT, related_name="findings", verbose_name=_("responsible")
    )
    recurs = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="recurrences",
        verbose_name=_("recurs"),
    )
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)
    is_released = models.BooleanField(_("has been released to the subject"), default=False)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    attachments = GenericRelation(Attachment, content_type_field="item_type", object_id_field="item_id")

    objects = FindingQuerySet.as_manager()

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        ordering = ["case", "number"]
        constraints = [models.UniqueConstraint(fields=["case", "number"], name="finding_number_once")]

    def __str__(self) -> str:
        return f"{self.number}. {self.text[:80]}"

    def get_absolute_url(self) -> str:
        return reverse("findings:detail", args=[self.pk])


class FindingVersion(models.Model):
    """A wording of a finding as it stood before it was changed, with who changed it and why."""

    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="versions")
    version = models.PositiveSmallIntegerField(_("version"))
    facts = models.JSONField(_("facts as they stood"))
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()
    reason = models.TextField(_("reason"), blank=True)

    class Meta:
        verbose_name = _("version of a finding")
        verbose_name_plural = _("versions of a finding")
        ordering = ["finding", "version"]
        constraints = [models.UniqueConstraint(fields=["finding", "version"], name="finding_version_once")]

    def __str__(self) -> str:
        return f"{self.finding_id}/{self.version}"


class Answer(models.Model):
    """What the subject says to one finding of a released draft. A later answer is a new row."""

    class Position(models.TextChoices):
        ACCEPTS = "accepts", _("accepts")
        CONTESTS = "contests", _("contests")
        RESERVES = "reserves", _("reserves opinion")

    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="answers")
    subject = models.ForeignKey(CaseSubject, on_delete=models.PROTECT, related_name="answers")
    position = models.CharField(_("position"), max_length=10, choices=Position.choices)
    text = models.TextField(_("explanation"), blank=True)
    at_conference = models.BooleanField(_("given in the conference"), default=False)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField()
    attachments = GenericRelation(Attachment, content_type_field="item_type", object_id_field="item_id")

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(position="accepts") | ~Q(text=""), name="answer_against_says_why")
        ]

    def __str__(self) -> str:
        return f"{self.finding_id}: {self.get_position_display()}"


class Consideration(models.Model):
    """What the team made of one answer: the finding is kept, changed or dropped, with the reason."""

    class Outcome(models.TextChoices):
        KEPT = "kept", _("kept")
        CHANGED = "changed", _("changed")
        DROPPED = "dropped", _("dropped")

    answer = models.OneToOneField(Answer, on_delete=models.PROTECT, related_name="consideration")
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome.choices)
    reason = models.TextField(_("reason"))
    considered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    considered_at = models.DateTimeField()

    class Meta:
        verbose_name = _("consideration")
        verbose_name_plural = _("considerations")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.get_outcome_display()
