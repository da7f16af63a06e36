"""What the pages of corrections read."""

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, Q, QuerySet

from inspections.organisations.models import Organisation, PassedItem, User
from inspections.organisations.queries import passed_from
from inspections.remedies.models import Correction
from permissions import policy


def corrections_for(user: User) -> QuerySet[Correction]:
    """The corrections the user may see, with what a list shows."""
    rows = policy.visible(user, Correction.objects.all()).select_related(
        "demand__notice__case__organisation__type",
        "demand__assignee__organisation",
        "demand__assignee__person",
        "demand__assignee__case",
        "organisation",
        "monitor",
    )
    return rows.annotate(
        line_count=Count("actions", filter=~Q(actions__state="draft"), distinct=True),
        done_count=Count("actions", filter=Q(actions__state="done"), distinct=True),
    )


def who_corrects(corrections: QuerySet[Correction]) -> QuerySet[Organisation]:
    """The organisations of the corrections, and those from which any of them passed."""
    passed = PassedItem.objects.order_by().filter(
        item_type=ContentType.objects.get_for_model(Correction), item_id__in=corrections.values("pk")
    )
    old = Q(pk__in=passed.values("part__succession__organisation"))
    return Organisation.objects.filter(Q(pk__in=corrections.order_by().values("organisation")) | old)


def corrected_by(organisation: Organisation) -> Q:
    """The condition that a correction is the organisation's, or passed from it to its successor."""
    return Q(organisation=organisation) | Q(pk__in=passed_from(organisation, Correction).values("item_id"))
