"""What pages of cases show of the engine: whose turn, where it stands, what was done in words."""

import datetime
from typing import Any

from django import template
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.utils.translation import gettext as _

from inspections.cases.models import Case, ChangeRequest
from inspections.findings.rules import Problem
from inspections.findings.words import Told, in_words
from inspections.organisations.models import Person, User
from permissions import policy
from permissions.catalogue import PARTS
from permissions.deeds import told_of
from permissions.verdicts import Denied
from workflows import access, diagrams, queries, services
from workflows.models import WorkItem

register = template.Library()


def _turn(context: Any, items: list[WorkItem], row: Model) -> dict[str, Any]:
    """items: the open work; mine: the keys of what the reader may do; first: the one for the filled button;
    why_not: key -> why the reader cannot do it, when nothing is for him, each reason once;
    named: the keys of what is about another row than this page."""
    user = context["request"].user
    wanted = [item.pk for item in items]
    allowed: set[int] = set()
    if wanted:
        mine = access.for_me(policy.viewer_for(user), WorkItem.objects.filter(pk__in=wanted))
        allowed = set(mine.values_list("pk", flat=True))
    reasons: dict[int, str] = {}
    for item in () if allowed else items:
        reason = _why_not(user, item)
        if reason not in reasons.values():
            reasons[item.pk] = reason
    first = next((item.pk for item in items if item.pk in allowed), None)
    kind = ContentType.objects.get_for_model(row)
    named = {item.pk for item in items if (item.about_type_id, item.about_id) != (kind.pk, row.pk)}
    return {"items": items, "mine": allowed, "first": first, "why_not": reasons, "named": named}


def _why_not(user: User, item: WorkItem) -> str:
    verdict = services.may_do(user, item)
    if isinstance(verdict, Denied):
        return verdict.reason
    return _("%(person)s has taken it.") % {"person": item.task.owner}


@register.simple_tag(takes_context=True)
def whose_turn(context: Any, case: Case) -> dict[str, Any]:
    """The open work of a case that the reader may know of, and which of it he may do."""
    return _turn(context, _known(context, queries.open_items(case)), case)


@register.simple_tag(takes_context=True)
def whose_turn_on(context: Any, row: Model) -> dict[str, Any]:
    """The open work about one row that the reader may know of, and which of it he may do."""
    return _turn(context, _known(context, queries.open_items_about(row)), row)


def _known(context: Any, items: list[WorkItem]) -> list[WorkItem]:
    if not items:
        return []
    rows = WorkItem.objects.filter(pk__in=[item.pk for item in items])
    seen = set(policy.visible(context["request"].user, rows).values_list("pk", flat=True))
    return [item for item in items if item.pk in seen]


@register.simple_tag(takes_context=True)
def where_it_stands(context: Any, case: Case) -> dict[str, Any] | None:
    """The steps and the picture of the process a case runs in (before the signature: of its opening).

    None for a reader who may not follow the course: for the subject, who is told of its own steps only."""
    if not case.is_followed:  # type: ignore[attr-defined]
        return None
    processes = queries.processes_about(case)
    if not processes:
        return None
    process = processes[-1]
    viewer = policy.viewer_for(context["request"].user)
    items = access.for_me(viewer, WorkItem.objects.filter(task__process_id=process.pk)).select_related("task")
    mine = {item.task.flow_task.name for item in items}
    picture = diagrams.picture_of(process.flow_class, queries.states_of(process, mine))
    return {"steps": queries.steps_of(process, mine), "picture": picture}


@register.filter
def told(verb: str) -> str:
    """A recorded deed in words."""
    return str(told_of(verb))


@register.filter
def part_label(part: str) -> str:
    return str(PARTS[part].label)


@register.filter
def problem_words(problems: list[Problem]) -> list[Told]:
    return in_words(problems)


@register.filter
def change_lines(change: ChangeRequest) -> list[tuple[str, str]]:
    """What a request for change asks for, as label and value."""
    asked = change.proposal
    if change.what == ChangeRequest.What.TEAM:
        people = Person.objects.in_bulk([pk for pk, _part in asked["team"]])
        return [(str(PARTS[part].label), str(people[pk])) for pk, part in asked["team"] if pk in people]

    def day(name: str) -> str:
        return datetime.date.fromisoformat(asked[name]).strftime("%d/%m/%Y")

    if change.what == ChangeRequest.What.CONTENT:
        return [
            (_("Content"), asked["content"]),
            (_("Period examined"), f"{day('examined_from')} – {day('examined_to')}"),
        ]
    return [(_("Carried out to"), day("ends_on"))]
