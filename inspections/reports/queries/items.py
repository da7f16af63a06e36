"""From a clock on to the thing it is about."""

from collections.abc import Iterable

from django.contrib.contenttypes.models import ContentType
from django.urls import reverse

from inspections.cases.models import Case
from inspections.deadlines.models import Deadline
from inspections.organisations.models import User
from inspections.remedies.models import Correction
from inspections.reports.models import AskedReport
from permissions import policy


def addresses_of(user: User, clocks: Iterable[Deadline]) -> dict[int, str]:
    """Clock, by id -> the page of its correction, else of its case, as far as the reader may open them; else the page
    that explains its day. Three queries at most."""
    clocks = list(clocks)
    kind, asked = (ContentType.objects.get_for_model(model).pk for model in (Correction, AskedReport))
    corrections = {one.item_id for one in clocks if one.item_type_id == kind}
    cases = {one.case_id for one in clocks if one.case_id is not None}
    opened = _seen(user, Correction, corrections)
    followed = _seen(user, Case, cases)
    reports = {one.item_id for one in clocks if one.item_type_id == asked}
    answered = _seen(user, AskedReport, reports) if reports else set()
    found = {}
    for one in clocks:
        if one.item_type_id == kind and one.item_id in opened:
            found[one.pk] = reverse("remedies:detail", args=[one.item_id])
        elif one.item_type_id == asked and one.item_id in answered:
            found[one.pk] = reverse("reports:asked", args=[one.item_id])
        elif one.case_id in followed:
            found[one.pk] = reverse("cases:overview", args=[one.case_id])
        else:
            found[one.pk] = reverse("deadlines:explanation", args=[one.pk])
    return found


def _seen(user: User, model: type[Case] | type[Correction] | type[AskedReport], keys: set[int]) -> set[int]:
    rows = policy.visible(user, model._default_manager.order_by().filter(pk__in=keys))
    return set(rows.values_list("pk", flat=True))
