"""Beginning, changing and ending a scheme."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inspections.documents.services import attach
from inspections.organisations.models import Organisation, User
from inspections.organisations.rules import is_at_or_below
from inspections.organisations.services import check_not_ended
from inspections.organisations.text import clean, fold
from inspections.schemes.models import GroupTemplate, Review, Scheme, TaskGroup
from inspections.schemes.services.common import (
    begin,
    check_not_to_come,
    names,
    record,
    required,
)
from permissions import policy
from permissions.verdicts import NotNow

# years of a scheme: against a slip of the pen in a year; no instrument limits it
LONGEST = 15


@dataclass
class SchemeFacts:
    """What a scheme says. organisations: whom it concerns, where not all below."""

    name: str
    aim: str
    first_year: int
    last_year: int
    paper: str
    all_below: bool = True
    organisations: list[Organisation] = field(default_factory=list)


def begin_scheme(
    *,
    acting_user: User,
    organisation: Organisation,
    facts: SchemeFacts,
    now: datetime.datetime,
    files: Iterable[Any] = (),
) -> Scheme:
    """Begins a scheme of the organisation, with the groups of tasks of the table. Raises Refused, NotNow (the
    organisation ended), ValidationError."""
    with transaction.atomic():
        organisation = Organisation.objects.select_for_update().get(pk=organisation.pk)
        allowed = policy.require(acting_user, "keep_schemes", organisation, now)
        check_not_ended(organisation, timezone.localdate(now))
        scheme = Scheme(organisation=organisation, begun_by=acting_user, begun_at=now)
        _write(scheme, facts, now)
        templates = GroupTemplate.objects.filter(is_active=True).order_by("position", "pk")
        TaskGroup.objects.bulk_create(
            TaskGroup(scheme=scheme, position=number, name=one.name) for number, one in enumerate(templates, start=1)
        )
        attached = attach(files, item=scheme, acting_user=acting_user, now=now)
        new = facts_of(scheme) | {"files": [one.name for one in attached]}
        record(allowed, scheme, now, verb="begin_scheme", new=new)
        return scheme


def change_scheme(
    *, acting_user: User, scheme: Scheme, facts: SchemeFacts, now: datetime.datetime, files: Iterable[Any] = ()
) -> Scheme:
    """Changes what a running scheme says. Raises Refused, NotNow, ValidationError (also a year that something of the
    scheme is of would be none of it any more)."""
    with transaction.atomic():
        scheme, allowed = begin(scheme, acting_user, now)
        old = facts_of(scheme)
        _check_years_in_use(scheme, facts)
        _write(scheme, facts, now)
        attached = attach(files, item=scheme, acting_user=acting_user, now=now)
        new = facts_of(scheme) | ({"files": [one.name for one in attached]} if attached else {})
        record(allowed, scheme, now, verb="change_scheme", old=old, new=new)
        return scheme


def end_scheme(*, acting_user: User, scheme: Scheme, on: datetime.date, reason: str, now: datetime.datetime) -> Scheme:
    """Ends a scheme on a day, not to come; its reviews have to be held or cancelled before. Raises Refused, NotNow,
    ValidationError."""
    with transaction.atomic():
        scheme, allowed = begin(scheme, acting_user, now)
        open_review = scheme.reviews.filter(state=Review.State.PLANNED).first()
        if open_review is not None:
            raise NotNow(_("Hold or cancel this review first: %(review)s.") % {"review": open_review})
        check_not_to_come("on", on, now)
        if on.year < scheme.first_year:
            raise ValidationError({"on": _("The scheme had not begun by then.")})
        reason = required("reason", reason, _("Say why the scheme ends."))
        scheme.ended_on, scheme.end_reason, scheme.ended_by, scheme.ended_at = on, reason, acting_user, now
        scheme.save(update_fields=["ended_on", "end_reason", "ended_by", "ended_at"])
        record(allowed, scheme, now, verb="end_scheme", new={"on": on}, reason=reason)
        return scheme


def _check_years_in_use(scheme: Scheme, facts: SchemeFacts) -> None:
    used = {
        *scheme.indicators.filter(targets__isnull=False).values_list("targets__year", flat=True),
        *scheme.indicators.filter(typed_figures__isnull=False).values_list("typed_figures__year", flat=True),
        *scheme.reviews.exclude(state=Review.State.CANCELLED).values_list("year", flat=True),
    }
    text = _("A target, figure or review is of %(year)s; the scheme has to contain that year.")
    if used and min(used) < facts.first_year:
        raise ValidationError({"first_year": text % {"year": min(used)}})
    if used and max(used) > facts.last_year:
        raise ValidationError({"last_year": text % {"year": max(used)}})


def _write(scheme: Scheme, facts: SchemeFacts, now: datetime.datetime) -> None:
    required("name", facts.name, _("Give the scheme a name."))
    aim = required("aim", facts.aim, _("Say what the scheme is to reach."))
    required("paper", facts.paper, _("Name the paper by which it is issued."))
    if facts.last_year < facts.first_year:
        raise ValidationError({"last_year": _("The last year is before the first.")})
    if facts.last_year - facts.first_year >= LONGEST:
        raise ValidationError({"last_year": _("A scheme runs fifteen years at most; check the years.")})
    if not 2000 <= facts.first_year <= timezone.localdate(now).year + 6:
        raise ValidationError({"first_year": _("Enter a year near the present.")})
    if not facts.all_below and not facts.organisations:
        raise ValidationError({"organisations": _("Choose whom it concerns, or all below.")})
    top = scheme.organisation.scope_path
    for one in facts.organisations:
        if not is_at_or_below(str(one.path), top):
            words = _("%(organisation)s is not below %(maker)s.")
            raise ValidationError({"organisations": words % {"organisation": one, "maker": scheme.organisation}})
    scheme.name, scheme.aim, scheme.paper = clean(facts.name), aim, clean(facts.paper)
    scheme.first_year, scheme.last_year, scheme.all_below = facts.first_year, facts.last_year, facts.all_below
    scheme.folded = fold(f"{scheme.name} {scheme.paper}")
    scheme.full_clean(exclude=["folded", "ended_on", "ended_by", "ended_at"], validate_constraints=False)
    scheme.save()
    scheme.organisations.set([] if facts.all_below else facts.organisations)


def facts_of(scheme: Scheme) -> dict[str, Any]:
    """What the record says of a scheme."""
    return {
        "name": scheme.name,
        "aim": scheme.aim,
        "years": [scheme.first_year, scheme.last_year],
        "paper": scheme.paper,
        "all_below": scheme.all_below,
        "organisations": names(scheme.organisations.order_by("path")),
    }
