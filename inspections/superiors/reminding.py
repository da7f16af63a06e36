"""What reminders have to know of remarks: the officers of the cell owe the answer; where the page is."""

import datetime
from collections import defaultdict
from collections.abc import Collection

from django.urls import reverse

from inspections.organisations.models import in_force
from inspections.organisations.rules import is_at_or_below
from inspections.reminders.items import LEADING as LEADS
from inspections.reminders.items import Known, Source, tell_of
from inspections.superiors.access import VISIT
from inspections.superiors.models import Following, Remark
from permissions.models import OrganisationGrant
from permissions.viewer import grants_in_force


def _known(keys: Collection[int], today: datetime.date) -> dict[int, Known]:
    """Who left the remark is told in person beside the body that watches, as long as he follows the cell or leads above
    it: the page is closed to whoever does no longer. Three queries."""
    rows = list(Remark.objects.filter(pk__in=keys).values_list("pk", "left_by", "organisation", "organisation__path"))
    authors = {user for _key, user, _cell, _path in rows}
    grants = OrganisationGrant.objects.filter(
        grants_in_force(today), permission__codename__in=[LEADS, VISIT], user__in=authors
    )
    scopes: dict[tuple[str, int], list[str]] = defaultdict(list)
    for verb, user, scope in grants.values_list("permission__codename", "user", "content_object__scope_path"):
        scopes[verb, user].append(scope)
    cells = {cell for _key, _user, cell, _path in rows}
    followings = Following.objects.filter(in_force(today), organisation__in=cells, person__user__in=authors)
    followed = set(followings.values_list("person__user", "organisation"))

    def sees(user: int, cell: int, path: str) -> bool:
        def is_above(verb: str) -> bool:
            return any(is_at_or_below(path, scope) for scope in scopes[verb, user])

        return is_above(LEADS) or (is_above(VISIT) and (user, cell) in followed)

    return {
        key: Known(
            address=reverse("superiors:remark", args=[key]), watching=(user,) if sees(user, cell, str(path)) else ()
        )
        for key, user, cell, path in rows
    }


def register() -> None:
    tell_of(Remark, Source("keep_meetings", _known))
