"""What superiors keep of the meetings of their cells: what counts as a flag, who follows which cell, whom they visited,
what they remarked, and the regular supervision that a remark opened (domain.md §4.7, §6.5)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from inspections.calendars.models import Certainty
from inspections.meetings.models import Meeting, Rated
from inspections.organisations.models import Organisation, Period, Person
from inspections.striking import STRUCK_WHOLE, Strikable
from inspections.superiors.rules import Flag

ANSWER_REMARK = "answer_remark"


class FlagRule(models.Model):
    """What counts as one flag of a cell's months. Data: the numbers of the provinces differ."""

    class Code(models.TextChoices):
        NO_REGULAR = Flag.NO_REGULAR.value, _("no regular meeting in the month")
        NO_THEMATIC = Flag.NO_THEMATIC.value, _("no thematic meeting in the quarter")
        UNVISITED = Flag.UNVISITED.value, _("never visited by a superior")
        POOR = Flag.POOR.value, _("rated poorly")
        ABSENT = Flag.ABSENT.value, _("a member absent several times running")
        LATE = Flag.LATE.value, _("held later than planned")
        NOT_HELD = Flag.NOT_HELD.value, _("planned but not held")

    class Measure(models.TextChoices):
        DAYS = "days", _("days")
        MONTHS = "months", _("months")
        TIMES = "times", _("times running")

    code = models.CharField(_("code"), max_length=12, unique=True, choices=Code.choices)
    measure = models.CharField(_("counted in"), max_length=6, choices=Measure.choices, blank=True)
    amount = models.PositiveSmallIntegerField(
        _("how many"),
        default=0,
        help_text=_("Days of grace, months looked back at, or absences running; by what is counted."),
    )
    rating = models.CharField(
        _("up to which rating"),
        max_length=7,
        choices=Rated.choices,
        blank=True,
        help_text=_("Only for ratings: this one and the worse ones are told."),
    )
    since = models.DateField(
        _("first month that counts"), help_text=_("The first day of the month. Nothing before it is told.")
    )
    source = models.CharField(_("source"), max_length=300, blank=True)
    certainty = models.CharField(_("certainty"), max_length=2, choices=Certainty.choices, default=Certainty.UNSURE)
    is_active = models.BooleanField(_("is told"), default=True)

    class Meta:
        verbose_name = _("flag of the meetings of cells")
        verbose_name_plural = _("flags of the meetings of cells")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(since__day=1), name="flag_since_a_first_day"),
            models.CheckConstraint(
                condition=Q(code="poor") & ~Q(rating="") | ~Q(code="poor") & Q(rating=""), name="flag_rating_of_poor"
            ),
            models.CheckConstraint(
                condition=~Q(code__in=["unvisited", "absent"]) | Q(amount__gte=1), name="flag_counts_something"
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_code_display())

    words = {"name": _("flag")}

    @property
    def name(self) -> str:
        """The flag in words."""
        return str(self)


class SupervisionTopic(models.Model):
    """What a regular supervision is about; ward forms count it by topic. Data."""

    name = models.CharField(_("topic of supervision"), max_length=200, unique=True)
    source = models.CharField(_("source"), max_length=300, blank=True)
    certainty = models.CharField(_("certainty"), max_length=2, choices=Certainty.choices, default=Certainty.UNSURE)
    is_active = models.BooleanField(_("can be chosen"), default=True)

    class Meta:
        verbose_name = _("topic of regular supervision")
        verbose_name_plural = _("topics of regular supervision")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class SupervisionOutcome(models.Model):
    """What a regular supervision ends with; counted by topic (domain.md §4.7). Data: provinces word it differently."""

    name = models.CharField(_("what follows from a supervision"), max_length=200, unique=True)
    is_sign = models.BooleanField(
        _("is a sign of violation"),
        default=False,
        help_text=_("A thematic supervision or an inspection of signs of violation is proposed."),
    )
    source = models.CharField(_("source"), max_length=300, blank=True)
    certainty = models.CharField(_("certainty"), max_length=2, choices=Certainty.choices, default=Certainty.UNSURE)
    is_active = models.BooleanField(_("can be chosen"), default=True)

    class Meta:
        verbose_name = _("outcome of regular supervision")
        verbose_name_plural = _("outcomes of regular supervision")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class Following(Period):
    """A person follows a cell from one day to another: the committee member in charge of it."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="followings", verbose_name=_("person"))
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="followings", verbose_name=_("cell")
    )
    paper = models.CharField(_("legal paper (number, date)"), max_length=100, blank=True)

    class Meta:
        verbose_name = _("following of a cell")
        verbose_name_plural = _("followings of cells")
        ordering = ["organisation__path", "starts_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="following_ends_after_it_starts",
                violation_error_message=_("The last day is before the first."),
            ),
            models.UniqueConstraint(
                fields=["person", "organisation"],
                condition=Q(ends_on__isnull=True),
                name="following_one_open",
                violation_error_message=_("He follows this cell already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} – {self.organisation}"


class Visit(Strikable):
    """A superior attended a meeting."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="visits")
    visitor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("who attended")
    )
    note = models.CharField(_("note"), max_length=300, blank=True)
    noted_at = models.DateTimeField(_("noted"))

    class Meta:
        verbose_name = _("visit to a meeting")
        verbose_name_plural = _("visits to meetings")
        ordering = ["meeting", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "visitor"], condition=Q(struck_at__isnull=True), name="visit_standing_once"
            ),
            models.CheckConstraint(condition=STRUCK_WHOLE, name="visit_struck_whole"),
        ]

    def __str__(self) -> str:
        return f"{self.visitor}: {self.meeting}"


class Remark(models.Model):
    """What a superior remarked on a meeting; the cell answers by a day, which is a deadline of the cell."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="remarks")
    # the cell of the meeting, or what took its place since
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("who answers")
    )
    body = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("for which organisation")
    )
    text = models.TextField(_("remark"))
    answer_by = models.DateField(_("answer by"))
    left_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("left by")
    )
    left_at = models.DateTimeField(_("left"))
    answer = models.TextField(_("answer of the cell"), blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("answered by"),
    )
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)

    class Meta:
        verbose_name = _("remark on a meeting")
        verbose_name_plural = _("remarks on meetings")
        ordering = ["-left_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="remark_says_something"),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answered_by__isnull=True, answer="")
                | Q(answered_at__isnull=False, answered_by__isnull=False) & ~Q(answer=""),
                name="remark_answered_whole",
            ),
        ]

    def __str__(self) -> str:
        return gettext("Remark on %(meeting)s") % {"meeting": self.meeting}

    def get_absolute_url(self) -> str:
        return reverse("superiors:remark", args=[self.pk])

    @property
    def supervision(self) -> "RegularSupervision | None":
        """The regular supervision that it opened and that stands; read with the remark by `queries.cell.remarks_of`."""
        kept = getattr(self, "standing_supervisions", None)
        return next(iter(self.supervisions.standing() if kept is None else kept), None)


class ProposedSupervision(models.Model):
    """Who may not open a regular supervision himself proposes it: the remark is a sign on the list of the body for
    whose office he did so, and of the inspection committee beside it, until one of them opens it or declines."""

    remark = models.ForeignKey(Remark, on_delete=models.PROTECT, related_name="proposals")
    body = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("to whom it is proposed")
    )
    why = models.TextField(_("why a supervision is proposed"))
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("proposed by")
    )
    proposed_at = models.DateTimeField(_("proposed"))
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    # empty of one that was taken up
    decline_reason = models.TextField(_("why it was declined"), blank=True)

    class Meta:
        verbose_name = _("proposal of a regular supervision")
        verbose_name_plural = _("proposals of regular supervisions")
        ordering = ["proposed_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(why=""), name="supervision_proposal_says_why"),
            models.UniqueConstraint(
                fields=["remark"], condition=Q(decided_at__isnull=True), name="supervision_proposal_one_waiting"
            ),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, decided_by__isnull=True, decline_reason="")
                | Q(decided_at__isnull=False, decided_by__isnull=False),
                name="supervision_proposal_decided_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.remark}"


class RegularSupervision(Strikable):
    """A regular supervision: no team and no decision, counted by topic. A remark on a meeting was its sign."""

    remark = models.ForeignKey(Remark, on_delete=models.PROTECT, related_name="supervisions")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("supervised organisation")
    )
    # a copy, so that what lies below is one range of one index
    org_path = models.CharField(max_length=60, editable=False, db_index=True)
    body = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("who supervises"))
    topic = models.ForeignKey(
        SupervisionTopic, on_delete=models.PROTECT, related_name="supervisions", verbose_name=_("topic of supervision")
    )
    outcome = models.ForeignKey(
        SupervisionOutcome,
        on_delete=models.PROTECT,
        related_name="supervisions",
        verbose_name=_("what follows from it"),
    )
    outcome_text = models.TextField(_("what was said or asked for"), blank=True)
    sign = models.TextField(_("sign"))
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("opened by")
    )
    opened_at = models.DateTimeField(_("opened"))

    class Meta:
        verbose_name = _("regular supervision")
        verbose_name_plural = _("regular supervisions")
        ordering = ["-opened_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(sign=""), name="supervision_has_a_sign"),
            models.UniqueConstraint(
                fields=["remark"], condition=Q(struck_at__isnull=True), name="supervision_standing_once"
            ),
            models.CheckConstraint(condition=STRUCK_WHOLE, name="supervision_struck_whole"),
        ]

    def __str__(self) -> str:
        return f"{self.topic} – {self.organisation}"


class AbsenceRun(models.Model):
    """A member was absent from this regular meeting and from the ones before it: so many times running, two or more.

    Counted from the roll calls in the transaction that keeps them, so that a province is one question."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="absence_runs")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    times = models.PositiveSmallIntegerField(_("times running"))

    class Meta:
        verbose_name = _("absences running")
        verbose_name_plural = _("absences running")
        ordering = ["meeting", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "person"], name="absence_run_once"),
            models.CheckConstraint(condition=Q(times__gte=2), name="absence_run_of_two"),
        ]
        indexes = [models.Index(fields=["times", "meeting"], name="absence_run_times")]

    def __str__(self) -> str:
        return f"{self.person}: {self.times}"
