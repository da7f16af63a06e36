"""Schemes: kept by who holds that in the organisation that made them, read by leaders above and whom they concern."""

from collections.abc import Callable
from datetime import date as D
from typing import Any

from inspections.schemes.models import EventKind
from tests.permissions.matrix.programmes import READ, own_body
from tests.permissions.matrix.route import Grid, Route, named, same
from tests.permissions.world import World, written

DAY = written(D(2026, 11, 20))


def keepers(through: str) -> Grid:
    """Who keeps schemes in the organisation that made it; a vice chair of its inspection committee only reads it."""
    return {**own_body(through, "403"), "recused": "403 404 404 403"}


def keeping(name: str, of: str, data: Callable[[World], dict[str, Any]], **options: Any) -> Route:
    """A form of who keeps the scheme."""
    options = {"verb": "keep_schemes", "get": keepers("200"), "post": keepers("302")} | options
    return Route(f"schemes:{name}", "office_chief", colleague="standing", of=of, data=data, **options)


def reading(name: str, of: str, **options: Any) -> Route:
    return Route(f"schemes:{name}", "office_chief", colleague="standing", of=of, get=READ, **options)


def scheme(world: World) -> dict[str, Any]:
    return {
        "name": "Đề án mới",
        "aim": "Nâng cao chất lượng.",
        "first_year": "2026",
        "last_year": "2028",
        "paper": "9-ĐA/ĐU",
        "all_below": "on",
    }


def indicator(world: World) -> dict[str, Any]:
    return {
        "name": "Tên chỉ tiêu mới",
        "direction": "more",
        "measure_code": "cells_examined",
        "of_cells_examined_nature": "any",
        "baseline": "12,5",
    }


def commune(world: World) -> int:
    return int(world.cast.organisation("commune").pk)


def task(world: World) -> dict[str, Any]:
    return {"text": "Việc mới", "owners": [commune(world)]}


ROUTES = (
    Route(
        "schemes:list",
        "office_chief",
        get=same("200"),
        hidden_from=("stranger", "ended", "superuser"),
    ),
    Route(
        "schemes:mine",
        "office_chief",
        get=same("200"),
        # nobody of the inspection committee owns a task here
        hidden_from=("stranger", "colleague", "recused", "ended", "superuser"),
        colleague="chair",
    ),
    Route(
        "schemes:begin",
        "office_chief",
        colleague="standing",
        of="committee",
        arg="organisation_pk",
        verb="keep_schemes",
        shows=named("committee"),
        get={**keepers("200"), "superuser": "403 403 403 403"},
        post={**keepers("302"), "superuser": "403 403 403 403"},
        data=scheme,
    ),
    reading("detail", "scheme"),
    keeping("change", "scheme", scheme),
    keeping("end", "spare_scheme", lambda world: {"on": DAY, "reason": "Hết thời gian."}),
    keeping("add_group", "scheme", lambda world: {"name": "Nhóm mới"}),
    keeping("change_group", "task_group", lambda world: {"name": "Nhóm khác"}),
    keeping("add_task", "task_group", task),
    reading("task", "scheme_task"),
    keeping("change_task", "scheme_task", task),
    keeping("settle_task", "scheme_task", lambda world: {"outcome": "done", "on": DAY, "note": "Xong."}),
    keeping(
        "record_event",
        "scheme_task",
        lambda world: {
            "kind": EventKind.objects.latest("pk").pk,
            "held_on": DAY,
            "title": "Hướng dẫn",
            "organisation": commune(world),
            "people": "3",
            "paper": "8-HD/ĐU",
        },
        verb="carry_out_schemes",
    ),
    keeping("strike_event", "scheme_event", lambda world: {"reason": "Nhầm."}, verb="carry_out_schemes"),
    keeping("add_indicator", "scheme", indicator),
    reading("indicator", "indicator"),
    keeping("change_indicator", "indicator", indicator),
    keeping(
        "set_targets",
        "indicator",
        lambda world: {f"target_{commune(world)}": "80"},
        more={"year": "2026"},
    ),
    keeping(
        "type_figure",
        "typed_indicator",
        lambda world: {
            "organisation": commune(world),
            "year": "2026",
            "value": "9,5",
            "proof": "41-BC/ĐU",
            "reason": "Đếm lại.",
        },
        verb="carry_out_schemes",
    ),
    reading("rows", "indicator", more={"year": "2026"}),
    keeping("plan_review", "scheme", lambda world: {"kind": "final", "year": "2026", "due_on": "20/12/2026"}),
    reading("review", "held_review"),
    keeping("move_review", "review", lambda world: {"due_on": "25/12/2026", "reason": "Trùng hội nghị."}),
    keeping("cancel_review", "review", lambda world: {"reason": "Gộp kỳ."}),
    reading("kept_rows", "kept_figure"),
)
