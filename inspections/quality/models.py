"""What is kept of inspecting the quality of a cell's meetings: the lines that are asked, what the record said when a
checklist was drawn up, what the team made of each line, and which meetings were drawn (domain.md §1.5, §6.7)."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from inspections.calendars.models import Certainty, LegalInstrument
from inspections.cases.models import Case, CaseSubject
from inspections.findings.models import Finding
from inspections.meetings.models import Meeting
from inspections.quality import rules
from inspections.quality.facts import Measure
from inspections.quality.sampling import Rule


class Measured(models.TextChoices):
    """Measures in words; the codes are those of the rules."""

    CADENCE = Measure.CADENCE.value, _("months without a regular meeting")
    THEMATIC = Measure.THEMATIC.value, _("quarters without a thematic meeting")
    LENGTH = Measure.LENGTH.value, _("meetings shorter than asked")
    ATTENDANCE = Measure.ATTENDANCE.value, _("members present of those expected (%)")
    ABSENT = Measure.ABSENT.value, _("members absent so many times running")
    CONTENTS = Measure.CONTENTS.value, _("meetings with a content that nobody was to prepare")
    PREPARATION = Measure.PREPARATION.value, _("meetings without agenda, notice or documents in time")
    SPEAKING = Measure.SPEAKING.value, _("members who spoke of those present (%)")
    MINUTES = Measure.MINUTES.value, _("meetings without minutes or conclusions, or not closed")
    ASSIGNING = Measure.ASSIGNING.value, _("regular meetings that assigned nothing")
    CARRIED_OUT = Measure.CARRIED_OUT.value, _("assignments done by their day (%)")
    HANDED_IN = Measure.HANDED_IN.value, _("results not handed in in time")
    SCORING = Measure.SCORING.value, _("own scores that differ from others beyond the margin")
    DUES = Measure.DUES.value, _("regular meetings without dues recorded")
    NOTICES = Measure.NOTICES.value, _("overdue demands of earlier notices")


class State(models.TextChoices):
    """What the record says, in words."""

    IN_ORDER = rules.State.IN_ORDER.value, _("nothing found in the record")
    SHORTCOMING = rules.State.SHORTCOMING.value, _("the record shows a shortcoming")
    NOTHING = rules.State.NOTHING.value, _("nothing is recorded of it")


class Verdict(models.TextChoices):
    """What the team makes of a line, in words."""

    IN_ORDER = rules.Verdict.IN_ORDER.value, _("in order")
    SHORTCOMING = rules.Verdict.SHORTCOMING.value, _("falls short")
    NOT_EXAMINED = rules.Verdict.NOT_EXAMINED.value, _("not examined")


class DrawRule(models.TextChoices):
    """How meetings are chosen, in words."""

    RANDOM = Rule.RANDOM.value, _("at random")
    EVERY = Rule.EVERY.value, _("every so many-th, the first at random")
    LOWEST = Rule.LOWEST.value, _("those with the lowest scores")
    FAULTS = Rule.FAULTS.value, _("all that the checklist finds at fault")
    THEMATIC = Rule.THEMATIC.value, _("all thematic meetings")


class ChecklistLineQuerySet(models.QuerySet["ChecklistLine"]):
    def in_force(self, on: Any) -> "ChecklistLineQuerySet":
        """Those valid on the day."""
        return self.filter(valid_from__lte=on).filter(Q(valid_to__isnull=True) | Q(valid_to__gte=on))


class ChecklistLine(models.Model):
    """A line of the checklist of meeting quality. Data: what is asked and how much counts differs from place to place.

    limit: of a share the percent that has to be reached, of absences how often running, else how many are tolerated."""

    code = models.SlugField(_("code"), max_length=30)
    position = models.PositiveSmallIntegerField(_("No."))
    title = models.CharField(_("what is looked at"), max_length=200)
    asked = models.TextField(_("what is asked"))
    measure = models.CharField(
        _("computed from the record"),
        max_length=12,
        choices=Measured.choices,
        blank=True,
        help_text=_("Empty: the record does not tell, so the team looks itself."),
    )
    limit = models.PositiveSmallIntegerField(
        _("limit"),
        default=0,
        help_text=_("Percent to be reached, absences running, or how many are tolerated; by what is computed."),
    )
    instrument = models.ForeignKey(
        LegalInstrument, null=True, blank=True, on_delete=models.PROTECT, verbose_name=_("rule breached")
    )
    article = models.CharField(_("article, clause"), max_length=100, blank=True)
    wording = models.TextField(_("wording offered for a finding"))
    source = models.CharField(_("source"), max_length=300, blank=True)
    certainty = models.CharField(_("certainty"), max_length=2, choices=Certainty.choices, default=Certainty.UNSURE)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    objects = ChecklistLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("line of the checklist of meeting quality")
        verbose_name_plural = _("lines of the checklist of meeting quality")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["code", "valid_from"],
                name="checklist_line_once_from_a_day",
                violation_error_message=_("This line has a row from this day on already."),
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="checklist_line_ends_after_it_starts",
                violation_error_message=_("The last day is before the first."),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Checklist(models.Model):
    """The checklist of one subject, as the record stood when it was drawn up; a later one stands beside it."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="checklists")
    subject = models.ForeignKey(
        CaseSubject, on_delete=models.PROTECT, related_name="checklists", verbose_name=_("subject")
    )
    number = models.PositiveSmallIntegerField(_("number"))
    examined_from = models.DateField(_("period examined, from"))
    examined_to = models.DateField(_("period examined, to"))
    drawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("drawn up by")
    )
    drawn_at = models.DateTimeField(_("drawn up"))

    class Meta:
        verbose_name = _("checklist of meeting quality")
        verbose_name_plural = _("checklists of meeting quality")
        ordering = ["subject", "-number"]
        constraints = [models.UniqueConstraint(fields=["subject", "number"], name="checklist_number_once")]

    def __str__(self) -> str:
        return f"{self.subject} ({self.number})"


class ChecklistItem(models.Model):
    """One line of a checklist: what was asked, in the words of the day, and what the record said of it."""

    checklist = models.ForeignKey(Checklist, on_delete=models.PROTECT, related_name="items")
    line = models.ForeignKey(ChecklistLine, on_delete=models.PROTECT, related_name="items")
    # the rows of one line that follow each other have it in common
    code = models.SlugField(max_length=30)
    position = models.PositiveSmallIntegerField(_("No."))
    title = models.CharField(_("what is looked at"), max_length=200)
    asked = models.TextField(_("what is asked"))
    limit = models.PositiveSmallIntegerField(_("limit"))
    state = models.CharField(_("what the record says"), max_length=11, choices=State.choices)
    # codes and values of words.py: the sentences, and the rows behind them
    told = models.JSONField(default=list)
    rows = models.JSONField(default=list)

    class Meta:
        verbose_name = _("line of a checklist")
        verbose_name_plural = _("lines of checklists")
        ordering = ["checklist", "position", "pk"]
        constraints = [models.UniqueConstraint(fields=["checklist", "code"], name="checklist_item_once_a_line")]

    def __str__(self) -> str:
        return f"{self.position}. {self.title}"


class Judgement(models.Model):
    """What the team made of a line. A later one is a new row: the newest counts, also for checklists drawn up since."""

    item = models.ForeignKey(ChecklistItem, on_delete=models.PROTECT, related_name="judgements")
    verdict = models.CharField(_("verdict"), max_length=12, choices=Verdict.choices)
    note = models.TextField(_("note"), blank=True)
    judged_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    judged_at = models.DateTimeField()

    class Meta:
        verbose_name = _("judgement on a line")
        verbose_name_plural = _("judgements on lines")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(verdict="not_examined") | ~Q(note=""), name="not_examined_says_why")
        ]

    def __str__(self) -> str:
        return f"{self.item}: {self.get_verdict_display()}"


class LineFinding(models.Model):
    """A finding that was recorded from a line: the facts and meetings behind the line are its evidence."""

    item = models.ForeignKey(ChecklistItem, on_delete=models.PROTECT, related_name="findings")
    finding = models.OneToOneField(Finding, on_delete=models.PROTECT, related_name="from_line")

    class Meta:
        verbose_name = _("finding from a line")
        verbose_name_plural = _("findings from lines")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.item} → {self.finding}"


class Sample(models.Model):
    """A sample of the meetings of one subject, with all that it takes to draw it again.

    size: how many, or of every so many-th its step; 0 where the rule takes all. population: the meetings that could be
    drawn, with what the rule asks of each."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="samples")
    subject = models.ForeignKey(
        CaseSubject, on_delete=models.PROTECT, related_name="samples", verbose_name=_("subject")
    )
    number = models.PositiveSmallIntegerField(_("number"))
    rule = models.CharField(_("how meetings are chosen"), max_length=8, choices=DrawRule.choices)
    size = models.PositiveSmallIntegerField(_("how many, or every which"))
    seed = models.CharField(_("seed"), max_length=40, blank=True)
    population = models.JSONField()
    reason = models.TextField(_("why it was drawn again"), blank=True)
    drawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("drawn by")
    )
    drawn_at = models.DateTimeField(_("drawn"))

    class Meta:
        verbose_name = _("sample of meetings")
        verbose_name_plural = _("samples of meetings")
        ordering = ["subject", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["subject", "number"], name="sample_number_once"),
            models.CheckConstraint(condition=Q(number=1) | ~Q(reason=""), name="sample_drawn_again_says_why"),
            models.CheckConstraint(
                condition=~Q(rule__in=["random", "every", "lowest"]) | Q(size__gte=1), name="sample_has_a_size"
            ),
            models.CheckConstraint(
                condition=~Q(rule__in=["random", "every"]) | ~Q(seed=""), name="sample_by_chance_has_a_seed"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} ({self.number})"


class SampledMeeting(models.Model):
    """A meeting that was drawn, and whether it was examined."""

    sample = models.ForeignKey(Sample, on_delete=models.PROTECT, related_name="meetings")
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField(_("No."))
    is_examined = models.BooleanField(_("examined"), default=False)
    note = models.TextField(_("note"), blank=True)
    noted_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    noted_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("meeting of a sample")
        verbose_name_plural = _("meetings of samples")
        ordering = ["sample", "position"]
        constraints = [
            models.UniqueConstraint(fields=["sample", "meeting"], name="sampled_once"),
            models.CheckConstraint(
                condition=Q(noted_at__isnull=True, noted_by__isnull=True, is_examined=False, note="")
                | Q(noted_at__isnull=False, noted_by__isnull=False),
                name="sampled_noted_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.meeting}"
