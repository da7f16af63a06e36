"""Programmes: written by the drafters of the body, adopted by who decides, read by leaders above."""

from typing import Any

from tests.permissions.matrix.route import Grid, Route, grid, named, same
from tests.permissions.world import World

READ = grid(
    stranger="404 200 404 404",
    colleague="200 404 404 200",
    holder="200 404 404 200",
    deputy="200 404 404 200",
    recused="200 404 404 200",
)


def own_body(through: str, sibling: str = "") -> Grid:
    """Drafters (or deciders) of the body itself; leaders above read and are told why they may not write."""
    return grid(
        stranger=f"404 {sibling or through} 404 404",
        colleague="403 404 404 403",
        holder=f"{through} 404 404 403",
        deputy=f"{through} 404 404 403",
        recused=f"{through} 404 404 403",
    )


def line(world: World) -> dict[str, Any]:
    return {
        "kind": world.cast.kinds["GSCD"].pk,
        "content": "Việc học tập nghị quyết",
        "all_below": "on",
        "year": "2027",
    }


def drafting(name: str, of: str, **options: Any) -> Route:
    """A page of the drafters."""
    options = {"get": own_body("200"), "post": own_body("302"), "verb": "draft_programme"} | options
    return Route(name, "officer", colleague="standing", of=of, **options)


ROUTES = (
    Route(
        "programmes:list",
        "officer",
        get=same("200"),
        shows=named("body"),
        hidden_from=("stranger", "ended", "superuser"),
    ),
    Route("programmes:detail", "officer", of="programme", get=READ),
    drafting("programmes:add_line", "programme", data=line, shows=named("programme")),
    drafting("programmes:change_line", "programme_line", data=line),
    drafting("programmes:remove_line", "programme_line", get=None),
    Route(
        "programmes:drop_line",
        "chair",
        of="adopted_line",
        verb="adopt_programme",
        shows=named("adopted"),
        get=own_body("200"),
        post=own_body("302"),
        data=lambda world: {"reason": "Sáp nhập chi bộ."},
    ),
    Route(
        "programmes:coverage",
        "chair",
        colleague="administrator",
        of="body",
        arg="organisation_pk",
        verb="see_programmes",
        shows=named("body"),
        get={**READ, "colleague": "403 404 404 403", "superuser": "403 403 403 403"},
    ),
    drafting(
        "workflows:begin_programme",
        "body",
        arg="organisation_pk",
        shows=named("body"),
        get={**own_body("200"), "superuser": "403 403 403 403"},
        post={**own_body("302"), "superuser": "403 403 403 403"},
        data=lambda world: {"horizon": "year", "first_year": "2028", "last_year": "2028"},
    ),
    drafting(
        "workflows:change_programme",
        "adopted",
        shows=named("adopted"),
        data=lambda world: {"reason": "Thêm đối tượng."},
    ),
)
