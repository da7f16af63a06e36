"""The checklist of meeting quality and samples: read with the working papers, worked on by the team."""

from typing import Any

from inspections.findings.models import Severity
from tests.permissions.matrix.cases import FILES, of_team
from tests.permissions.matrix.route import Grid, Route, grid
from tests.permissions.world import World

# whoever sees the case and not its working papers is told why not
TAB = grid(
    stranger="404 200 404 404",
    colleague="200 404 404 403",
    holder="200 404 404 403",
    deputy="200 404 404 403",
    recused="404 404 404 403",
)


def inside(through: str) -> Grid:
    """A form of the team about what only those see who read the working papers."""
    return grid(
        stranger="404 403 404 404",
        colleague="403 404 404 404",
        holder=f"{through} 404 404 404",
        deputy="403 404 404 404",
    )


def cell(kind: str) -> Any:
    """The subject that the row is about, which the page names."""
    return lambda world, place: str(world.row(kind, place).subject)


def judged(world: World) -> dict[str, Any]:
    key = world.row("open_item").pk
    return {f"verdict_{key}": "shortcoming", f"note_{key}": "Sổ họp không có biên bản."}


def recorded(world: World) -> dict[str, Any]:
    return {
        "text": "Chi uỷ họp không có biên bản.",
        "severity": Severity.objects.get(code="limitation").pk,
        "responsible": world.row("verifying_subject").pk,
    }


def examined(world: World) -> dict[str, Any]:
    return {f"examined_{world.row('open_sample').meetings.get().pk}": "on"}


ROUTES = (
    Route("quality:of_case", "chair", of="case", arg="case_pk", verb="see_case_files", get=TAB),
    Route("quality:checklist", "chair", of="checklist", get=FILES),
    Route("quality:paper", "chair", of="checklist", get=FILES, shows=cell("checklist")),
    Route("quality:sample", "chair", of="sample", get=FILES),
    of_team(
        "quality:draw_up",
        "verifying_subject",
        "verify_case",
        shows=lambda world, place: str(world.row("verifying_subject", place)),
    ),
    of_team(
        "quality:draw_sample",
        "verifying_subject",
        "verify_case",
        data=lambda world: {"rule": "random", "size": "1", "seed": "9", "reason": "Thêm một buổi."},
        shows=lambda world, place: str(world.row("verifying_subject", place)),
    ),
    of_team(
        "quality:judge",
        "open_checklist",
        "verify_case",
        get=inside("200"),
        post=inside("302"),
        data=judged,
        shows=cell("open_checklist"),
    ),
    of_team(
        "quality:record_finding",
        "open_item",
        "draft_report",
        get=inside("200"),
        post=inside("302"),
        data=recorded,
        shows=lambda world, place: str(world.row("open_item", place).checklist.subject),
    ),
    of_team(
        "quality:note_examined",
        "open_sample",
        "verify_case",
        get=inside("200"),
        post=inside("302"),
        data=examined,
        shows=cell("open_sample"),
    ),
)
