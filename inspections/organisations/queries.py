"""What pages read of people and their offices."""

import datetime

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from inspections.organisations.models import Office, Organisation, Person
from inspections.organisations.models.people import in_force
from inspections.organisations.rules import path_end


def office_holders_without_log_in(organisation: Organisation, today: datetime.date) -> QuerySet[Person]:
    """Active people who hold an office today, or will, at or below the organisation, and cannot log in yet."""
    top = organisation.scope_path
    offices = Office.objects.filter(organisation__path__gte=top, organisation__path__lte=path_end(top)).filter(
        in_force(today) | Q(starts_on__gt=today)
    )
    return (
        Person.objects.filter(Exists(offices.filter(person=OuterRef("pk"))), user__isnull=True, is_active=True)
        .select_related("organisation")
        .prefetch_related(Prefetch("offices", offices.select_related("organisation")))
        .order_by("organisation__path", "folded")
    )
