"""A spreadsheet being taken in, and how the columns of its shape were read last."""

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from inspections.documents.models import StoredFile
from inspections.organisations.models import Organisation


class Import(models.Model):
    """A file with the choices made about it; nothing of the domain is stored before it is carried out."""

    class State(models.TextChoices):
        OPEN = "open", _("being looked at")
        DONE = "done", _("taken in")
        GIVEN_UP = "given_up", _("given up")

    kind = models.CharField(_("kind"), max_length=40)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, verbose_name=_("organisation"))
    target_type = models.ForeignKey(ContentType, on_delete=models.PROTECT, related_name="+")
    target_id = models.PositiveBigIntegerField()
    target = GenericForeignKey("target_type", "target_id")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField(_("file"), max_length=200)
    sheet = models.CharField(_("sheet"), max_length=100)
    header_row = models.PositiveIntegerField(_("header in row"))
    header_rows = models.PositiveSmallIntegerField(_("rows of the header"), default=1)
    columns = models.JSONField(default=dict)
    answers = models.JSONField(default=dict)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)
    begun_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    begun_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    counts = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("spreadsheet taken in")
        verbose_name_plural = _("spreadsheets taken in")
        ordering = ["-begun_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="done", done_at__isnull=False) | ~models.Q(state="done"),
                name="import_done_has_its_moment",
            )
        ]

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        return reverse("imports:preview", args=[self.pk])


class RememberedColumns(models.Model):
    """How a header of one shape was read last in an organisation."""

    kind = models.CharField(max_length=40)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    shape = models.CharField(max_length=64)
    columns = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "organisation", "shape"], name="columns_of_a_shape_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.shape[:8]}"
