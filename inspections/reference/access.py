"""Who keeps the reference tables: they count for the whole tree, so whoever keeps them at its top does."""

import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from inspections.organisations.models import Organisation, User
from permissions import policy
from permissions.verdicts import Allowed, Denied, NotNow, Refused, Verdict

KEEP = "keep_tables"


def tops(today: datetime.date) -> list[Organisation]:
    """The tops of the trees there are, the oldest first."""
    return list(Organisation.objects.filter(parent=None).not_ended(today).order_by("path"))


def may_keep(user: User, now: datetime.datetime) -> Verdict:
    """Whether the user keeps the tables: at the top of every tree, since the rows count in all of them."""
    verdict: Verdict = Denied(_no_top(), stranger=lambda: False)
    for top in tops(timezone.localdate(now)):
        verdict = policy.may(user, KEEP, top, now)
        if isinstance(verdict, Denied):
            # the tables themselves are no secret: everybody is told why not
            return Denied(verdict.reason, who_can_help=verdict.who_can_help, stranger=lambda: False)
    return verdict


def require(user: User, now: datetime.datetime) -> tuple[Allowed, Organisation]:
    """For verbs: the right, asked afresh, and the organisation in whose chain it is recorded, which is locked first
    of all: two verbs that add the same row at once see each other.

    Raises Refused, NotNow when there is no tree yet."""
    found = tops(timezone.localdate(now))
    if not found:
        raise NotNow(_no_top())
    Organisation.objects.select_for_update().get(pk=found[0].pk)
    try:
        rights = [policy.require(user, KEEP, top, now) for top in found]
    except Refused as refusal:
        verdict = refusal.denied
        raise Refused(Denied(verdict.reason, who_can_help=verdict.who_can_help, stranger=lambda: False)) from refusal
    return rights[0], found[0]


def _no_top() -> str:
    return _("There is no organisation yet. Add the top of the tree first.")
