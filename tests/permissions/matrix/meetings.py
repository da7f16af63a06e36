"""Cell meetings: the criteria sets by which they are scored."""

from typing import Any

from inspections.meetings.models import CriteriaSet
from tests.meetings.sent import new_set
from tests.permissions.matrix.organisations import READ_ABOVE, keep_above, keeping
from tests.permissions.matrix.route import Route, named, same
from tests.permissions.world import World


def followed(world: World) -> dict[str, Any]:
    """A set for the own commune, made from the one at the place."""
    source = CriteriaSet.objects.with_lines().get(pk=world.row("criteria").pk)
    return new_set(source, organisation=world.row("committee").pk, valid_from="01/01/2027")


ROUTES = (
    Route(
        "meetings:criteria",
        "administrator",
        colleague="chair",
        get=same("200"),
        shows=lambda world, place: "Khung chấm điểm chất lượng sinh hoạt chi bộ",
    ),
    Route(
        "meetings:criteria_set",
        "administrator",
        colleague="chair",
        of="criteria",
        get=READ_ABOVE,
        shows=named("criteria"),
    ),
    keeping(
        "meetings:follow_criteria",
        "criteria",
        followed,
        verb="keep_tables",
        # who keeps a tree may take any set that he reads as the pattern of his own
        get=keep_above("200") | {"holder": "200 404 200 200", "deputy": "200 404 200 200"},
        post=keep_above("302", elsewhere="422") | {"holder": "302 404 302 302", "deputy": "302 404 302 302"},
    ),
    keeping(
        "meetings:end_criteria",
        "criteria",
        lambda world: {"last_day": "31/12/2026", "reason": "HD 9"},
        verb="keep_tables",
        get=keep_above("200"),
        post=keep_above("302"),
    ),
    keeping(
        "meetings:withdraw_criteria",
        "criteria",
        lambda world: {"reason": "HD 9"},
        verb="keep_tables",
        get=keep_above("200"),
        post=keep_above("302"),
    ),
)
