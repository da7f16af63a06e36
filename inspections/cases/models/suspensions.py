"""A member is suspended from Party activity while a case about him runs, or longer (domain.md §4.12)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from inspections.cases.models.cases import Case, CaseSubject


class Suspension(models.Model):
    """A decision that suspends a member of whom a case is. It outlasts the case: somebody has to end it.

    How long it may last, its clock says."""

    class End(models.TextChoices):
        LIFTED = "lifted", _("lifted")
        EXPIRED = "expired", _("expired")
        DISCIPLINE = "discipline", _("discipline was imposed")

    subject = models.ForeignKey(
        CaseSubject, on_delete=models.PROTECT, related_name="suspensions", verbose_name=_("member")
    )
    number = models.CharField(_("number of the decision"), max_length=100)
    signed_on = models.DateField(_("signed on"))
    reason = models.TextField(_("reason"))
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()
    end = models.CharField(_("how it ended"), max_length=10, choices=End.choices, blank=True)
    ended_on = models.DateField(_("ended on"), null=True)
    end_paper = models.CharField(_("by which paper it ended"), max_length=100, blank=True)
    end_reason = models.TextField(_("why it ended"), blank=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("suspension of a member")
        verbose_name_plural = _("suspensions of members")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["subject"], condition=Q(ended_at__isnull=True), name="suspension_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(end="", ended_on__isnull=True, ended_by__isnull=True, ended_at__isnull=True)
                | (~Q(end="") & Q(ended_on__isnull=False, ended_by__isnull=False, ended_at__isnull=False)),
                name="suspension_ends_whole",
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("signed_on")),
                name="suspension_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} – {self.number}"

    @property
    def case(self) -> Case:
        return self.subject.case

    @property
    def is_over(self) -> bool:
        return self.ended_at is not None
