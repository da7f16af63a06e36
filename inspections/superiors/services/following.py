"""Saying who follows which cells, and ending it."""

import datetime
from collections.abc import Collection
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from inspections.organisations.models import Organisation, Person, User, in_force
from inspections.organisations.rules import is_at_or_below
from inspections.organisations.services import check_not_ended
from inspections.organisations.text import clean
from inspections.superiors.access import ASSIGN
from inspections.superiors.models import Following
from inspections.superiors.queries.following import scopes_of
from permissions import audit, policy
from permissions.verdicts import NotNow

BATCH = 500


@dataclass(frozen=True)
class Followed:
    """What came of giving cells to somebody. there: what he follows already, so that it stays as it is."""

    made: list[Following]
    there: list[Following]


def follow(
    *,
    acting_user: User,
    person: Person,
    cells: Collection[Organisation],
    starts_on: datetime.date,
    paper: str,
    now: datetime.datetime,
) -> Followed:
    """The person follows the cells from the day on; those he follows already stay as they are. All or none, in a fixed
    number of queries, however many cells.

    Raises Refused (of any of them), NotNow (he follows them all, a cell has ended), ValidationError (no cell, no office
    from which a cell is followed, the day)."""
    with transaction.atomic():
        keys = [one.pk for one in cells]
        rows = Organisation.objects.select_for_update(of=("self",)).select_related("type")
        locked = list(rows.filter(pk__in=keys).order_by("path"))
        rights = policy.require_each(acting_user, ASSIGN, locked, now)
        allowed = {one.pk: right for one, right in zip(locked, rights, strict=True)}
        if not locked:
            raise ValidationError({"cells": _("Choose at least one cell.")})
        today = timezone.localdate(now)
        scopes = scopes_of(person, today)
        for cell in locked:
            if not cell.type.is_cell:
                said = _("%(organisation)s is not a cell, so it has no cell meetings.")
                raise ValidationError({"cells": said % {"organisation": cell}})
            check_not_ended(cell, today)
            if not any(is_at_or_below(str(cell.path), scope) for scope in scopes):
                said = _("%(person)s holds no office above %(cell)s from which meetings are attended.")
                raise ValidationError({"person": said % {"person": person, "cell": cell}})
        same = Following.objects.filter(person=person, organisation__in=locked)
        running = same.filter(in_force(starts_on) | Q(ends_on__isnull=True)).select_related("organisation")
        there = {one.organisation_id: one for one in running.order_by("pk")}
        left = [one for one in locked if one.pk not in there]
        if not left:
            raise NotNow(_("%(person)s follows these cells already.") % {"person": person})
        new_rows = [Following(person=person, organisation=one, starts_on=starts_on, paper=clean(paper)) for one in left]
        for row in new_rows:
            row.clean_fields(exclude=["person", "organisation"])
        made = Following.objects.bulk_create(new_rows, batch_size=BATCH)
        new = {"person": person.full_name, "starts_on": starts_on.isoformat(), "paper": clean(paper)}
        done = [(allowed[row.organisation_id], row.organisation_id) for row in made]
        audit.record_by_right(done, name="cells", now=now, new=new)
        return Followed(made, sorted(there.values(), key=lambda one: str(one.organisation.path)))


def end_following(
    *, acting_user: User, following: Following, last_day: datetime.date, now: datetime.datetime
) -> Following:
    """The person follows the cell until the day. Raises Refused, NotNow (ended already), ValidationError (the day)."""
    with transaction.atomic():
        following = Following.objects.select_for_update(of=("self",)).get(pk=following.pk)
        cell = following.organisation
        allowed = policy.require(acting_user, ASSIGN, following, now)
        if following.ends_on is not None:
            raise NotNow(_("It ended on %(day)s already.") % {"day": f"{following.ends_on:%d/%m/%Y}"})
        if last_day < following.starts_on:
            raise ValidationError({"last_day": _("The last day is before the first.")})
        following.ends_on = last_day
        following.save(update_fields=["ends_on"])
        audit.record(
            allowed,
            about=following,
            chain=cell,
            now=now,
            verb="end_following",
            new={"person": following.person.full_name, "ends_on": last_day.isoformat()},
        )
        return following
