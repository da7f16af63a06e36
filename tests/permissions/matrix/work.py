"""My work, the task, the leader's page and the search."""

from typing import Any

from tests.permissions.matrix.cases import body
from tests.permissions.matrix.route import Grid, Route, grid, same
from tests.permissions.world import World

ELSEWHERE = ("stranger", "recused", "ended", "superuser")


def task(name: str, of: str, post: Grid, get: Grid | None = None, **data: Any) -> Route:
    """A page or button of the task “sign the decision”."""
    return Route(name, "chair", of=of, verb="sign_case", get=get, post=post, data=lambda world: data)


def words(world: World, place: str) -> str:
    return "Chi bộ thôn Đồng Muối"


def nobody_in_office(world: World, place: str) -> str:
    """A cell without office holders."""
    return "Chi bộ chờ Own"


ROUTES = (
    Route("workflows:my_work", "chair", get=same("200"), hidden_from=ELSEWHERE),
    task("workflows:task", "task", body("302"), body("200"), outcome="sign"),
    task("workflows:take", "task", body("302")),
    # giving back: only who has it on his list; others of the body are told that it is not on theirs
    task(
        "workflows:give_back",
        "claimed",
        grid(
            stranger="404 409 404 404",
            colleague="409 404 404 409",
            holder="302 404 404 409",
            deputy="409 404 404 409",
            recused="404 404 404 409",
        ),
    ),
    Route(
        "reports:leader",
        "chair",
        get=same("200", ended="403", superuser="403"),
        shows=words,
        hidden_from=("stranger",),
    ),
    Route(
        "checks:list",
        "chair",
        get=same("200", ended="403", superuser="403"),
        shows=nobody_in_office,
        hidden_from=("stranger",),
    ),
    Route(
        "checks:one",
        "chair",
        get=same("200", ended="403", superuser="403"),
        more={"code": "organisation_without_offices"},
        shows=nobody_in_office,
        hidden_from=("stranger",),
    ),
    Route(
        "reports:search",
        "chair",
        get=same("200"),
        query="q=nen+nep+sinh+hoat+vung+muoi",
        # who withdrew from the case finds the line of the programme, which is no secret of the case
        hidden_from=tuple(actor for actor in ELSEWHERE if actor != "recused"),
    ),
)
