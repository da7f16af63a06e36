"""Cell meetings: kept by the cell's officers, read by those above; and the criteria sets by which they are scored."""

from collections.abc import Callable
from datetime import date as D
from typing import Any

from inspections.meetings.models import CriteriaSet
from tests.meetings.held import GIVEN, people_on, points
from tests.meetings.sent import new_set
from tests.permissions.matrix.organisations import READ_ABOVE, keep_above, keeping
from tests.permissions.matrix.route import Grid, Route, grid, named, same
from tests.permissions.world import World


def followed(world: World) -> dict[str, Any]:
    """A set for the own commune, made from the one at the place."""
    source = CriteriaSet.objects.with_lines().get(pk=world.row("criteria").pk)
    return new_set(source, organisation=world.row("committee").pk, valid_from="01/01/2027")


def officers(through: str) -> Grid:
    """The cell's officers keep its meetings; those above read them, and are told why not."""
    return grid(
        stranger="404 403 404 404",
        colleague="403 404 404 403",
        holder=f"{through} 404 404 404",
        deputy=f"{through} 404 404 404",
        recused="403 404 404 403",
    )


def of_the_cell(through: str) -> Grid:
    """As `officers`, about the cell itself: whoever sees the organisation is told why not."""
    return {**officers(through), "superuser": "403 403 403 403"}


def screen(
    name: str,
    of: str,
    data: Callable[[World], dict[str, Any]],
    answers: Callable[[str], Grid] = officers,
    **options: Any,
) -> Route:
    """A screen of the secretary."""
    return Route(
        name,
        "dm_secretary",
        of=of,
        colleague="chair",
        verb="keep_meetings",
        get=answers("200"),
        post=answers("302"),
        data=data,
        **options,
    )


def year(world: World) -> dict[str, Any]:
    return {"year": "2027", "day": "3", "time": "19:00", "thematic_day": "20", "thematic_months": ["3", "6", "9", "12"]}


def preparation(world: World) -> dict[str, Any]:
    rows = {"agenda-TOTAL_FORMS": "1", "agenda-INITIAL_FORMS": "0", "agenda-0-title": "Đánh giá tháng"}
    return {"day": "26/11/2026", "time": "19:00", "place": "Nhà văn hoá", "topic": "Chuyên đề", **rows}


def evening(world: World) -> dict[str, Any]:
    """All present, the two officers in the chair and at the minutes."""
    cast = world.cast
    members = people_on(cast.organisation("dong_muoi"), D(2026, 11, 20))
    marks = {f"mark_{person.pk}": "present" for person in members}
    people = {"chair": cast.person("dm_secretary").pk, "recorder": cast.person("dm_deputy").pk}
    rows = {"item-TOTAL_FORMS": "0", "item-INITIAL_FORMS": "0"}
    times = {"day": "20/11/2026", "started": "19:00", "ended": "20:40"}
    return {**times, **people, **marks, **rows, "minutes": "Chi bộ thảo luận."}


def closing(world: World) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for key, one in points(GIVEN | {"4.1": "4", "6.1": "30"}).items():
        data |= {f"points_{key}": str(one.points), f"note_{key}": one.note}
    return data


def scoring(name: str, holder: str, verb: str, *, in_bodies: bool) -> Route:
    """A side scores the closed meeting; who else reads it is told why not. in_bodies: those of the inspection
    committees score, of whom two others ask here."""

    def answers(through: str) -> Grid:
        others = through if in_bodies else "403"
        return grid(
            stranger=f"404 {others} 404 404",
            colleague="403 404 404 403",
            holder=f"{through} 404 404 {through}",
            deputy=f"{through} 404 404 {through}",
            recused=f"{others} 404 404 {others}",
        )

    return Route(
        name,
        holder,
        of="closed_meeting",
        colleague="officer",
        verb=verb,
        get=answers("200"),
        post=answers("302"),
        data=points_of_a_side,
        shows=of_cell,
    )


def points_of_a_side(world: World) -> dict[str, Any]:
    [(line, one)] = points({"4.3": "5"}).items()
    return {f"points_{line}": str(one.points), f"note_{line}": one.note}


def one_more(world: World) -> dict[str, Any]:
    return {"kind": "thematic", "day": "28/11/2026", "time": "19:00", "topic": "Chuyên đề"}


def moved(world: World) -> dict[str, Any]:
    return {"day": "28/11/2026", "time": "19:00", "place": "Trường học", "reason": "HD 9"}


def correction(world: World) -> dict[str, Any]:
    return {"what": "dues", "value": "1.200.000", "reason": "HD 9"}


def of_cell(world: World, place: str) -> str:
    return str(world.row("meeting_cell", place))


ROUTES = (
    Route(
        "meetings:list",
        "dm_secretary",
        colleague="chair",
        get=same("200"),
        hidden_from=("stranger", "ended", "superuser"),
    ),
    Route(
        "meetings:detail",
        "dm_secretary",
        of="closed_meeting",
        colleague="chair",
        get=grid(
            stranger="404 200 404 404",
            colleague="200 404 404 200",
            holder="200 404 404 404",
            deputy="200 404 404 404",
            recused="200 404 404 200",
        ),
    ),
    screen("meetings:plan", "meeting_cell", year, of_the_cell, arg="organisation_pk", shows=of_cell),
    screen("meetings:plan_one", "meeting_cell", one_more, of_the_cell, arg="organisation_pk", shows=of_cell),
    screen("meetings:move", "planned_meeting", moved, shows=of_cell),
    screen("meetings:call_off", "planned_meeting", lambda world: {"reason": "HD 9"}, shows=of_cell),
    screen("meetings:correct", "closed_meeting", correction, shows=of_cell),
    screen(
        "meetings:report",
        "assignment",
        lambda world: {"done_on": "20/11/2026", "proof": "HD 9"},
        shows=of_cell,
    ),
    scoring("meetings:score", "secretary", "score_meetings", in_bodies=False),
    scoring("meetings:inspect", "chair", "inspect_meetings", in_bodies=True),
    screen("meetings:prepare", "planned_meeting", preparation),
    screen("meetings:hold", "prepared_meeting", evening, shows=of_cell),
    screen("meetings:close", "held_meeting", closing, shows=of_cell),
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
