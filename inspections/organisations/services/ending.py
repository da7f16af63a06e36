"""The end of an organisation: not while anything of it is still open."""

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from inspections.organisations.models import Organisation, OrganisationType, User
from inspections.organisations.text import clean
from permissions import audit, policy
from permissions.catalogue import roles_of
from permissions.verdicts import NotNow

Open = Iterable[Any]
# what rooms above the tree have of an organisation that has to be over first; each enters its own when it is ready
_OPEN_THINGS: list[tuple[Any, Callable[[Organisation], Open]]] = []
# and what has to be over by the last day
_RUNNING_THINGS: list[tuple[Any, Callable[[Organisation, datetime.date], Open]]] = []
NAMED = 5


@dataclass(frozen=True)
class Ending:
    """An organisation that ends after its last day, by a paper; successors: who takes its place, if anybody does."""

    organisation: Organisation
    successors: list[Organisation]
    last_day: datetime.date
    paper: str
    now: datetime.datetime


# what rooms above the tree let end with an organisation
_ENDS_ALONG: list[Callable[[Ending], dict[str, list[int]]]] = []


def must_be_over_first(words: Any, find: Callable[[Organisation], Open]) -> None:
    """Tells of things that keep an organisation from ending. words: with %(things)s; find: those open of it."""
    _OPEN_THINGS.append((words, find))


def must_be_over_by_then(words: Any, find: Callable[[Organisation, datetime.date], Open]) -> None:
    """As `must_be_over_first`, of what may end by itself. find: what of the organisation goes on after the day."""
    _RUNNING_THINGS.append((words, find))


def ends_along(end: Callable[[Ending], dict[str, list[int]]]) -> None:
    """Tells of things that end with an organisation, before it is asked what is open of it. end: what it ended, ids by
    code, for the record; part of a verb."""
    _ENDS_ALONG.append(end)


def end_along(ending: Ending) -> dict[str, list[int]]:
    """Lets end what ends with the organisation; returns the ids by code. Part of a verb."""
    found: dict[str, list[int]] = {}
    for end in _ENDS_ALONG:
        found |= end(ending)
    return found


def end_organisation(
    *, acting_user: User, organisation: Organisation, last_day: datetime.date, paper: str, now: datetime.datetime
) -> Organisation:
    """Ends an organisation after `last_day` (included), by a paper; from then on nothing new is about it or in it.

    Raises Refused, NotNow when it has an end, ValidationError (the day is before it was founded; no paper; what is
    still open, by name)."""
    with transaction.atomic():
        organisation = Organisation.objects.select_for_update().get(pk=organisation.pk)
        allowed = policy.require(acting_user, "keep_organisations", organisation, now)
        if organisation.ends_on is not None:
            raise NotNow(
                _("%(organisation)s has its last day already: %(day)s.")
                % {"organisation": organisation, "day": organisation.ends_on.strftime("%d/%m/%Y")}
            )
        if organisation.starts_on is not None and last_day < organisation.starts_on:
            raise ValidationError({"last_day": _("The last day is before the founding day.")})
        if not paper.strip():
            raise ValidationError({"paper": _("Name the paper that ends it.")})
        ended = end_along(Ending(organisation, [], last_day, clean(paper), now))
        check_nothing_open(organisation, last_day, "last_day")
        organisation.ends_on, organisation.ended_paper = last_day, clean(paper)
        organisation.save(update_fields=["ends_on", "ended_paper"])
        audit.record(
            allowed,
            about=organisation,
            chain=organisation,
            now=now,
            verb="end_organisation",
            new={"ends_on": last_day, "paper": organisation.ended_paper} | ({"ended": ended} if ended else {}),
            reason=organisation.ended_paper,
        )
        return organisation


def check_nothing_open(organisation: Organisation, last_day: datetime.date, field: str) -> None:
    """Raises ValidationError at `field` with what is open after the day, by name."""
    offices = [
        one
        for one in organisation.offices.select_related("person")
        if one.ends_on is None or (one.ends_on > last_day and one.ends_on >= one.starts_on)
    ]
    below = [one for one in organisation.children.all() if one.ends_on is None or one.ends_on > last_day]
    open_things: list[tuple[Any, list[str]]] = [
        (_("End these offices by that day first: %(things)s."), [f"{one.person} ({one})" for one in offices]),
        (_("End or move what belongs to it first: %(things)s."), [str(one) for one in below]),
    ]
    running = [(words, [str(one) for one in find(organisation, last_day)]) for words, find in _RUNNING_THINGS]
    _raise_for(open_things + running + _open_of(organisation), field)


def check_not_beyond(parent: Organisation | None, ends_on: datetime.date | None, field: str) -> None:
    """Raises ValidationError at `field` when what belongs to the parent would go on after the parent's last day."""
    if problem := problem_beyond(parent, ends_on):
        raise ValidationError({field: problem})


def problem_beyond(parent: Organisation | None, ends_on: datetime.date | None) -> str:
    """Why what belongs to the parent cannot go on until `ends_on` (None: without an end); empty when it can."""
    if parent is None or parent.ends_on is None or (ends_on is not None and ends_on <= parent.ends_on):
        return ""
    return _("The last day of %(parent)s is %(day)s; what belongs to it cannot go on after that.") % {
        "parent": parent,
        "day": parent.ends_on.strftime("%d/%m/%Y"),
    }


def check_new_type(organisation: Organisation, old: OrganisationType, today: datetime.date) -> None:
    """Raises ValidationError when the new type does not fit what stands below, is held in it, or is at work in it."""
    below = organisation.children.select_related("type__level")
    for child in below:
        if problem := problem_of_place(child.type, organisation.type):
            raise ValidationError({"type": f"{child}: {problem}"})
    if (old.is_cell, old.is_body) == (organisation.type.is_cell, organisation.type.is_body):
        return
    if old.is_body or organisation.type.is_body:
        raise ValidationError(
            {"type": _("An organisation does not become a body of another, nor a body an organisation: add a new one.")}
        )
    fitting = {role.code for role in roles_of(organisation.type)}
    held = organisation.offices.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=today)).exclude(role__in=fitting)
    offices = [f"{one.person} ({one})" for one in held.select_related("person")]
    unfit = _("Nobody holds these offices in an organisation of that type; end them first: %(things)s.")
    _raise_for([(unfit, offices), *_open_of(organisation)], "type")


def _open_of(organisation: Organisation) -> list[tuple[Any, list[str]]]:
    return [(words, [str(one) for one in find(organisation)]) for words, find in _OPEN_THINGS]


def problem_of_place(type: OrganisationType, parent: OrganisationType) -> str:
    """Why an organisation of one type cannot belong to one of another; empty when it can."""
    if parent.is_body:
        return _("A body such as an inspection committee has no organisations below it.")
    if not type.is_body and type.level.rank <= parent.level.rank:
        return _("A “%(type)s” cannot belong to a “%(parent)s”: that is not of a higher level.") % {
            "type": type,
            "parent": parent,
        }
    return ""


def _raise_for(open_things: list[tuple[Any, list[str]]], field: str) -> None:
    problems = []
    for words, things in open_things:
        if things:
            named = "; ".join(things[:NAMED]) + (f" … (+{len(things) - NAMED})" if len(things) > NAMED else "")
            problems.append(str(words) % {"things": named})
    if problems:
        raise ValidationError({field: problems})
