"""Where a member belongs from when until when, when he need not attend, and what an old list tells of his discipline.

The facts of the person himself (card, sex, days of admission and of becoming a full member) stand on `Person`."""

import datetime
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from inspections.calendars.rules import ONE_DAY
from inspections.members.rules import standing_on
from inspections.organisations.models import Organisation, Person
from inspections.organisations.models.people import Period
from inspections.organisations.text import fold


class Member(Person):
    """A person as a member: the same row, seen by who keeps and who sees members."""

    class Meta:
        proxy = True
        verbose_name = _("member")
        verbose_name_plural = _("members")

    def standing_on(self, day: datetime.date) -> str:
        """The standing on a day, as the days of the person tell it."""
        return standing_on(day, standing=self.standing, full_on=self.full_on)

    def get_absolute_url(self) -> str:
        return reverse("members:detail", args=[self.pk])


def in_force(on: datetime.date, prefix: str = "") -> Q:
    """The condition that a row of a `Stretch` is in force on the day; prefix: the way to it ("memberships__")."""
    begun = Q(**{f"{prefix}starts_on__isnull": True}) | Q(**{f"{prefix}starts_on__lte": on})
    return begun & (Q(**{f"{prefix}ends_on__isnull": True}) | Q(**{f"{prefix}ends_on__gte": on}))


class StretchQuerySet(models.QuerySet[Any]):
    def in_force(self, on: datetime.date) -> "StretchQuerySet":
        """Those in force on the day."""
        return self.filter(in_force(on))

    def matching(self, words: str, by_card: Q | None = None) -> "StretchQuerySet":
        """Those of members whose name has every word, accents and case aside, or whose card has that number.

        by_card: the condition of the rows that may be found by their card; None: all."""
        found = self
        for word in fold(words).split():
            card = Q(person__card_number=word)
            found = found.filter(Q(person__folded__contains=word) | (card if by_card is None else card & by_card))
        return found


class Stretch(Period):
    """A `Period` of a member, whose first day may not be known: lists often tell that something is, not since when."""

    starts_on = models.DateField(_("from"), null=True, blank=True)  # type: ignore[assignment]
    paper = models.CharField(_("legal paper (number, date)"), max_length=100, blank=True)
    ended_paper = models.CharField(_("paper that ended it"), max_length=100, blank=True)

    objects = StretchQuerySet.as_manager()

    class Meta:
        abstract = True

    def is_in_force(self, on: datetime.date) -> bool:
        return (self.starts_on is None or self.starts_on <= on) and (self.ends_on is None or on <= self.ends_on)

    @property
    def span(self) -> tuple[datetime.date | None, datetime.date | None]:
        return self.starts_on, self.ends_on


def _ends_after_it_starts(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(ends_on__isnull=True) | Q(starts_on__isnull=True) | Q(ends_on__gte=F("starts_on") - ONE_DAY),
        name=name,
        violation_error_message=_("The last day is before the first."),
    )


class Membership(Stretch):
    """A member belongs to a cell (his home), or takes part in another's life for a time (sinh hoạt tạm thời)."""

    class Kind(models.TextChoices):
        HOME = "home", _("official")
        TEMPORARY = "temporary", _("temporary")

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="memberships", verbose_name=_("member"))
    kind = models.CharField(_("kind"), max_length=9, choices=Kind.choices, default=Kind.HOME)
    cell = models.ForeignKey(
        Organisation,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="memberships",
        verbose_name=_("cell"),
        help_text=_("Empty for a member who is for a time where this program does not reach."),
    )
    place = models.CharField(_("where, when not in a cell of the list"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = [F("starts_on").asc(nulls_first=True), "pk"]
        indexes = [models.Index(fields=["cell", "ends_on"], name="membership_of_cell")]
        constraints = [
            _ends_after_it_starts("membership_ends_after_it_starts"),
            models.UniqueConstraint(
                fields=["person", "kind"], condition=Q(ends_on__isnull=True), name="membership_one_open_of_a_kind"
            ),
            models.UniqueConstraint(
                fields=["person", "kind", "starts_on"],
                condition=Q(ends_on__isnull=True) | Q(starts_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="membership_once_from_a_day",
            ),
            models.CheckConstraint(condition=~Q(kind="home") | Q(cell__isnull=False), name="membership_home_is_a_cell"),
        ]

    def __str__(self) -> str:
        return f"{self.person} – {self.where}"

    @property
    def where(self) -> str:
        """The cell, or the place in words where it is none of the tree."""
        return str(self.cell) if self.cell is not None else self.place or str(_("elsewhere"))


class Exemption(Stretch):
    """A member need not attend meetings (miễn sinh hoạt), by a paper."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="exemptions", verbose_name=_("member"))

    class Meta:
        verbose_name = _("exemption from attending")
        verbose_name_plural = _("exemptions from attending")
        ordering = [F("starts_on").asc(nulls_first=True), "pk"]
        constraints = [
            _ends_after_it_starts("exemption_ends_after_it_starts"),
            models.UniqueConstraint(fields=["person"], condition=Q(ends_on__isnull=True), name="exemption_one_open"),
        ]

    def __str__(self) -> str:
        return f"{self.person} – {_('exempt from attending')}"


class PastDiscipline(models.Model):
    """A discipline of former times as an old list tells it; no decision stands behind it here."""

    class Form(models.TextChoices):
        REPRIMAND = "reprimand", _("reprimand")
        WARNING = "warning", _("warning")
        DISMISSAL = "dismissal", _("dismissal from office")
        EXPULSION = "expulsion", _("expulsion")

    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="past_disciplines", verbose_name=_("member")
    )
    form = models.CharField(_("form of discipline"), max_length=9, choices=Form.choices)
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    told = models.CharField(_("as written"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("past discipline")
        verbose_name_plural = _("past disciplines")
        ordering = [F("year").asc(nulls_last=True), "pk"]
        constraints = [
            models.UniqueConstraint(fields=["person", "form", "year"], name="past_discipline_once"),
            models.UniqueConstraint(
                fields=["person", "form"], condition=Q(year__isnull=True), name="past_discipline_once_without_year"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_form_display()} {self.year or ''}".strip()
