"""The conclusion notice: strengths, shortcomings (the standing findings), demands (domain.md §5.1, §5.2)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from inspections.calendars.rules import Words
from inspections.cases.models import Case, CaseSubject
from inspections.findings.models.findings import Finding
from inspections.organisations.models import Person


class Notice(models.Model):
    """The conclusion notice of a case; read-only once it has its number.

    is_external: issued on paper before the software; a running book told its number and date, nobody signed it here."""

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="notice")
    carrying_out = models.TextField(_("organisation of carrying out"), blank=True)
    recipients = models.TextField(_("recipients"), blank=True)
    number = models.CharField(_("number"), max_length=40, blank=True)
    issued_on = models.DateField(_("date"), null=True)
    is_external = models.BooleanField(_("issued before the software"), default=False)
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField(null=True)
    signer_title = models.CharField(max_length=200, blank=True)
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField()

    class Meta:
        verbose_name = _("conclusion notice")
        verbose_name_plural = _("conclusion notices")
        constraints = [
            models.CheckConstraint(
                condition=Q(number="", signed_at__isnull=True, issued_on__isnull=True, is_external=False)
                | (~Q(number="") & Q(signed_at__isnull=False, issued_on__isnull=False, is_external=False))
                | (
                    ~Q(number="")
                    & Q(signed_at__isnull=True, signed_by__isnull=True, issued_on__isnull=False, is_external=True)
                ),
                name="notice_signed_means_numbered",
            )
        ]

    def __str__(self) -> str:
        return self.number or str(_("conclusion notice (draft)"))

    def get_absolute_url(self) -> str:
        return reverse("findings:notice", args=[self.case_id])


class Strength(models.Model):
    """A positive part of the conclusion."""

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="strengths")
    position = models.PositiveSmallIntegerField(_("position"))
    text = models.TextField(_("strength"))

    class Meta:
        verbose_name = _("strength")
        verbose_name_plural = _("strengths")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.text[:80]


DUE_WORDS = [
    (Words.BEFORE.value, _("before the day (the day itself is too late)")),
    (Words.AT_LATEST.value, _("on the day at the latest")),
]


class Demand(models.Model):
    """What a subject must do about one or more shortcomings, by when, watched by whom ("5 rõ")."""

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="demands")
    position = models.PositiveSmallIntegerField(_("position"))
    text = models.TextField(_("demand"))
    findings = models.ManyToManyField(
        Finding, blank=True, related_name="demands", verbose_name=_("shortcomings answered")
    )
    assignee = models.ForeignKey(
        CaseSubject,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="demands",
        verbose_name=_("who must do it"),
    )
    monitor = models.ForeignKey(
        Person,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="monitored_demands",
        verbose_name=_("monitor"),
    )
    due_words = models.CharField(_("in which words"), max_length=10, choices=DUE_WORDS, default=Words.BEFORE.value)
    due_day = models.DateField(_("day named"), null=True, blank=True)

    class Meta:
        verbose_name = _("demand")
        verbose_name_plural = _("demands")
        ordering = ["notice", "position", "pk"]

    def __str__(self) -> str:
        return f"{self.position}. {self.text[:80]}"
