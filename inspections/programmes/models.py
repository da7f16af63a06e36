"""Programmes of a year or a term, and their lines (domain.md §3). A change after adoption is a new version."""

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from inspections.organisations.models import Organisation, Person
from inspections.organisations.text import fold, whole_number


class ProgrammeQuerySet(models.QuerySet["Programme"]):
    def matching(self, words: str) -> "ProgrammeQuerySet":
        """Those whose body, number, year or one of whose lines has every word, accents and case aside."""
        found = self
        for word in fold(words).split():
            lines = ProgrammeLine.objects.filter(programme=OuterRef("pk"), folded__contains=word)
            body = Organisation.objects.order_by().matching(word).values("pk")
            told = Q(organisation__in=body) | Q(number__icontains=word) | Q(Exists(lines))
            year = whole_number(word)
            found = found.filter(told | Q(first_year__lte=year, last_year__gte=year) if year is not None else told)
        return found


class Programme(models.Model):
    """One version of the programme of one body for a year or a term."""

    class Horizon(models.TextChoices):
        YEAR = "year", _("year")
        TERM = "term", _("term")

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        SUBMITTED = "submitted", _("submitted")
        ADOPTED = "adopted", _("adopted")
        REPLACED = "replaced", _("replaced by a newer version")
        ABANDONED = "abandoned", _("given up")

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="programmes", verbose_name=_("body")
    )
    horizon = models.CharField(_("horizon"), max_length=5, choices=Horizon.choices, default=Horizon.YEAR)
    first_year = models.PositiveSmallIntegerField(_("year, or first year of the term"))
    last_year = models.PositiveSmallIntegerField(_("last year"))
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    replaces = models.OneToOneField(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="replaced_by",
        verbose_name=_("replaces"),
    )
    change_reason = models.TextField(_("reason of the change"), blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)
    number = models.CharField(_("number"), max_length=40, blank=True)
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField()
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField(null=True)
    adopted_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    adopted_at = models.DateTimeField(null=True)
    return_reason = models.TextField(_("reason of the return"), blank=True)

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")
        ordering = ["-first_year", "organisation__path", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "horizon", "first_year", "version"], name="programme_version_once"
            ),
            models.CheckConstraint(condition=Q(last_year__gte=F("first_year")), name="programme_years_in_order"),
            models.CheckConstraint(
                condition=(
                    Q(state__in=["draft", "submitted", "abandoned"], adopted_at__isnull=True, number="")
                    | (Q(state__in=["adopted", "replaced"], adopted_at__isnull=False) & ~Q(number=""))
                ),
                name="programme_adopted_means_numbered",
            ),
            models.CheckConstraint(
                condition=Q(adopted_by__isnull=True)
                | (~Q(adopted_by=F("drafted_by")) & ~Q(adopted_by=F("submitted_by"))),
                name="programme_drafter_does_not_adopt",
            ),
        ]

    def __str__(self) -> str:
        years = str(self.first_year) if self.first_year == self.last_year else f"{self.first_year}–{self.last_year}"
        return f"{self.organisation} {years}"

    def get_absolute_url(self) -> str:
        return reverse("programmes:detail", args=[self.pk])


class ProgrammeLineQuerySet(models.QuerySet["ProgrammeLine"]):
    def matching(self, words: str) -> "ProgrammeLineQuerySet":
        """Those whose content, lead or note has every word, accents and case aside."""
        found = self
        for word in fold(words).split():
            found = found.filter(folded__contains=word)
        return found


class ProgrammeLine(models.Model):
    """One planned piece of work: kind, subjects, content, period examined, lead, time slot."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="lines")
    position = models.PositiveSmallIntegerField(_("position"))
    # the same line in an older version, so that its cases and its progress stay with it
    carried_from = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="carried_to")
    kind = models.ForeignKey("cases.CaseKind", on_delete=models.PROTECT, verbose_name=_("kind"))
    content = models.TextField(_("content"))
    all_below = models.BooleanField(_("all organisations below"), default=False)
    organisations = models.ManyToManyField(
        Organisation, blank=True, related_name="programme_lines", verbose_name=_("organisations")
    )
    members = models.ManyToManyField(Person, blank=True, related_name="programme_lines", verbose_name=_("members"))
    examined_from = models.DateField(_("period examined, from"), null=True, blank=True)
    examined_to = models.DateField(_("period examined, to"), null=True, blank=True)
    lead = models.CharField(_("lead"), max_length=200, blank=True)
    year = models.PositiveSmallIntegerField(_("year"))
    first_month = models.PositiveSmallIntegerField(_("from month"), null=True, blank=True)
    last_month = models.PositiveSmallIntegerField(_("to month"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True)
    dropped_at = models.DateTimeField(null=True)
    dropped_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    drop_reason = models.TextField(_("reason for dropping"), blank=True)
    # why whoever adopts gave this line back; gone when the line is changed or the programme submitted again
    return_reason = models.TextField(_("reason of the return"), blank=True)
    folded = models.TextField(editable=False, default="")

    objects = ProgrammeLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("line of the programme")
        verbose_name_plural = _("lines of the programme")
        ordering = ["programme", "position"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "position"], name="programme_line_position_once"),
            models.CheckConstraint(
                condition=Q(first_month__isnull=True, last_month__isnull=True)
                | Q(first_month__range=(1, 12), last_month__range=(1, 12), last_month__gte=F("first_month")),
                name="programme_line_months_in_order",
            ),
            models.CheckConstraint(
                condition=Q(examined_from__isnull=True)
                | Q(examined_to__isnull=True)
                | Q(examined_to__gte=F("examined_from")),
                name="programme_line_examined_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.content[:80]}"

    def get_absolute_url(self) -> str:
        return f"{self.programme.get_absolute_url()}#line-{self.pk}"
