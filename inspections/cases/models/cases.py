"""A case: the row with its facts, its subjects, its people. Whose turn it is, the flow says."""

import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from guardian.models import UserObjectPermissionBase

from inspections.cases.models.procedures import CaseKind, Procedure
from inspections.organisations.models import Organisation, Person
from inspections.organisations.models.people import Period
from inspections.organisations.text import fold


class CaseQuerySet(models.QuerySet["Case"]):
    def matching(self, words: str) -> "CaseQuerySet":
        """Those whose number, content or subjects have every word, accents and case aside."""
        found = self
        for word in fold(words).split():
            found = found.filter(folded__contains=word)
        return found

    def running(self) -> "CaseQuerySet":
        """Signed and neither closed nor ended early."""
        return self.exclude(stage__in=[*Case.ENDED, Case.Stage.PROPOSED])


class Case(models.Model):
    """One inspection or supervision of one or more subjects by one body."""

    class Stage(models.TextChoices):
        PROPOSED = "proposed", _("proposed")
        WITHDRAWN = "withdrawn", _("proposal withdrawn")
        ORDERED = "ordered", _("ordered")
        PREPARED = "prepared", _("prepared")
        ANNOUNCED = "announced", _("announced, waiting for the self-report")
        VERIFYING = "verifying", _("being verified")
        DRAFTED = "drafted", _("draft report")
        RELEASED = "released", _("draft with the subject")
        ANSWERED = "answered", _("answers being considered")
        CONFERENCE = "conference", _("conference")
        REPORTED = "reported", _("result report submitted")
        APPRAISED = "appraised", _("appraised")
        CONCLUDED = "concluded", _("concluded, notice being drawn up")
        NOTIFIED = "notified", _("conclusion notice issued")
        CLOSED = "closed", _("dossier closed")
        STOPPED = "stopped", _("stopped")
        CONVERTED = "converted", _("converted")

    ENDED = (Stage.WITHDRAWN, Stage.CLOSED, Stage.STOPPED, Stage.CONVERTED)
    NOT_ENDED = tuple(sorted(set(Stage) - set(ENDED)))
    BEFORE_CONCLUSION = (
        Stage.ORDERED,
        Stage.PREPARED,
        Stage.ANNOUNCED,
        Stage.VERIFYING,
        Stage.DRAFTED,
        Stage.RELEASED,
        Stage.ANSWERED,
        Stage.CONFERENCE,
        Stage.REPORTED,
        Stage.APPRAISED,
    )
    SINCE_CONCLUSION = (Stage.CONCLUDED, Stage.NOTIFIED, Stage.CLOSED)

    kind = models.ForeignKey(CaseKind, on_delete=models.PROTECT, verbose_name=_("kind"))
    procedure = models.ForeignKey(Procedure, on_delete=models.PROTECT, verbose_name=_("procedure"))
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="cases", verbose_name=_("ordered by")
    )
    org_path = models.CharField(max_length=60, db_index=True, editable=False)
    line = models.ForeignKey(
        "programmes.ProgrammeLine",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="cases",
        verbose_name=_("line of the programme"),
    )
    reason = models.TextField(_("reason when outside the programme"), blank=True)
    content = models.TextField(_("content"))
    # null only in what a running book brought in, which tells no course; typed as what the verbs of a course get
    examined_from: "models.DateField[datetime.date | None, datetime.date]" = models.DateField(  # type: ignore[misc]
        _("period examined, from"), null=True
    )
    examined_to: "models.DateField[datetime.date | None, datetime.date]" = models.DateField(  # type: ignore[misc]
        _("period examined, to"), null=True
    )
    starts_on: "models.DateField[datetime.date | None, datetime.date]" = models.DateField(  # type: ignore[misc]
        _("carried out from"), null=True
    )
    ends_on: "models.DateField[datetime.date | None, datetime.date]" = models.DateField(  # type: ignore[misc]
        _("carried out to"), null=True
    )
    method = models.TextField(_("method"), blank=True)
    stage = models.CharField(_("stage"), max_length=12, choices=Stage.choices, default=Stage.PROPOSED, db_index=True)
    # of what a running book brought in: the number of its conclusion notice
    number = models.CharField(_("number of the decision"), max_length=40, blank=True)
    is_from_book = models.BooleanField(_("taken in from a running book"), default=False)
    folded = models.TextField(editable=False, default="")
    predecessor = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="successors",
        verbose_name=_("follows"),
    )
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("proposed by")
    )
    proposed_at = models.DateTimeField(_("proposed"))
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("signed by"),
    )
    signed_at = models.DateTimeField(_("signed"), null=True)
    announced_on = models.DateField(_("announced on"), null=True)
    concluded_on = models.DateField(_("concluded on"), null=True)
    ended_at = models.DateTimeField(_("ended"), null=True)
    end_reason = models.TextField(_("reason of the end"), blank=True)
    # when it last moved to another stage, or a task of it was done: work on its corrections, which have clocks of their
    # own and outlast it, is no step of the case
    stepped_at = models.DateTimeField(_("last step"))

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        ordering = ["-proposed_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(examined_to__gte=F("examined_from")), name="case_examined_period_in_order"
            ),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="case_duration_in_order"),
            models.CheckConstraint(
                condition=Q(stage__in=["proposed", "withdrawn"], signed_at__isnull=True, number="", is_from_book=False)
                | (
                    ~Q(stage__in=["proposed", "withdrawn"])
                    & Q(signed_at__isnull=False, is_from_book=False)
                    & ~Q(number="")
                )
                | (Q(is_from_book=True, stage="closed", signed_at__isnull=True) & ~Q(number="")),
                name="case_signed_means_numbered",
            ),
            models.CheckConstraint(
                condition=Q(is_from_book=True)
                | Q(
                    examined_from__isnull=False,
                    examined_to__isnull=False,
                    starts_on__isnull=False,
                    ends_on__isnull=False,
                ),
                name="case_says_what_and_when",
            ),
            models.CheckConstraint(
                condition=Q(signed_by__isnull=True) | ~Q(signed_by=F("proposed_by")),
                name="case_proposer_does_not_sign",
            ),
            models.CheckConstraint(
                condition=(Q(ended_at__isnull=True) & ~Q(stage__in=["withdrawn", "closed", "stopped", "converted"]))
                | Q(ended_at__isnull=False, stage__in=["withdrawn", "closed", "stopped", "converted"]),
                name="case_ended_means_dated",
            ),
        ]
        indexes = [
            models.Index(fields=["org_path", "stage"], name="case_board"),
            models.Index(fields=["stage", "stepped_at"], name="case_quiet"),
        ]

    def __str__(self) -> str:
        return f"{self.number or self.kind.code} – {self.content[:80]}"

    def get_absolute_url(self) -> str:
        return reverse("cases:overview", args=[self.pk])

    @property
    def is_over(self) -> bool:
        return self.stage in self.ENDED


class CaseSubject(models.Model):
    """An organisation or a member that is inspected. For a member, the organisation is his cell, which manages him."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="subjects")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="subject_of", verbose_name=_("organisation")
    )
    person = models.ForeignKey(
        Person,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="subject_of",
        verbose_name=_("member"),
    )

    class Meta:
        verbose_name = _("subject")
        verbose_name_plural = _("subjects")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "organisation"],
                condition=Q(person__isnull=True),
                name="subject_organisation_once",
            ),
            models.UniqueConstraint(
                fields=["case", "person"], condition=Q(person__isnull=False), name="subject_member_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person.full_name} ({self.organisation.name})" if self.person else self.organisation.name


class Participant(Period):
    """A person's part in a case (`permissions.catalogue.PARTS`), from one day to another."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="participants")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="parts", verbose_name=_("person"))
    part = models.CharField(_("part"), max_length=20)
    paper = models.CharField(_("by which paper"), max_length=100, blank=True)

    class Meta:
        verbose_name = _("person of a case")
        verbose_name_plural = _("people of a case")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "person", "part"],
                condition=Q(ends_on__isnull=True),
                name="participant_once_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} – {self.part}"


class CaseGrant(UserObjectPermissionBase):
    """One verb that a log-in may do in one case, from a part in it."""

    content_object = models.ForeignKey(Case, on_delete=models.CASCADE)
    participant = models.ForeignKey(Participant, on_delete=models.CASCADE)
    part = models.CharField(max_length=20)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)

    class Meta:
        verbose_name = _("grant on a case")
        verbose_name_plural = _("grants on cases")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "permission", "content_object", "participant"], name="case_grant_once"
            )
        ]
        indexes = [models.Index(fields=["content_object", "permission", "user"], name="case_grant_holders")]


class Recusal(models.Model):
    """A person withdrew from a case for a conflict of interest: it beats every grant."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="recusals")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="recusals")
    reason = models.TextField(_("reason"))
    declared_at = models.DateTimeField()

    class Meta:
        verbose_name = _("withdrawal for a conflict of interest")
        verbose_name_plural = _("withdrawals for a conflict of interest")
        constraints = [models.UniqueConstraint(fields=["case", "person"], name="recusal_once")]

    def __str__(self) -> str:
        return f"{self.person}: {datetime.date.isoformat(self.declared_at.date())}"
