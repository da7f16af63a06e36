"""Where organisations stood. Stretches keep the place of their time, so whoever asks about the past looks at every
place that an organisation ever had: below each of them stands what stood below it then."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.db.models import Case, Q, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Left

from inspections.organisations.models import FormerPath
from inspections.organisations.rules import STEP, id_at, is_at_or_below, path_end
from permissions.viewer import NEVER, Viewer, any_of


def places_had(paths: Iterable[str]) -> dict[str, list[str]]:
    """Path -> it and all at which the organisation that stands there stood before. One query."""
    paths = list(dict.fromkeys(paths))
    before: dict[int, list[str]] = defaultdict(list)
    former = FormerPath.objects.filter(organisation__in={id_at(path) for path in paths} - {0})
    for pk, path in former.values_list("organisation_id", "path"):
        before[pk].append(path)
    return {path: [path, *(one for one in before[id_at(path)] if one != path)] for path in paths}


def within(field: str, places: Iterable[str]) -> Q:
    """The condition that the path in the field lies at or below one of the places."""
    return any_of(*(Q(**{f"{field}__gte": one, f"{field}__lte": path_end(one)}) for one in places))


def stood_below(viewer: Viewer, base: str, *, own_only: bool = False) -> Q:
    """The condition of stretches that they stood at or below the organisation at `base` (empty: over several trees) and
    in what the reader leads. One query."""
    tops = viewer.tops("see_board")
    had = places_had([base, *tops])
    led = within("org_path", (one for top in tops for one in had[top]))
    if not base:
        return led
    inside = Q(org_path__in=had[base]) if own_only else within("org_path", had[base])
    if any(is_at_or_below(base, top) for top in tops):
        return inside
    return NEVER if led is NEVER else inside & led


def place_below(bases: Sequence[str]) -> Combinable:
    """The path to count by: of what stands next below one of the bases, or the base itself; an empty base is above all
    trees."""
    levels = {len(base) for base in bases}
    if len(levels) == 1:
        return Left("org_path", levels.pop() + STEP)
    return Case(*(When(within("org_path", [one]), then=Left("org_path", len(one) + STEP)) for one in bases))
