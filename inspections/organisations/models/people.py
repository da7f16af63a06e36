"""People, their log-ins, the offices they hold, delegations and declared interests (domain.md §2.2)."""

import datetime

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from inspections.calendars.rules import ONE_DAY
from inspections.organisations.models.organisations import Organisation
from inspections.organisations.rules import path_end
from inspections.organisations.text import fold
from permissions.catalogue import ROLES


class User(AbstractUser):
    """A log-in. What it may do comes only from the offices of its person."""

    # somebody else knows it: nothing else is shown before the person has chosen another
    password_is_first = models.BooleanField(_("first password, to be changed"), default=False)

    class Meta(AbstractUser.Meta):
        verbose_name = _("log-in")  # type: ignore[assignment]
        verbose_name_plural = _("log-ins")  # type: ignore[assignment]

    def __str__(self) -> str:
        person = getattr(self, "person", None)
        return person.full_name if person else self.username


class PersonQuerySet(models.QuerySet["Person"]):
    def below(self, path: str) -> "PersonQuerySet":
        """The members of the organisation at `path` and of all below it."""
        return self.filter(organisation__path__gte=path, organisation__path__lte=path_end(path))

    def matching(self, words: str) -> "PersonQuerySet":
        """Those whose name has every word, accents and case aside."""
        found = self
        for word in fold(words).split():
            found = found.filter(folded__contains=word)
        return found


class Person(models.Model):
    """A Party member. Members without a log-in are people all the same."""

    class Standing(models.TextChoices):
        FULL = "full", _("full member")
        PROBATIONARY = "probationary", _("probationary member")

    class Sex(models.TextChoices):
        MALE = "male", _("male")
        FEMALE = "female", _("female")

    full_name = models.CharField(_("full name"), max_length=150)
    folded = models.CharField(max_length=150, db_index=True, editable=False)
    born_on = models.DateField(_("date of birth"), null=True, blank=True)
    sex = models.CharField(_("sex"), max_length=6, choices=Sex.choices, blank=True)
    card_number = models.CharField(_("number of the Party card"), max_length=20, blank=True)
    admitted_on = models.DateField(_("admitted to the Party on"), null=True, blank=True)
    admitted_precision = models.CharField(
        max_length=5, choices=Organisation.Precision.choices, default=Organisation.Precision.DAY
    )
    # beside the standing, so that the database itself keeps the two from contradicting each other
    full_on = models.DateField(_("full member since"), null=True, blank=True)
    organisation = models.ForeignKey(
        Organisation, null=True, on_delete=models.PROTECT, related_name="members", verbose_name=_("cell")
    )
    standing = models.CharField(_("standing"), max_length=12, choices=Standing.choices, default=Standing.FULL)
    email = models.EmailField(_("mail address"), blank=True)
    user = models.OneToOneField(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="person", verbose_name=_("log-in")
    )
    is_active = models.BooleanField(_("is active"), default=True)

    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["folded", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["card_number"],
                condition=~Q(card_number=""),
                name="person_card_once",
                violation_error_message=_("Another member has this number of the Party card."),
            ),
            models.CheckConstraint(
                condition=Q(full_on__isnull=True) | Q(admitted_on__isnull=True) | Q(full_on__gte=F("admitted_on")),
                name="person_full_after_admitted",
                violation_error_message=_("The day of becoming a full member is before the day of admission."),
            ),
            models.CheckConstraint(
                condition=Q(full_on__isnull=True) | Q(standing="full"),
                name="person_full_on_means_full",
                violation_error_message=_("A probationary member has no day of becoming a full member yet."),
            ),
        ]

    def __str__(self) -> str:
        return self.full_name


class Period(models.Model):
    """Something in force from one day to another, both included; no last day means until it is ended."""

    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("last day"), null=True, blank=True)

    class Meta:
        abstract = True

    def is_in_force(self, on: datetime.date) -> bool:
        return self.starts_on <= on and (self.ends_on is None or on <= self.ends_on)


def in_force(on: datetime.date) -> Q:
    """The condition that a row of a `Period` is in force on the day."""
    return Q(starts_on__lte=on) & (Q(ends_on__isnull=True) | Q(ends_on__gte=on))


class Office(Period):
    """A person holds a role in an organisation from one day to another, by a paper.

    `role` is a code of `permissions.catalogue.ROLES`."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="offices", verbose_name=_("person"))
    role = models.CharField(_("role"), max_length=40)
    title = models.CharField(_("title as written"), max_length=200, blank=True)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="offices", verbose_name=_("organisation")
    )
    areas = models.ManyToManyField(
        Organisation,
        blank=True,
        related_name="area_offices",
        verbose_name=_("area followed"),
        help_text=_("For an area officer: the organisations followed."),
    )
    paper = models.CharField(_("legal paper (number, date)"), max_length=100, blank=True)
    ended_paper = models.CharField(_("paper that ended it"), max_length=100, blank=True)

    class Meta:
        verbose_name = _("office")
        verbose_name_plural = _("offices")
        ordering = ["organisation__path", "role", "starts_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "role", "organisation", "starts_on"], name="office_once_from_a_day"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on") - ONE_DAY),
                name="office_ends_after_it_starts",
                violation_error_message=_("The last day is before the first."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title or ROLES[self.role].label} – {self.organisation}"


class Delegation(Period):  # noqa: DJ008 - never shown by itself
    """The holder of an office lets a deputy act for it, from one day to another, by a paper."""

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="delegations", verbose_name=_("office"))
    deputy = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="delegations", verbose_name=_("deputy"))
    paper = models.CharField(_("legal paper (number, date)"), max_length=100, blank=True)

    class Meta:
        verbose_name = _("delegation")
        verbose_name_plural = _("delegations")
        ordering = ["starts_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on") - ONE_DAY),
                name="delegation_ends_after_it_starts",
                violation_error_message=_("The last day is before the first."),
            )
        ]


class InterestQuerySet(models.QuerySet["Interest"]):
    def in_force(self, on: datetime.date) -> "InterestQuerySet":
        """Those that count on the day."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on))


class Interest(models.Model):
    """A declared interest: kinship or another tie that keeps a person off cases about someone or some organisation."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="interests", verbose_name=_("person"))
    about_person = models.ForeignKey(
        Person,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("tie to a person"),
    )
    about_organisation = models.ForeignKey(
        Organisation,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("tie to an organisation"),
    )
    nature = models.CharField(_("nature of the tie"), max_length=200)
    declared_at = models.DateTimeField(_("declared"))
    ends_on = models.DateField(_("last day"), null=True, blank=True)

    objects = InterestQuerySet.as_manager()

    class Meta:
        verbose_name = _("declared interest")
        verbose_name_plural = _("declared interests")
        ordering = ["-declared_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(about_person__isnull=True) ^ Q(about_organisation__isnull=True),
                name="interest_about_a_person_or_an_organisation",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.nature} ({self.about})"

    @property
    def about(self) -> "Person | Organisation":
        """Whom or what the tie is to."""
        about = self.about_person or self.about_organisation
        assert about is not None
        return about
