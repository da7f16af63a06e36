"""From a clock on to the thing it is about."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.urls import reverse

from inspections.cases.models import Case
from inspections.deadlines.models import Deadline
from inspections.organisations.models import User
from inspections.remedies.models import Correction
from inspections.reports.models import AskedReport
from permissions import policy


@dataclass(frozen=True)
class Item:
    """What a clock is about, as far as the reader may open it. number: of its case, empty where he may not."""

    address: str
    number: str = ""


def items_of(user: User, clocks: Iterable[Deadline]) -> dict[int, Item]:
    """Clock, by id -> the page of its correction, else of its case, as far as the reader may open them; else the page
    that explains its day; with the number of the case. Three queries at most."""
    clocks = list(clocks)
    kind, asked = (ContentType.objects.get_for_model(model).pk for model in (Correction, AskedReport))
    corrections = {one.item_id for one in clocks if one.item_type_id == kind}
    cases = {one.case_id for one in clocks if one.case_id is not None}
    opened = _seen(user, Correction, corrections)
    seen = policy.visible(user, Case._default_manager.order_by().filter(pk__in=cases))
    numbers: dict[int | None, str] = dict(seen.values_list("pk", "number"))
    reports = {one.item_id for one in clocks if one.item_type_id == asked}
    answered = _seen(user, AskedReport, reports) if reports else set()
    found = {}
    for one in clocks:
        if one.item_type_id == kind and one.item_id in opened:
            address = reverse("remedies:detail", args=[one.item_id])
        elif one.item_type_id == asked and one.item_id in answered:
            address = reverse("reports:asked", args=[one.item_id])
        elif one.case_id in numbers:
            address = reverse("cases:overview", args=[one.case_id])
        else:
            address = reverse("deadlines:explanation", args=[one.pk])
        found[one.pk] = Item(address, numbers.get(one.case_id, ""))
    return found


def _seen(user: User, model: type[Correction] | type[AskedReport], keys: set[int]) -> set[int]:
    rows = policy.visible(user, model._default_manager.order_by().filter(pk__in=keys))
    return set(rows.values_list("pk", flat=True))
