"""Who sees a clock: who owes, who watches, the people of the case, and leaders above; and who asks about it."""

from collections.abc import Callable, Collection
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, Q, QuerySet

from inspections.calendars.models import ExtendedBy
from inspections.deadlines.models import ClockRequest, Deadline
from inspections.organisations.models import Organisation
from permissions import policy
from permissions.viewer import NEVER, Viewer, any_of

# item of a clock -> (item, duty) -> the verb, and the row, by which whoever owes it acts
_OWED_BY: dict[type[Model], Callable[[Any, str], tuple[str, Any] | None]] = {}


# item of a clock -> viewer -> ids of the items whose clocks he sees as the person they are about
_SEEN_BY_PERSON: dict[type[Model], Callable[[Viewer], QuerySet[Any]]] = {}
# the same of clocks that he sees beside what he leads, None where there are none
_SEEN_BESIDE: dict[type[Model], Callable[[Viewer], QuerySet[Any] | None]] = {}


def seen_by_person(model: type[Model], keys: Callable[[Viewer], QuerySet[Any]]) -> None:
    """For rooms above: about which items whoever leads nothing sees the clocks as a person, by ids; called once, from
    the `ready` of an app."""
    _SEEN_BY_PERSON[model] = keys


def seen_beside(model: type[Model], keys: Callable[[Viewer], QuerySet[Any] | None]) -> None:
    """For rooms above: about which items a viewer sees the clocks beside those of what he leads, by ids; None: of none.
    Called once, from the `ready` of an app."""
    _SEEN_BESIDE[model] = keys


def owed_by(model: type[Model], right: Callable[[Any, str], tuple[str, Any] | None]) -> None:
    """For rooms above: by which right, on which row, whoever owes a duty about an item acts, and so may ask about its
    clock; called once, from the `ready` of an app."""
    _OWED_BY[model] = right


def asking_right(deadline: Deadline) -> tuple[str, Any] | None:
    """The verb and the row by which whoever owes may ask about the clock; None where nobody does."""
    model = deadline.item_type.model_class()
    right = _OWED_BY.get(model) if model is not None else None
    return right(deadline.item, deadline.duty) if right is not None else None


def visible_deadlines(viewer: Viewer, prefix: str = "") -> Q:
    """A clock of a case: whoever follows the case, and the subject its own. Others by office; and whoever leads nothing
    those about what is his own to do.

    prefix: the lookup that leads to the clock, "" or "deadline__" of its stretches."""
    by_office = any_of(
        viewer.below("see_board", f"{prefix}org_path"),
        viewer.at("see_as_subject", f"{prefix}organisation_id"),
        viewer.at("see_case_files", f"{prefix}watcher_id"),
    )
    otherwise = any_of(by_office, _own(viewer, prefix), *_beside(viewer, prefix))
    return policy.seen_through_cases(viewer, f"{prefix}case_id", item=f"{prefix}item", otherwise=otherwise)


def _own(viewer: Viewer, prefix: str) -> Q:
    if viewer.person is None or viewer.holds("see_board"):
        return NEVER
    kinds = ContentType.objects.get_for_models(*_SEEN_BY_PERSON)
    own = (
        Q(**{f"{prefix}item_type": kinds[model], f"{prefix}item_id__in": keys(viewer)})
        for model, keys in _SEEN_BY_PERSON.items()
    )
    return any_of(*own)


def _beside(viewer: Viewer, prefix: str) -> list[Q]:
    kinds = ContentType.objects.get_for_models(*_SEEN_BESIDE)
    found = [(model, keys(viewer)) for model, keys in _SEEN_BESIDE.items()]
    return [
        Q(**{f"{prefix}item_type": kinds[model], f"{prefix}item_id__in": keys})
        for model, keys in found
        if keys is not None
    ]


def visible_requests(viewer: Viewer) -> Q:
    return Q(deadline__in=Deadline.objects.filter(visible_deadlines(viewer)).values("pk"))


def case_of(deadline: Deadline) -> Any:
    """The case of the clock, read once; None where it has none."""
    if deadline.case_id is None:
        return None
    kept = getattr(deadline, "_case", None)
    if kept is None:
        kept = deadline._case = policy.case_of_id(deadline.case_id)  # type: ignore[attr-defined]
    return kept


def read_cases(deadlines: Collection[Deadline]) -> None:
    """Reads the cases of many clocks at once, for `case_of`."""
    cases = policy.cases_of_ids({one.case_id for one in deadlines if one.case_id is not None})
    for one in deadlines:
        if one.case_id is not None:
            one._case = cases[one.case_id]  # type: ignore[attr-defined]


def deciding_body(deadline: Deadline) -> Organisation:
    """Who decides on a request: the body that watches (it ordered the case), or what stands over it, as the rule says
    (domain.md §4.2)."""
    body = deadline.watcher or deadline.organisation
    by_superior = deadline.rule is not None and deadline.rule.extended_by == ExtendedBy.SUPERIOR
    return body.overseer if by_superior else body


def register() -> None:
    policy.register(
        Deadline,
        visible=visible_deadlines,
        organisation=lambda deadline, verb: deadline.organisation,
        case=case_of,
        prepare=read_cases,
    )
    policy.register(
        ClockRequest,
        visible=visible_requests,
        organisation=lambda request, verb: deciding_body(request.deadline),
        case=lambda request: case_of(request.deadline),
    )
