"""The criteria by which a cell meeting is scored: data with validity, source and certainty (domain.md §6.4).

A set is written once and never changed: what is to be otherwise is a new set, from a day on. Only its last day is set
later."""

import datetime
from collections.abc import Iterable

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from inspections.calendars.models import Certainty
from inspections.meetings.rules import Adjusts, Measure, Rating
from inspections.organisations.models import Organisation


class Rated(models.TextChoices):
    """Ratings in words; the codes are those of the rules."""

    GOOD = Rating.GOOD.value, _("good")
    FAIR = Rating.FAIR.value, _("fair")
    AVERAGE = Rating.AVERAGE.value, _("average")
    POOR = Rating.POOR.value, _("poor")


class Measured(models.TextChoices):
    """Measures in words; the codes are those of the rules."""

    LENGTH = Measure.LENGTH.value, _("length: minutes held of the minutes asked for")
    ATTENDANCE = Measure.ATTENDANCE.value, _("attendance: members present of those expected")
    DOCUMENTS = Measure.DOCUMENTS.value, _("documents: hours they were out before, of the hours asked for")
    SPEAKING = Measure.SPEAKING.value, _("speaking: members who spoke of those present")
    RESOLUTION = Measure.RESOLUTION.value, _("previous resolution: items done of those due")
    UPLOAD = Measure.UPLOAD.value, _("result handed in: in time or late")


# all that a score needs of a set
LINES = ("criteria__lines__bands", "criteria__lines__adjustments")


class CriteriaSetQuerySet(models.QuerySet["CriteriaSet"]):
    def in_force(self, on: datetime.date) -> "CriteriaSetQuerySet":
        """Those valid on the day."""
        return self.filter(valid_from__lte=on).filter(Q(valid_to__isnull=True) | Q(valid_to__gte=on))

    def of_paths(self, paths: Iterable[str]) -> "CriteriaSetQuerySet":
        """Those of the country and of the organisations with the paths."""
        return self.filter(Q(organisation__isnull=True) | Q(organisation__path__in=paths))

    def with_lines(self) -> "CriteriaSetQuerySet":
        """With all that a score needs."""
        return self.select_related("organisation").prefetch_related(*LINES)


class CriteriaSet(models.Model):
    """Criteria that are 100 points in all, valid from a day on. The nearest set above a cell counts."""

    organisation = models.ForeignKey(
        Organisation,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("for the tree of"),
        help_text=_("Empty: for all."),
    )
    name = models.CharField(_("name"), max_length=200)
    minutes = models.PositiveSmallIntegerField(
        _("a meeting lasts at least (minutes)"), validators=[MinValueValidator(1)]
    )
    many = models.PositiveSmallIntegerField(
        _("a cell is large from so many members on"), validators=[MinValueValidator(1)]
    )
    minutes_of_many = models.PositiveSmallIntegerField(
        _("a meeting of a large cell lasts at least (minutes)"), validators=[MinValueValidator(1)]
    )
    documents_hours = models.PositiveSmallIntegerField(
        _("documents are out before the meeting (hours)"), validators=[MinValueValidator(1)]
    )
    counts_probationary = models.BooleanField(_("probationary members count for attendance"), default=True)
    counts_temporary = models.BooleanField(_("members who are here for a time count for attendance"), default=True)
    counts_exempt = models.BooleanField(_("exempt members count for attendance"), default=False)
    size_with_away = models.BooleanField(
        _("members who are elsewhere for a time count for the size of the cell"), default=True
    )
    size_with_guests = models.BooleanField(
        _("members who are here for a time count for the size of the cell"), default=False
    )
    guests_vote = models.BooleanField(_("official members who are here for a time may vote"), default=False)
    counts_leftovers = models.BooleanField(
        _("an assignment not done in time counts again at each regular meeting until it is done"), default=False
    )
    good_from = models.DecimalField(_("good from (points)"), max_digits=4, decimal_places=1)
    fair_from = models.DecimalField(_("fair from (points)"), max_digits=4, decimal_places=1)
    average_from = models.DecimalField(_("average from (points)"), max_digits=4, decimal_places=1)
    margin = models.PositiveSmallIntegerField(
        _("scores may differ by so much of the points at most (%)"),
        default=5,
        validators=[MaxValueValidator(100)],
        help_text=_("Beyond it, the scores of the cell, its superior and an inspection are flagged."),
    )
    note = models.TextField(_("what is unsure or differs from place to place"), blank=True)
    legal_basis = models.CharField(_("legal basis"), max_length=300)
    certainty = models.CharField(_("certainty"), max_length=2, choices=Certainty.choices, default=Certainty.DESIGN)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    objects = CriteriaSetQuerySet.as_manager()

    class Meta:
        verbose_name = _("criteria set")
        verbose_name_plural = _("criteria sets")
        ordering = ["-valid_from", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="criteria_end_after_they_start",
            ),
            models.CheckConstraint(
                condition=Q(average_from__gt=0)
                & Q(fair_from__gt=F("average_from"))
                & Q(good_from__gt=F("fair_from"))
                & Q(good_from__lte=100),
                name="criteria_ratings_follow_each_other",
            ),
            models.CheckConstraint(
                condition=Q(minutes__gt=0, many__gt=0, documents_hours__gt=0, minutes_of_many__gte=F("minutes")),
                name="criteria_ask_what_is_possible",
            ),
            # nulls are equal to nothing, so each has its own constraint
            models.UniqueConstraint(
                fields=["valid_from"],
                condition=Q(organisation__isnull=True),
                name="criteria_once_a_day",
                violation_error_message=_("There is a criteria set from this day on already."),
            ),
            models.UniqueConstraint(
                fields=["organisation", "valid_from"],
                condition=Q(organisation__isnull=False),
                name="criteria_once_a_day_in_a_tree",
                violation_error_message=_("There is a criteria set from this day on already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def is_in_force(self, on: datetime.date) -> bool:
        """Whether it is valid on the day."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


class Criterion(models.Model):
    """A criterion of a set; its points are those of its lines."""

    criteria_set = models.ForeignKey(CriteriaSet, on_delete=models.CASCADE, related_name="criteria")
    position = models.PositiveSmallIntegerField(_("No."))
    title = models.CharField(_("criterion"), max_length=200)
    points = models.DecimalField(_("points at most"), max_digits=4, decimal_places=1)

    class Meta:
        verbose_name = _("criterion")
        verbose_name_plural = _("criteria")
        ordering = ["criteria_set", "position"]
        constraints = [
            models.UniqueConstraint(fields=["criteria_set", "position"], name="criterion_one_a_position"),
            models.CheckConstraint(condition=Q(points__gt=0, points__lte=100), name="criterion_has_points"),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.title}"


class Line(models.Model):
    """What points are given for within a criterion: computed from the record, or judged by people."""

    criterion = models.ForeignKey(Criterion, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField(_("No."))
    title = models.CharField(_("what is scored"), max_length=300)
    points = models.DecimalField(_("points at most"), max_digits=4, decimal_places=1)
    measure = models.CharField(_("computed from"), max_length=12, choices=Measured.choices, blank=True)
    source = models.CharField(_("source"), max_length=300, blank=True)
    certainty = models.CharField(_("certainty"), max_length=2, choices=Certainty.choices, default=Certainty.DESIGN)

    class Meta:
        verbose_name = _("line of a criterion")
        verbose_name_plural = _("lines of criteria")
        ordering = ["criterion", "position"]
        constraints = [
            models.UniqueConstraint(fields=["criterion", "position"], name="criterion_line_one_a_position"),
            models.CheckConstraint(condition=Q(points__gt=0, points__lte=100), name="criterion_line_has_points"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def number(self) -> str:
        """Its number in the set, as in “4.2”."""
        return f"{self.criterion.position}.{self.position}"


class Band(models.Model):
    """The points of a line for rates from `start` % on, up to the next band."""

    line = models.ForeignKey(Line, on_delete=models.CASCADE, related_name="bands")
    start = models.DecimalField(_("from (%)"), max_digits=5, decimal_places=2)
    is_above = models.BooleanField(_("more than, not from"), default=False)
    points = models.DecimalField(_("points"), max_digits=4, decimal_places=1)

    class Meta:
        verbose_name = _("band of points")
        verbose_name_plural = _("bands of points")
        ordering = ["line", "start", "is_above"]
        constraints = [
            models.UniqueConstraint(fields=["line", "start", "is_above"], name="band_once"),
            models.CheckConstraint(condition=Q(start__gte=0, start__lte=100, points__gte=0), name="band_in_range"),
        ]

    def __str__(self) -> str:
        return f"{self.start} % → {self.points}"


class Adjustment(models.Model):
    """What changes the points of a band: a cap or a bonus."""

    class Kind(models.TextChoices):
        CAP = Adjusts.CAP.value, _("at most, with unexcused absences")
        BONUS = Adjusts.BONUS.value, _("more, when nobody is excused too often running")

    line = models.ForeignKey(Line, on_delete=models.CASCADE, related_name="adjustments")
    kind = models.CharField(_("kind"), max_length=5, choices=Kind.choices)
    points = models.DecimalField(_("points"), max_digits=4, decimal_places=1)
    more_than = models.PositiveSmallIntegerField(_("more than so many"), default=0)

    class Meta:
        verbose_name = _("cap or bonus")
        verbose_name_plural = _("caps and bonuses")
        ordering = ["line", "-kind"]
        constraints = [models.UniqueConstraint(fields=["line", "kind"], name="adjustment_once_a_kind")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.points}"
