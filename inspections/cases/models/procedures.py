"""The table of procedures: kind of case × who decides -> steps, papers, clocks (domain.md §3, §4.1–4.8). All data."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from inspections.calendars.models import Duty
from inspections.organisations.models import Level


class CaseKind(models.Model):
    """A kind of work: KTCH, GSCD, KTDH …"""

    class Nature(models.TextChoices):
        INSPECTION = "inspection", _("inspection")
        SUPERVISION = "supervision", _("supervision")

    code = models.CharField(_("code"), max_length=10, unique=True)
    name = models.CharField(_("name"), max_length=150)
    nature = models.CharField(_("nature"), max_length=12, choices=Nature.choices)
    has_case = models.BooleanField(
        _("is carried out as a case"),
        default=True,
        help_text=_("Regular supervision has lines in the programme but no team and no decision."),
    )

    class Meta:
        verbose_name = _("kind of work")
        verbose_name_plural = _("kinds of work")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class PaperKind(models.Model):
    """A kind of paper in a dossier, with its symbol on documents (domain.md §4.1, §8.2)."""

    code = models.CharField(_("code"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=150)
    symbol = models.CharField(_("symbol"), max_length=10, blank=True)
    is_for_subject = models.BooleanField(
        _("the subject sees it"),
        default=False,
        help_text=_("Once the case has been announced, or the paper released."),
    )

    class Meta:
        verbose_name = _("kind of paper")
        verbose_name_plural = _("kinds of paper")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class Procedure(models.Model):
    """How one kind of case is carried out by one kind of body."""

    class Flow(models.TextChoices):
        FORMAL = "formal", _("formal, with a team")
        CELL = "cell", _("a cell's own case")

    class Body(models.TextChoices):
        STANDING_COMMITTEE = "standing_committee", _("standing committee")
        INSPECTION_COMMITTEE = "inspection_committee", _("inspection committee")
        CELL = "cell", _("cell")

    kind = models.ForeignKey(CaseKind, on_delete=models.PROTECT, related_name="procedures")
    body = models.CharField(_("who decides"), max_length=20, choices=Body.choices)
    flow = models.CharField(_("course"), max_length=10, choices=Flow.choices)
    legal_basis = models.CharField(_("legal basis"), max_length=300, blank=True)
    needs_team = models.BooleanField(_("needs a team"), default=True)
    is_available = models.BooleanField(_("can be opened"), default=True)

    class Meta:
        verbose_name = _("procedure")
        verbose_name_plural = _("procedures")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["kind", "body"], name="procedure_once")]

    def __str__(self) -> str:
        return f"{self.kind} – {self.get_body_display()}"


class ProcedureStep(models.Model):
    """What a procedure says of one step: left out, which paper is asked for, which time limit it runs under.

    The clocks of a case are those that the steps of its procedure name; several steps may share one."""

    procedure = models.ForeignKey(Procedure, on_delete=models.CASCADE, related_name="steps")
    step = models.CharField(_("step"), max_length=40)
    is_left_out = models.BooleanField(_("left out"), default=False)
    needs_paper = models.ForeignKey(
        PaperKind,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        verbose_name=_("paper that must be there before the step ends"),
    )
    clock = models.CharField(_("time limit it runs under"), max_length=40, blank=True, choices=Duty.choices)

    class Meta:
        verbose_name = _("step of a procedure")
        verbose_name_plural = _("steps of a procedure")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["procedure", "step"], name="procedure_step_once")]

    def __str__(self) -> str:
        return f"{self.procedure}: {self.step}"


class TeamLimit(models.Model):
    """How many people a team may have, by level of the body (domain.md §2.2); the empty level is for all others."""

    level = models.OneToOneField(Level, null=True, blank=True, on_delete=models.PROTECT, verbose_name=_("level"))
    at_least = models.PositiveSmallIntegerField(_("at least"), default=1)
    at_most = models.PositiveSmallIntegerField(_("at most"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("limit of team size")
        verbose_name_plural = _("limits of team size")

    def __str__(self) -> str:
        return f"{self.level or '—'}: {self.at_least}–{self.at_most or '…'}"
