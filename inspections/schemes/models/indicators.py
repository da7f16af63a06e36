"""Indicators of a scheme: counted by a measure or typed with proof; baseline, and targets by organisation and year."""

from typing import Any

from django.conf import settings
from django.contrib.contenttypes.fields import GenericRelation
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from inspections.documents.models import Attachment
from inspections.organisations.models import Organisation
from inspections.schemes.measures import Measure, measure_of
from inspections.schemes.models.schemes import Scheme
from inspections.schemes.rules import Direction

LARGEST = 9_999_999_999


class Indicator(models.Model):
    """What shows whether a scheme reaches its aim.

    Counted by a measure over the records (its code and parameters), or typed with proof where it has none."""

    DIRECTIONS = ((Direction.MORE.value, _("more is better")), (Direction.LESS.value, _("less is better")))

    scheme = models.ForeignKey(Scheme, on_delete=models.PROTECT, related_name="indicators")
    position = models.PositiveSmallIntegerField(_("No."))
    name = models.CharField(_("name"), max_length=300)
    # of a typed one; a measure has its own, told in the reader's language
    unit = models.CharField(_("unit"), max_length=30, blank=True)
    direction = models.CharField(_("direction"), max_length=4, choices=DIRECTIONS, default=Direction.MORE.value)
    measure_code = models.CharField(_("counted by"), max_length=40, blank=True)
    parameters = models.JSONField(_("parameters"), default=dict, blank=True)
    baseline = models.DecimalField(_("baseline"), max_digits=12, decimal_places=2, null=True, blank=True)
    baseline_told = models.CharField(_("of when, from where"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")
        ordering = ["scheme", "position"]
        constraints = [
            models.UniqueConstraint(fields=["scheme", "position"], name="indicator_position_once"),
            models.CheckConstraint(condition=~Q(measure_code="", unit=""), name="indicator_typed_has_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.name}"

    def get_absolute_url(self) -> str:
        return reverse("schemes:indicator", args=[self.pk])

    @property
    def measure(self) -> Measure | None:
        """The measure it is counted by; None where it is typed, or where no room has that measure any more."""
        return measure_of(self.measure_code) if self.measure_code else None

    @property
    def is_typed(self) -> bool:
        return not self.measure_code

    @property
    def unit_told(self) -> Any:
        """In what its figures are told."""
        return self.measure.unit if self.measure is not None else self.unit

    @property
    def parameters_told(self) -> list[tuple[Any, Any]]:
        """What was chosen for its measure, in words: the parameter, the choice."""
        if self.measure is None:
            return []
        return [
            (one.label, dict(one.choices()).get(self.parameters.get(one.code, ""), ""))
            for one in self.measure.parameters
        ]


class Target(models.Model):
    """What an indicator is to reach in an organisation in a year. A change is in the record of who did what."""

    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="targets")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="scheme_targets", verbose_name=_("organisation")
    )
    year = models.PositiveSmallIntegerField(_("year"))
    value = models.DecimalField(_("target"), max_digits=12, decimal_places=2)

    class Meta:
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        ordering = ["indicator", "year", "organisation__path"]
        constraints = [
            models.UniqueConstraint(fields=["indicator", "organisation", "year"], name="target_once_a_year"),
            models.CheckConstraint(condition=Q(value__gte=0), name="target_not_below_nought"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} {self.year}: {self.value}"


class TypedFigure(models.Model):
    """A figure that no record of ours gives, with its proof. A correction is a new row; the old one stays."""

    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="typed_figures")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="typed_figures", verbose_name=_("organisation")
    )
    year = models.PositiveSmallIntegerField(_("year"))
    value = models.DecimalField(_("figure"), max_digits=12, decimal_places=2)
    proof = models.CharField(_("proof (document, number, date)"), max_length=200)
    reason = models.TextField(_("why it is corrected"), blank=True)
    is_current = models.BooleanField(_("is counted"), default=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    attachments = GenericRelation(Attachment, content_type_field="item_type", object_id_field="item_id")

    class Meta:
        verbose_name = _("typed figure")
        verbose_name_plural = _("typed figures")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "organisation", "year"],
                condition=Q(is_current=True),
                name="typed_figure_one_counts",
            ),
            models.CheckConstraint(condition=~Q(proof=""), name="typed_figure_is_proven"),
            models.CheckConstraint(condition=Q(value__gte=0), name="typed_figure_not_below_nought"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} {self.year}: {self.value.normalize():f} ({self.proof})"
