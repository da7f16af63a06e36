"""Members leave an organisation, so that it can end."""

import datetime

from inspections.members.models import Member, Membership
from inspections.members.services import release_member
from inspections.organisations.models import Organisation
from tests.cast import Cast


def all_leave(cast: Cast, organisation: Organisation, last_day: datetime.date, now: datetime.datetime) -> None:
    """Takes everybody who is at home in the organisation off its list after the day."""
    homes = Membership.objects.filter(cell=organisation, kind=Membership.Kind.HOME, ends_on__isnull=True)
    for member in Member.objects.filter(memberships__in=homes).order_by("pk"):
        release_member(acting_user=cast.root, member=member, last_day=last_day, paper="3-GT/ĐU", now=now)
