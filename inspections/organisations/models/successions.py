"""What becomes of organisations on a day, by a paper: new names, moves, mergers, splits, dissolutions, what passed.

The old organisation stays as a row, with its documents and numbers; what was open of it belongs to its successor."""

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _

from inspections.organisations.models.organisations import Organisation
from inspections.organisations.models.people import Office


class Succession(models.Model):
    """One organisation is renamed or moves in the tree, or ends and others take its place, from the day `on`."""

    class Kind(models.TextChoices):
        RENAME = "rename", _("renamed")
        MOVE = "move", _("moved")
        MERGE = "merge", _("merged")
        SPLIT = "split", _("split")
        DISSOLVE = "dissolve", _("dissolved")

    ENDING = (Kind.MERGE, Kind.SPLIT, Kind.DISSOLVE)

    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="successions", verbose_name=_("organisation")
    )
    on = models.DateField(_("takes effect on"))
    paper = models.CharField(_("legal paper (number, date)"), max_length=100)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()
    ended_offices = models.ManyToManyField(Office, related_name="+", verbose_name=_("offices that it ended"))

    class Meta:
        verbose_name = _("succession")
        verbose_name_plural = _("successions")
        ordering = ["on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation"],
                condition=models.Q(kind__in=["merge", "split", "dissolve"]),
                name="succession_ends_an_organisation_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.get_kind_display()} {self.on:%d/%m/%Y}"


class SuccessionPart(models.Model):
    """One organisation that took the place, or a part of the place, of the one that ended."""

    succession = models.ForeignKey(Succession, on_delete=models.PROTECT, related_name="parts")
    successor = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="succeeded", verbose_name=_("successor")
    )

    class Meta:
        verbose_name = _("successor")
        verbose_name_plural = _("successors")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["succession", "successor"], name="successor_once")]

    def __str__(self) -> str:
        return f"{self.succession.organisation} → {self.successor}"


class PassedItem(models.Model):
    """One row of any room that was open of the old organisation and passed to this successor. Never changed.

    kind: the code of what kind of thing it is, told: how it was told on that day; empty where neither was kept yet."""

    part = models.ForeignKey(SuccessionPart, on_delete=models.PROTECT, related_name="items")
    item_type = models.ForeignKey(ContentType, on_delete=models.PROTECT)
    item_id = models.PositiveBigIntegerField()
    item = GenericForeignKey("item_type", "item_id")
    kind = models.CharField(max_length=20, default="")
    told = models.TextField(default="")

    class Meta:
        verbose_name = _("what passed")
        verbose_name_plural = _("what passed")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["item_type", "item_id", "part"], name="passed_once_by_a_succession")
        ]

    def __str__(self) -> str:
        return f"{self.item_type_id}/{self.item_id}: {self.part}"


class Heir(models.Model):
    """One organisation in whose place another stands, however many successions lie between. Written with each of them.

    So whoever is in the place of many is one question, also as a part of another. generation: how many lie between."""

    old = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="heirs")
    new = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="predecessors")
    generation = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = _("heir")
        verbose_name_plural = _("heirs")
        ordering = ["generation", "pk"]
        constraints = [models.UniqueConstraint(fields=["old", "new"], name="heir_once")]

    def __str__(self) -> str:
        return f"{self.old} → {self.new}"


class FormerName(models.Model):
    """A name that an organisation bore until a day (included); it is found by it still."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="former_names")
    name = models.CharField(_("name"), max_length=200)
    folded = models.CharField(max_length=200, db_index=True, editable=False)
    starts_on = models.DateField(_("from"), null=True)
    ends_on = models.DateField(_("last day"))
    succession = models.OneToOneField(Succession, on_delete=models.PROTECT, related_name="former_name")

    class Meta:
        verbose_name = _("former name")
        verbose_name_plural = _("former names")
        ordering = ["ends_on", "pk"]

    def __str__(self) -> str:
        return self.name


class FormerPlace(models.Model):
    """Where an organisation stood in the tree, and its code, until a day (included)."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="former_places")
    parent = models.ForeignKey(
        Organisation, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("belongs to")
    )
    code = models.CharField(_("organisation code"), max_length=20, blank=True)
    ends_on = models.DateField(_("last day"))
    succession = models.OneToOneField(Succession, on_delete=models.PROTECT, related_name="former_place")

    class Meta:
        verbose_name = _("former place")
        verbose_name_plural = _("former places")
        ordering = ["ends_on", "pk"]

    def __str__(self) -> str:
        return str(self.parent or "")
