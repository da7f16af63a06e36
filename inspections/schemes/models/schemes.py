"""The scheme itself, and the groups of tasks that a new one begins with."""

from django.conf import settings
from django.contrib.contenttypes.fields import GenericRelation
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from inspections.calendars.models import Certainty
from inspections.documents.models import Attachment
from inspections.organisations.models import Organisation
from inspections.organisations.text import fold, whole_number


class GroupTemplate(models.Model):
    """A group of tasks that a new scheme begins with (domain.md §7). Data: no source has the official list."""

    position = models.PositiveSmallIntegerField(_("No."))
    name = models.CharField(_("name"), max_length=300)
    source = models.CharField(_("source"), max_length=200, blank=True)
    certainty = models.CharField(_("certainty"), max_length=2, choices=Certainty.choices, default=Certainty.DESIGN)
    is_active = models.BooleanField(_("can be chosen"), default=True)

    class Meta:
        verbose_name = _("group of tasks of new schemes")
        verbose_name_plural = _("groups of tasks of new schemes")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return f"{self.position}. {self.name}"


class SchemeQuerySet(models.QuerySet["Scheme"]):
    def matching(self, words: str) -> "SchemeQuerySet":
        """Those whose name, paper, organisation or one of whose years has every word, accents and case aside."""
        found = self
        for word in fold(words).split():
            body = Organisation.objects.order_by().matching(word).values("pk")
            told = Q(folded__contains=word) | Q(organisation__in=body)
            year = whole_number(word)
            found = found.filter(told | Q(first_year__lte=year, last_year__gte=year) if year is not None else told)
        return found


class Scheme(models.Model):
    """What an organisation sets out to reach in some years, in itself and in what it concerns below."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="schemes", verbose_name=_("organisation")
    )
    name = models.CharField(_("name"), max_length=300)
    aim = models.TextField(_("aim"))
    first_year = models.PositiveSmallIntegerField(_("first year"))
    last_year = models.PositiveSmallIntegerField(_("final year"))
    paper = models.CharField(_("paper that issues it (number, date)"), max_length=100)
    all_below = models.BooleanField(_("concerns all organisations below"), default=True)
    organisations = models.ManyToManyField(
        Organisation, blank=True, related_name="concerning_schemes", verbose_name=_("concerns only")
    )
    begun_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    begun_at = models.DateTimeField()
    ended_on = models.DateField(_("ended on"), null=True)
    end_reason = models.TextField(_("why it ended"), blank=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    folded = models.TextField(editable=False)

    attachments = GenericRelation(Attachment, content_type_field="item_type", object_id_field="item_id")

    objects = SchemeQuerySet.as_manager()

    class Meta:
        verbose_name = _("scheme")
        verbose_name_plural = _("schemes")
        ordering = ["-last_year", "organisation__path", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(last_year__gte=F("first_year")), name="scheme_years_in_order"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True, ended_on__isnull=True, end_reason="")
                | Q(ended_at__isnull=False, ended_by__isnull=False, ended_on__isnull=False) & ~Q(end_reason=""),
                name="scheme_ended_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("schemes:detail", args=[self.pk])

    @property
    def years(self) -> range:
        return range(self.first_year, self.last_year + 1)

    @property
    def is_over(self) -> bool:
        return self.ended_at is not None
