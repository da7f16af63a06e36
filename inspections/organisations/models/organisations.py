"""The tree of Party organisations (domain.md §2.1); types and levels are data."""

import datetime

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from inspections.organisations.rules import path_end
from inspections.organisations.text import fold


class Level(models.Model):
    """A level of the tree: province, commune, base, sub-base, cell."""

    code = models.CharField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=100)
    rank = models.PositiveSmallIntegerField(_("rank, 1 is the highest"), unique=True)

    class Meta:
        verbose_name = _("level")
        verbose_name_plural = _("levels")
        ordering = ["rank"]

    def __str__(self) -> str:
        return self.name


class DeputySigns(models.TextChoices):
    """How a deputy signs for the body: for the collective, or for its head (domain.md §8.1; for bodies not settled)."""

    FOR_ALL = "for_all", _("T/M, for the collective")
    FOR_HEAD = "for_head", _("K/T, for the head")


class OrganisationType(models.Model):
    """A type of organisation or of body: chi bộ, đảng bộ cơ sở, đảng bộ xã, uỷ ban kiểm tra …"""

    code = models.CharField(_("code"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=100)
    abbreviation = models.CharField(_("abbreviation"), max_length=20, blank=True)
    symbol = models.CharField(
        _("symbol on documents"),
        max_length=20,
        blank=True,
        help_text=_("For organisations of this type that have no symbol of their own (domain.md §8.2)."),
    )
    level = models.ForeignKey(Level, on_delete=models.PROTECT, verbose_name=_("level"))
    is_cell = models.BooleanField(_("is a cell"), default=False)
    is_body = models.BooleanField(
        _("is a body of its parent"),
        default=False,
        help_text=_("A body, such as an inspection committee, oversees the tree of the organisation it belongs to."),
    )
    # how documents name who issues and for whom is signed (domain.md §8.1)
    name_begins = models.CharField(_("its names begin with"), max_length=50, blank=True)
    committee_begins = models.CharField(
        _("where the name of its committee begins with"),
        max_length=50,
        blank=True,
        help_text=_("For example Tỉnh uỷ for Đảng bộ tỉnh."),
    )
    issuer = models.CharField(
        _("issuer on documents"), max_length=100, blank=True, help_text=_("Empty: the committee, else the name.")
    )
    on_behalf = models.CharField(_("signed on behalf of"), max_length=100, blank=True)
    deputy_signs = models.CharField(
        _("a deputy signs"), max_length=10, choices=DeputySigns.choices, default=DeputySigns.FOR_ALL
    )
    is_active = models.BooleanField(_("can be chosen"), default=True)

    class Meta:
        verbose_name = _("type of organisation")
        verbose_name_plural = _("types of organisation")
        ordering = ["level__rank", "name"]

    def __str__(self) -> str:
        return self.name


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def at_or_below(self, path: str) -> "OrganisationQuerySet":
        """The organisation at `path` and all that stand below it: one range of the path index."""
        return self.filter(path__gte=path, path__lte=path_end(path))

    def in_force(self, on: datetime.date) -> "OrganisationQuerySet":
        """Those that exist on the day."""
        return self.filter(Q(starts_on__isnull=True) | Q(starts_on__lte=on)).filter(
            Q(ends_on__isnull=True) | Q(ends_on__gte=on)
        )

    def not_ended(self, on: datetime.date) -> "OrganisationQuerySet":
        """Those that exist on the day or will."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on))

    def matching(self, words: str) -> "OrganisationQuerySet":
        """Those whose name, code or former name has every word, accents and case aside."""
        found = self
        for word in fold(words).split():
            # by their ids, so that no row is found twice and the short table of former names is asked once
            before = Organisation.objects.order_by().filter(former_names__folded__contains=word)
            found = found.filter(Q(folded__contains=word) | Q(pk__in=before.values("pk")))
        return found


class Organisation(models.Model):
    """A Party organisation, or a body of one.

    `path` is its place in the tree, `scope_path` the top of what it oversees: its own path, or for a body
    the path of the organisation it belongs to."""

    class Precision(models.TextChoices):
        DAY = "day", _("day")
        MONTH = "month", _("month")
        YEAR = "year", _("year")

    code = models.CharField(_("organisation code"), max_length=20, blank=True)
    name = models.CharField(_("name"), max_length=200)
    symbol = models.CharField(
        _("symbol on documents"), max_length=20, blank=True, help_text=_("For example ĐU, UBKTĐU, CB.")
    )
    place = models.CharField(_("place named on documents"), max_length=100, blank=True)
    type = models.ForeignKey(OrganisationType, on_delete=models.PROTECT, verbose_name=_("type"))
    parent = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
        verbose_name=_("belongs to"),
    )
    # null only between the insert and the key it contains; typed as what readers get
    path: "models.CharField[str | None, str]" = models.CharField(  # type: ignore[misc]
        max_length=60, unique=True, null=True, editable=False
    )
    scope_path = models.CharField(max_length=60, db_index=True, default="", editable=False)
    depth = models.PositiveSmallIntegerField(default=0, editable=False)
    folded = models.CharField(max_length=240, db_index=True, editable=False)
    full_members = models.PositiveIntegerField(_("full members"), null=True, blank=True)
    probationary_members = models.PositiveIntegerField(_("probationary members"), null=True, blank=True)
    starts_on = models.DateField(_("founded on"), null=True, blank=True)
    starts_precision = models.CharField(max_length=5, choices=Precision.choices, default=Precision.DAY)
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    ended_paper = models.CharField(_("paper that ended it"), max_length=100, blank=True)
    # where it differs from its type
    committee_name = models.CharField(_("name of its committee"), max_length=200, blank=True)
    on_behalf = models.CharField(_("signed on behalf of"), max_length=100, blank=True)
    deputy_signs = models.CharField(_("a deputy signs"), max_length=10, choices=DeputySigns.choices, blank=True)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["path"]
        constraints = [
            models.UniqueConstraint(fields=["code"], condition=~Q(code=""), name="organisation_code_once"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(starts_on__isnull=True) | Q(ends_on__gte=models.F("starts_on")),
                name="organisation_ends_after_it_starts",
                violation_error_message=_("The last day is before the founding day."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def overseer(self) -> "Organisation":
        """The organisation itself, or for a body the organisation it belongs to."""
        return self.parent if self.type.is_body and self.parent is not None else self

    def is_in_force(self, on: datetime.date) -> bool:
        return (self.starts_on is None or self.starts_on <= on) and (self.ends_on is None or on <= self.ends_on)

    def get_absolute_url(self) -> str:
        return reverse("organisations:detail", args=[self.pk])


class FormerPath(models.Model):
    """A path at which an organisation stood in the tree before it, or one above it, moved; it may stand there again.

    What is kept of the past with its path (stretches of clocks) is found by these."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="former_paths")
    path = models.CharField(max_length=60, editable=False)

    class Meta:
        verbose_name = _("former path in the tree")
        verbose_name_plural = _("former paths in the tree")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["organisation", "path"], name="former_path_once")]

    def __str__(self) -> str:
        return f"{self.organisation_id}: {self.path}"
