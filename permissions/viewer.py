"""A log-in with what it holds today: the base of every answer about rights."""

import datetime
import operator
from dataclasses import dataclass
from functools import cached_property, reduce
from typing import Any

from django.db.models import Q

from inspections.organisations.models import Delegation, Office, Person, User
from inspections.organisations.rules import path_end
from permissions.models import OrganisationGrant

# the condition that no row meets
NEVER = Q(pk__in=[])


def any_of(*conditions: Q) -> Q:
    """The condition that one of them holds; those that are NEVER cost nothing."""
    kept = [condition for condition in conditions if condition is not NEVER]
    return reduce(operator.or_, kept) if kept else NEVER


def grants_in_force(on: datetime.date) -> Q:
    """The condition that a grant counts on the day."""
    return Q(starts_on__lte=on) & (Q(ends_on__isnull=True) | Q(ends_on__gte=on))


@dataclass(frozen=True)
class Holding:
    """One verb held in one organisation."""

    verb: str
    organisation_id: int
    scope_path: str
    office_id: int
    delegation_id: int | None


@dataclass(frozen=True)
class Bars:
    """The cases, by id, from which a person withdrew, and those that are about him."""

    withdrew: frozenset[int]
    subject_of: frozenset[int]


@dataclass(frozen=True)
class CasePart:
    """One verb that a part gives in one case."""

    case_id: int
    verb: str
    part: str


class Viewer:
    """A log-in and a day. Holdings are read once; a verb asks again by making a new viewer inside its lock."""

    def __init__(self, user: User, today: datetime.date) -> None:
        self.user = user
        self.today = today
        # what the policy read of the viewer's bars, once for all questions
        self.bars: Bars | None = None
        # what the policy read of the viewer's parts in cases, once for all questions
        self.parts: tuple[CasePart, ...] | None = None
        # (model, id) -> whether the viewer sees the row, so that several questions about one row ask once
        self.seen: dict[tuple[Any, int], bool] = {}
        # id -> path of the cells that the viewer follows, read once
        self.followed: dict[int, str] | None = None
        # how much work waits for the viewer, once it was counted or listed
        self.waiting: int | None = None

    @cached_property
    def person(self) -> Person | None:
        if not self.user.is_authenticated or not self.user.is_active:
            return None
        person = getattr(self.user, "person", None)
        return person if person is not None and person.is_active else None

    @cached_property
    def holdings(self) -> list[Holding]:
        if not self.user.is_authenticated or not self.user.is_active:
            return []
        rows = OrganisationGrant.objects.filter(grants_in_force(self.today), user_id=self.user.pk).values_list(
            "permission__codename",
            "content_object_id",
            "content_object__scope_path",
            "office_id",
            "delegation_id",
        )
        # one's own office before a delegation, so that the record names the nearer title
        return sorted((Holding(*row) for row in rows), key=lambda held: (held.delegation_id or 0, held.office_id))

    @cached_property
    def offices(self) -> dict[int, Office]:
        """The offices that the holdings come from."""
        return Office.objects.select_related("organisation").in_bulk({held.office_id for held in self.holdings})

    @cached_property
    def delegations(self) -> dict[int, Delegation]:
        """The delegations that the holdings come from."""
        lent = {held.delegation_id for held in self.holdings if held.delegation_id is not None}
        return Delegation.objects.select_related("office__person").in_bulk(lent)

    def holds(self, verb: str) -> bool:
        """Whether the verb is held anywhere."""
        return any(held.verb == verb for held in self.holdings)

    def is_at(self, verb: str, organisation_id: int | None) -> bool:
        """Whether the verb is held in the organisation."""
        return any(held.verb == verb and held.organisation_id == organisation_id for held in self.holdings)

    def is_above(self, verb: str, path: str) -> bool:
        """Whether the path is in what the verb's organisations oversee."""
        return any(held.verb == verb and path.startswith(held.scope_path) for held in self.holdings)

    def organisation_ids(self, verb: str) -> list[int]:
        """The organisations in which the verb is held."""
        return sorted({held.organisation_id for held in self.holdings if held.verb == verb})

    def at(self, verb: str, field: str) -> Q:
        """The condition that organisation `field` (its id lookup) is one in which the verb is held."""
        organisations = self.organisation_ids(verb)
        return Q(**{f"{field}__in": organisations}) if organisations else NEVER

    def below(self, verb: str, path_field: str) -> Q:
        """The condition that the path in `path_field` is in what the verb's organisations oversee."""
        tops = self.tops(verb)
        return any_of(*(Q(**{f"{path_field}__gte": top, f"{path_field}__lte": path_end(top)}) for top in tops))

    def tops(self, verb: str) -> list[str]:
        """The paths of what the verb's organisations oversee, without those that lie below another of them."""
        paths = sorted({held.scope_path for held in self.holdings if held.verb == verb})
        return [path for path in paths if not any(path != top and path.startswith(top) for top in paths)]
