"""Invariants of the tree: paths, scopes and their copies (decision 0004)."""

import datetime
from collections.abc import Iterator

from django.db.models import F

from inspections.organisations.models import Organisation
from inspections.organisations.rules import STEP, path_step
from inspections.organisations.services import copied_paths
from workflows.invariants.breach import Breach, of


def paths_agree(now: datetime.datetime) -> Iterator[Breach]:
    rows = Organisation.objects.values_list("pk", "path", "depth", "scope_path", "parent__path", "type__is_body")
    for pk, path, depth, scope, above, is_body in rows:
        wanted = (above or "") + path_step(pk)
        if (path, depth, scope) != (wanted, len(wanted) // STEP - 1, above if is_body and above else wanted):
            yield of(Organisation(pk=pk), f"is at {path}, and should be at {wanted}; depth {depth}, scope {scope}")
    for model, field in copied_paths():
        copies = model._default_manager.exclude(**{field: F("organisation__path")})
        for copy in copies.select_related("organisation"):
            yield of(copy, f"{field} is {getattr(copy, field)}, its organisation is at {copy.organisation.path}")  # type: ignore[attr-defined]
