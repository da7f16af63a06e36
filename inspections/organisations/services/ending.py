"""The end of an organisation: not while anything of it is still open."""

import datetime
from collections.abc import Callable, Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from inspections.organisations.models import Organisation, User
from inspections.organisations.text import clean
from permissions import audit, policy
from permissions.verdicts import NotNow

Open = Iterable[Any]
# what rooms above the tree have of an organisation that has to be over first; each enters its own when it is ready
_OPEN_THINGS: list[tuple[Any, Callable[[Organisation], Open]]] = []
NAMED = 5


def must_be_over_first(words: Any, find: Callable[[Organisation], Open]) -> None:
    """Tells of things that keep an organisation from ending. words: with %(things)s; find: those open of it."""
    _OPEN_THINGS.append((words, find))


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
        _check_nothing_open(organisation, last_day)
        organisation.ends_on, organisation.ended_paper = last_day, clean(paper)
        organisation.save(update_fields=["ends_on", "ended_paper"])
        audit.record(
            allowed,
            about=organisation,
            chain=organisation,
            now=now,
            verb="end_organisation",
            new={"ends_on": last_day, "paper": organisation.ended_paper},
            reason=organisation.ended_paper,
        )
        return organisation


def _check_nothing_open(organisation: Organisation, last_day: datetime.date) -> None:
    offices = [
        one for one in organisation.offices.select_related("person") if one.ends_on is None or one.ends_on > last_day
    ]
    below = [one for one in organisation.children.all() if one.ends_on is None or one.ends_on > last_day]
    open_things: list[tuple[Any, list[str]]] = [
        (_("End these offices by that day first: %(things)s."), [f"{one.person} ({one})" for one in offices]),
        (_("End or move what belongs to it first: %(things)s."), [str(one) for one in below]),
    ]
    open_things += [(words, [str(one) for one in find(organisation)]) for words, find in _OPEN_THINGS]
    problems = []
    for words, things in open_things:
        if things:
            named = "; ".join(things[:NAMED]) + (f" … (+{len(things) - NAMED})" if len(things) > NAMED else "")
            problems.append(str(words) % {"things": named})
    if problems:
        raise ValidationError({"last_day": problems})
