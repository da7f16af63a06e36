"""The table of procedures: kind of case × who decides -> steps, papers, clocks (domain.md §3, §4.1–4.8). All data."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from inspections.calendars.models import CASE_DUTIES, Certainty
from inspections.cases.words import STEPS
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
    is_active = models.BooleanField(_("can be chosen"), default=True)

    class Meta:
        verbose_name = _("kind of work")
        verbose_name_plural = _("kinds of work")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class PaperKind(models.Model):
    """A kind of paper in a dossier (domain.md §4.1)."""

    code = models.CharField(_("code"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=150)
    is_for_subject = models.BooleanField(
        _("the subject sees it"),
        default=False,
        help_text=_("Once the case has been announced, or the paper released."),
    )
    is_free = models.BooleanField(
        _("the team adds it at any time"),
        default=False,
        help_text=_("Beside the papers that a step makes: minutes, evidence."),
    )
    needs_day = models.BooleanField(_("says on which day it was held"), default=False)
    is_active = models.BooleanField(_("can be chosen"), default=True)

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

    kind = models.ForeignKey(
        CaseKind, on_delete=models.PROTECT, related_name="procedures", verbose_name=_("kind of work")
    )
    body = models.CharField(_("who decides"), max_length=20, choices=Body.choices)
    flow = models.CharField(_("course"), max_length=10, choices=Flow.choices)
    legal_basis = models.CharField(_("legal basis"), max_length=300, blank=True)
    needs_team = models.BooleanField(_("needs a team"), default=True)
    dossier = models.ManyToManyField(
        PaperKind,
        blank=True,
        verbose_name=_("papers without which the dossier is not closed"),
    )
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

    procedure = models.ForeignKey(
        Procedure, on_delete=models.CASCADE, related_name="steps", verbose_name=_("procedure")
    )
    step = models.CharField(_("step"), max_length=40)
    is_left_out = models.BooleanField(_("left out"), default=False)
    needs_paper = models.ForeignKey(
        PaperKind,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        verbose_name=_("paper that must be there before the step ends"),
    )
    clock = models.CharField(
        _("time limit it runs under"),
        max_length=40,
        blank=True,
        choices=[(one.value, one.label) for one in CASE_DUTIES],
    )

    class Meta:
        verbose_name = _("step of a procedure")
        verbose_name_plural = _("steps of a procedure")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["procedure", "step"], name="procedure_step_once")]

    def __str__(self) -> str:
        return f"{self.procedure}: {STEPS.get(self.step, self.step)}"


class TeamLimit(models.Model):
    """How many people a team may have, by level of the body (domain.md §2.2); the empty level is for all others."""

    level = models.OneToOneField(Level, null=True, blank=True, on_delete=models.PROTECT, verbose_name=_("level"))
    at_least = models.PositiveSmallIntegerField(_("at least"), default=1)
    at_most = models.PositiveSmallIntegerField(_("at most"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=200, blank=True)
    certainty = models.CharField(_("certainty"), max_length=2, choices=Certainty.choices, default=Certainty.DESIGN)

    class Meta:
        ordering = ["level__rank", "pk"]
        verbose_name = _("limit of team size")
        verbose_name_plural = _("limits of team size")

    def __str__(self) -> str:
        return f"{self.level or gettext('all other levels')}: {self.at_least}–{self.at_most or '…'}"


class Majority(models.Model):
    """How many of a body have to sit, and to vote for it, so that it concludes; the empty body is for all others."""

    body = models.CharField(
        _("who decides"),
        max_length=20,
        choices=Procedure.Body.choices,
        blank=True,
        help_text=_("Empty: all bodies that have no row of their own."),
    )
    present_parts = models.PositiveSmallIntegerField(_("present: parts"), default=1)
    present_of = models.PositiveSmallIntegerField(
        _("present: of how many parts of all members"),
        default=2,
        help_text=_("1 of 2 is half of all members, 2 of 3 two thirds."),
    )
    present_is_above = models.BooleanField(
        _("present: more than that"), default=True, help_text=_("Not set: exactly that many are enough.")
    )
    votes_parts = models.PositiveSmallIntegerField(_("votes for: parts"), default=1)
    votes_of = models.PositiveSmallIntegerField(_("votes for: of how many parts of all members"), default=2)
    votes_is_above = models.BooleanField(
        _("votes for: more than that"), default=True, help_text=_("Not set: exactly that many are enough.")
    )
    source = models.CharField(_("source"), max_length=200, blank=True)
    certainty = models.CharField(_("certainty"), max_length=2, choices=Certainty.choices, default=Certainty.DESIGN)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    class Meta:
        verbose_name = _("majority of a sitting")
        verbose_name_plural = _("majorities of sittings")
        ordering = ["body", "valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["body", "valid_from"], name="majority_once_from_a_day"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="majority_ends_after_it_starts",
                violation_error_message=_("The last day is before the first."),
            ),
            models.CheckConstraint(
                condition=Q(
                    present_parts__gte=1,
                    votes_parts__gte=1,
                    present_of__gte=F("present_parts"),
                    votes_of__gte=F("votes_parts"),
                ),
                name="majority_is_a_part_of_all",
                violation_error_message=_("The parts are at least one and not more than all."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_body_display() if self.body else gettext('all other bodies')}: {self.present_share}"

    @property
    def present_share(self) -> str:
        """How many have to be present, of all members: "> 1/2"."""
        return f"{'>' if self.present_is_above else '≥'} {self.present_parts}/{self.present_of}"

    @property
    def votes_share(self) -> str:
        """How many have to vote for it, of all members: "> 1/2"."""
        return f"{'>' if self.votes_is_above else '≥'} {self.votes_parts}/{self.votes_of}"

    words = {"present_share": _("present"), "votes_share": _("votes for")}
