"""The one way of striking out what was recorded by mistake: it stays readable, with the reason, and counts nowhere."""

import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from inspections.organisations.models import User
from permissions.verdicts import NotNow

# a row that was struck out says when, by whom and why, or none of it; for the constraints of each model
STRUCK_WHOLE = Q(struck_at__isnull=True, struck_by__isnull=True, strike_reason="") | Q(
    struck_at__isnull=False, struck_by__isnull=False
) & ~Q(strike_reason="")


class StrikableQuerySet(models.QuerySet[Any]):
    def standing(self) -> "StrikableQuerySet":
        """Those that were not struck out."""
        return self.filter(struck_at__isnull=True)


class Strikable(models.Model):
    """A row that can be struck out."""

    struck_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    struck_at = models.DateTimeField(null=True)
    strike_reason = models.TextField(_("why it was struck out"), blank=True)

    objects = StrikableQuerySet.as_manager()

    class Meta:
        abstract = True


def strike(row: Strikable, acting_user: User, reason: str, now: datetime.datetime) -> None:
    """Strikes the row out, which the caller holds. Part of verbs. Raises NotNow (struck before), ValidationError (no
    reason)."""
    if row.struck_at is not None:
        raise NotNow(gettext("This was struck out already."))
    if not reason.strip():
        raise ValidationError({"reason": gettext("Say why it is struck out.")})
    row.struck_by, row.struck_at, row.strike_reason = acting_user, now, reason.strip()
    row.save(update_fields=["struck_by", "struck_at", "strike_reason"])
