"""Members: seen by the cell and those above who inspect it, kept by the cell and by administrators."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from tests.permissions.matrix.organisations import READ, keep
from tests.permissions.matrix.route import Route, named, same
from tests.permissions.world import World

WHO: Callable[[World, str], str] = named("no_log_in")


def keeping(name: str, of: str, data: Callable[[World], dict[str, Any]], **options: Any) -> Route:
    """A form about a member or a row of his."""
    options.setdefault("shows", named(of))
    options.setdefault("post", keep("302"))
    return Route(
        f"members:{name}",
        "administrator",
        colleague="chair",
        of=of,
        verb="keep_members",
        get=keep("200"),
        data=data,
        **options,
    )


def other_cell(world: World) -> int:
    return int(world.cast.organisation("suoi_da").pk)


ROUTES = (
    Route(
        "members:list",
        "administrator",
        colleague="chair",
        query="size=100",
        get=same("200"),
        shows=WHO,
        # whoever holds no office in a cell or above it finds an empty list
        hidden_from=("stranger", "ended"),
    ),
    Route(
        "members:cells",
        "administrator",
        colleague="chair",
        query=urlencode({"q": "dong muoi", "find": "1"}),
        get=same("200"),
        shows=lambda world, place: str(world.cast.organisation("dong_muoi")),
        hidden_from=("stranger", "ended"),
    ),
    keeping(
        "admit",
        "idle",
        lambda world: {"full_name": "Mới Văn Vào", "standing": "full", "starts_on": "01/11/2026"},
    ),
    Route("members:detail", "administrator", colleague="chair", of="no_log_in", get=READ, shows=WHO),
    keeping(
        "correct",
        "no_log_in",
        lambda world: {"full_name": "Tên Văn Sửa", "standing": "full", "reason": "Ghi sai."},
    ),
    keeping("make_full", "probationary", lambda world: {"on": "20/11/2026", "paper": "7-QĐ/ĐU"}),
    keeping(
        "transfer",
        "no_log_in",
        lambda world: {"cell": other_cell(world), "on": "20/11/2026", "paper": "7-GT/ĐU"},
    ),
    keeping("release", "no_log_in", lambda world: {"last_day": "20/11/2026", "paper": "7-GT/ĐU"}),
    keeping(
        "send",
        "no_log_in",
        lambda world: {"place": "tỉnh khác", "starts_on": "20/11/2026", "paper": "7-GT/ĐU"},
    ),
    keeping("exempt", "no_log_in", lambda world: {"starts_on": "20/11/2026", "paper": "7-QĐ/ĐU"}),
    keeping("end_stay", "stay", lambda world: {"last_day": "20/11/2026"}),
    keeping("end_exemption", "exemption", lambda world: {"last_day": "20/11/2026"}),
    keeping("correct_membership", "membership", lambda world: {"starts_on": "01/01/2026", "reason": "Ghi sai."}),
)
