"""Grants on organisations (made from offices) and the audit trail."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from guardian.models import UserObjectPermissionBase

from inspections.organisations.models import Delegation, Office, Organisation, Person


class OrganisationGrant(UserObjectPermissionBase):
    """One verb that a log-in may do in one organisation, from an office, directly or by delegation.

    The days of the office stand on the grant, so that rights begin and end at the date without any job."""

    content_object = models.ForeignKey(Organisation, on_delete=models.CASCADE)
    office = models.ForeignKey(Office, on_delete=models.CASCADE)
    delegation = models.ForeignKey(Delegation, null=True, on_delete=models.CASCADE)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)

    class Meta:
        verbose_name = _("grant on an organisation")
        verbose_name_plural = _("grants on organisations")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "permission", "content_object", "office"],
                condition=models.Q(delegation__isnull=True),
                name="organisation_grant_once",
            ),
            models.UniqueConstraint(
                fields=["user", "permission", "content_object", "office", "delegation"],
                condition=models.Q(delegation__isnull=False),
                name="organisation_grant_once_delegated",
            ),
        ]
        indexes = [models.Index(fields=["content_object", "permission", "user"], name="organisation_grant_holders")]


class AuditEntry(models.Model):
    """Who did what, in which office, for whom, why and when. Only added to; chained by keyed hash."""

    chain = models.CharField(max_length=40)
    seq = models.PositiveIntegerField()
    at = models.DateTimeField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    person_name = models.CharField(max_length=150)
    office_name = models.CharField(max_length=300, blank=True)
    for_name = models.CharField(max_length=300, blank=True)
    for_person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    verb = models.CharField(max_length=40)
    about_type = models.CharField(max_length=60)
    about_id = models.BigIntegerField()
    about_name = models.CharField(max_length=300)
    old = models.JSONField(default=dict)
    new = models.JSONField(default=dict)
    reason = models.TextField(blank=True)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        ordering = ["chain", "seq"]
        constraints = [
            models.UniqueConstraint(fields=["chain", "seq"], name="audit_entry_once_in_its_place"),
            models.UniqueConstraint(fields=["chain", "previous_hash"], name="audit_entry_follows_one_only"),
        ]
        indexes = [
            models.Index(fields=["at"], name="audit_entry_at"),
            # of what passes from one organisation to another the entries stand in several chains
            models.Index(fields=["about_type", "about_id"], name="audit_entry_about"),
        ]

    def __str__(self) -> str:
        return f"{self.chain}#{self.seq} {self.verb}"


class AuditSeal(models.Model):
    """The state of all chains at one moment, chained to the seal before it."""

    seq = models.PositiveIntegerField(unique=True)
    at = models.DateTimeField()
    heads = models.JSONField()
    previous_hash = models.CharField(max_length=64, unique=True)
    hash = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("seal of the audit trail")
        verbose_name_plural = _("seals of the audit trail")
        ordering = ["seq"]

    def __str__(self) -> str:
        return f"seal {self.seq}"
