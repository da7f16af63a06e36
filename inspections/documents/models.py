"""Stored files, what they are attached to, and gap-free document numbers (domain.md §8)."""

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from inspections.calendars.models import Certainty
from inspections.organisations.models import Organisation


class StoredFile(models.Model):
    """The bytes of a file, once, named by their sha256 and kept outside anything served."""

    sha256 = models.CharField(max_length=64, unique=True)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    content_type = models.CharField(_("type by content"), max_length=100)
    stored_at = models.DateTimeField()

    class Meta:
        verbose_name = _("stored file")
        verbose_name_plural = _("stored files")

    def __str__(self) -> str:
        return self.sha256[:12]


class Attachment(models.Model):
    """A stored file under the name its sender gave it, belonging to some row; who sees the row may fetch it."""

    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="attachments")
    name = models.CharField(_("name"), max_length=200)
    item_type = models.ForeignKey(ContentType, on_delete=models.PROTECT)
    item_id = models.PositiveBigIntegerField()
    item = GenericForeignKey("item_type", "item_id")
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ["pk"]
        indexes = [models.Index(fields=["item_type", "item_id"], name="attachment_item")]
        constraints = [
            models.UniqueConstraint(fields=["file", "name", "item_type", "item_id"], name="attachment_once_at_its_item")
        ]

    def __str__(self) -> str:
        return self.name


class Term(models.Model):
    """The term of a committee, from one congress to the next: numbers run from 01 within it (§8.1)."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="terms")
    name = models.CharField(_("name"), max_length=50)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("last day"), null=True, blank=True)

    class Meta:
        verbose_name = _("term")
        verbose_name_plural = _("terms")
        ordering = ["organisation", "starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="term_ends_after_it_starts",
            )
        ]

    def __str__(self) -> str:
        return self.name


class DocumentType(models.Model):
    """A type of numbered document with its symbol (domain.md §8.2). Data; the code says which the program issues."""

    code = models.CharField(_("code"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=150)
    symbol = models.CharField(_("symbol"), max_length=10)
    source = models.CharField(_("source"), max_length=200, blank=True)
    certainty = models.CharField(_("certainty"), max_length=2, choices=Certainty.choices, default=Certainty.DESIGN)

    class Meta:
        verbose_name = _("type of document")
        verbose_name_plural = _("types of document")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.name} ({self.symbol})"


class NumberSeries(models.Model):
    """The running number of one document type of one issuer in one term."""

    issuer = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="number_series")
    term = models.ForeignKey(Term, on_delete=models.PROTECT, null=True)
    symbol = models.CharField(_("symbol of the document type"), max_length=10)
    last = models.PositiveIntegerField(_("last number given"), default=0)
    # given on paper before the software, as its running book says
    before = models.PositiveIntegerField(_("last number given before the software"), default=0)

    class Meta:
        verbose_name = _("number series")
        verbose_name_plural = _("number series")
        constraints = [
            models.UniqueConstraint(
                fields=["issuer", "term", "symbol"],
                condition=Q(term__isnull=False),
                name="number_series_once",
            ),
            models.UniqueConstraint(
                fields=["issuer", "symbol"],
                condition=Q(term__isnull=True),
                name="number_series_once_without_term",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.symbol}/{self.issuer.symbol}"


class IssuedDocument(models.Model):
    """A numbered document: who issued and signed it, when, about what."""

    type = models.ForeignKey(DocumentType, on_delete=models.PROTECT, verbose_name=_("type of document"))
    series = models.ForeignKey(NumberSeries, on_delete=models.PROTECT, related_name="documents")
    number = models.PositiveIntegerField(_("number"))
    full_number = models.CharField(_("number and symbol"), max_length=40)
    issued_on = models.DateField(_("date"))
    title = models.CharField(_("subject line"), max_length=300)
    signer_name = models.CharField(_("signed by"), max_length=150)
    signer_title = models.CharField(_("post of the signer"), max_length=200)
    item_type = models.ForeignKey(ContentType, on_delete=models.PROTECT)
    item_id = models.PositiveBigIntegerField()
    item = GenericForeignKey("item_type", "item_id")
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField()

    class Meta:
        verbose_name = _("issued document")
        verbose_name_plural = _("issued documents")
        ordering = ["issued_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["series", "number"], name="document_number_once")]
        indexes = [models.Index(fields=["item_type", "item_id"], name="issued_document_item")]

    def __str__(self) -> str:
        return self.full_number
