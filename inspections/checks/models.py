"""What an administrator says of the standing checks: which are made, and after how many days."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from inspections.checks.tables import check_of


class CheckSetting(models.Model):
    """One standing check: whether it is made, and after how many days, where it counts days. Data."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    days = models.PositiveSmallIntegerField(
        _("after how many days"), null=True, blank=True, help_text=_("Only where the check counts days.")
    )
    is_active = models.BooleanField(_("is made"), default=True)

    class Meta:
        verbose_name = _("standing check")
        verbose_name_plural = _("standing checks")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The check in words; its code where the program makes it no longer."""
        check = check_of(self.code)
        return check.named(self.days or check.days or 0) if check is not None else self.code

    words = {"name": _("check")}
