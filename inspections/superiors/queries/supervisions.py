"""The regular supervisions that are seen, what was proposed, and both counted."""

from typing import Any

from django.db.models import Count, QuerySet

from inspections.organisations.models import Organisation, User
from inspections.superiors.models import ProposedSupervision, RegularSupervision, Remark
from permissions import policy


def supervisions_for(user: User) -> QuerySet[RegularSupervision]:
    """The regular supervisions that the user may see, those struck out too."""
    rows = RegularSupervision.objects.select_related(
        "organisation", "topic", "outcome", "body", "struck_by__person", "remark__meeting__organisation"
    )
    return policy.visible(user, rows)


def counted_by_topic(rows: QuerySet[RegularSupervision]) -> list[dict[str, Any]]:
    """Of the rows each topic with how many there are, and of these how many with each outcome, the most common order of
    the tables kept. One query."""
    plain: Any = rows.order_by().select_related(None)
    cells = plain.values("topic", "topic__name", "outcome", "outcome__name").annotate(many=Count("pk"))
    found: dict[int, dict[str, Any]] = {}
    for one in cells.order_by("topic", "outcome"):
        topic = found.setdefault(one["topic"], {"pk": one["topic"], "name": one["topic__name"], "many": 0, "of": []})
        topic["many"] += one["many"]
        topic["of"].append({"pk": one["outcome"], "name": one["outcome__name"], "many": one["many"]})
    return list(found.values())


def places_supervised(user: User) -> QuerySet[Organisation]:
    """What can be chosen as a place: the organisations seen in which, or next above which, something was supervised."""
    seen = policy.visible(user, RegularSupervision.objects.order_by())
    cells = Organisation.objects.order_by().filter(pk__in=seen.values("organisation"))
    rows = Organisation.objects.filter(pk__in=cells.values("pk")) | Organisation.objects.filter(
        pk__in=cells.values("parent")
    )
    return policy.visible(user, rows).order_by("path")


def proposals_about(user: User, remark: Remark) -> QuerySet[ProposedSupervision]:
    """What was proposed by a remark, as far as the user is told of it, the latest first."""
    rows = remark.proposals.select_related("proposed_by__person", "decided_by__person", "body")
    return policy.visible(user, rows).order_by("-pk")
