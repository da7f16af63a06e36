"""My work, the task, the leader's page and the search."""

from collections.abc import Callable
from typing import Any

from tests.permissions.matrix.cases import body
from tests.permissions.matrix.route import Grid, Route, grid, same, says
from tests.permissions.world import World

AT_HOME = "200 404 404 200"
ELSEWHERE = ("stranger", "recused", "ended", "superuser")


def task(name: str, of: str, post: Grid, get: Grid | None = None, **data: Any) -> Route:
    """A page or button of the task “sign the decision”."""
    return Route(name, "chair", of=of, verb="sign_case", get=get, post=post, data=lambda world: data)


def words(world: World, place: str) -> str:
    return "Chi bộ thôn Đồng Muối"


def led(name: str, shows: Callable[[World, str], str], *hidden: str, **more: Any) -> Route:
    """A page of the board."""
    more.setdefault("hidden_from", hidden or ("stranger",))
    return Route(name, "chair", get=same("200", ended="403", superuser="403"), shows=shows, **more)


def answered(done: str) -> Grid:
    """Who is asked answers; whoever asked reads, and is told who answers."""
    mine = f"{done} 404 404 {done}"
    return grid(
        stranger="404 403 404 404",
        colleague="403 404 404 403",
        holder=mine,
        deputy=mine,
        recused="404 404 404 403",
    )


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
    led("reports:leader", words),
    # the lists behind the figures
    led("reports:clocks", words),
    led("reports:cases", says, "stranger", "recused"),
    led("reports:organisations", lambda world, place: "Trường THCS Tân Phước Thượng"),
    led("reports:year", lambda world, place: "Biểu đồ trong năm", hidden_from=()),
    led("reports:lines", lambda world, place: "Nội dung chương trình chậm", hidden_from=()),
    led("reports:weekly_list", lambda world, place: "Đảng bộ xã Tân Phước Thượng"),
    Route(
        "reports:weekly",
        "chair",
        of="weekly",
        get=grid(
            stranger="404 200 404 404",
            colleague=AT_HOME,
            holder=AT_HOME,
            deputy=AT_HOME,
            recused=AT_HOME,
        ),
        shows=lambda world, place: str(world.row("weekly", place).organisation),
    ),
    # a leader asks about what his own tree owes; everybody else finds no such row on his list
    Route(
        "reports:act",
        "chair",
        get=same("409", holder="200", deputy="200", colleague="200", ended="403", superuser="403"),
        post=same("409", holder="302", deputy="302", colleague="422", ended="403", superuser="403"),
        query=lambda world: f"action=ask_report&rows={world.row('asked').about_id}",
        shows=lambda world, place: "Yêu cầu báo cáo",
        data=lambda world: {"words": "Vì sao chậm?", "due_on": "30/11/2026"},
    ),
    Route(
        "reports:asked",
        "dm_secretary",
        of="asked",
        get=grid(
            stranger="404 200 404 404",
            colleague=AT_HOME,
            holder=AT_HOME,
            deputy=AT_HOME,
            recused="404 404 404 200",
        ),
    ),
    Route(
        "reports:answer",
        "dm_secretary",
        of="asked",
        get=answered("200"),
        post=answered("302"),
        verb="give_report",
        data=lambda world: {"answer": "Đã làm xong."},
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
