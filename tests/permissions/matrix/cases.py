"""Cases: seen by the body, by leaders above and by the subject; worked on by the team; decided by the body."""

from typing import Any

from tests.permissions.matrix.route import NOWHERE, Grid, Route, grid, same
from tests.permissions.world import CHILD, OWN, PARENT, SIBLING, World

SEEN = grid(
    stranger="404 200 404 404",
    colleague="200 404 404 200",
    holder="200 404 404 200",
    deputy="200 404 404 200",
    recused="404 404 404 200",
)
# working papers: the body and the team, not those above
FILES = grid(
    stranger="404 200 404 404",
    colleague="200 404 404 404",
    holder="200 404 404 404",
    deputy="200 404 404 404",
)

# one case of the cell, asked for at every place alike: for the deputy secretary of the cell, not for those above
OF_CELL = {
    method: grid(
        stranger=NOWHERE,
        colleague="403 403 403 403",
        holder=" ".join([through] * 4),
        deputy=" ".join([through] * 4),
        recused="403 403 403 403",
    )
    for method, through in (("GET", "200"), ("POST", "302"))
}


def body(through: str, sibling: str = "") -> Grid:
    """An office of the body that ordered the case; `sibling`: what the stranger gets in his own body's case."""
    return grid(
        stranger=f"404 {sibling or through} 404 404",
        colleague="403 404 404 403",
        holder=f"{through} 404 404 403",
        deputy=f"{through} 404 404 403",
        recused="404 404 404 403",
    )


def team(through: str) -> Grid:
    """A part in the team: no office gives it, so no delegation does."""
    return grid(
        stranger="404 403 404 404",
        colleague="403 404 404 403",
        holder=f"{through} 404 404 403",
        deputy="403 404 404 403",
        recused="404 404 404 403",
    )


def of_team(name: str, of: str, verb: str, **options: Any) -> Route:
    """A form of the team."""
    options = {"get": team("200"), "post": team("302"), "is_team_step": verb != "request_change"} | options
    return Route(name, "vice_chair", of=of, verb=verb, **options)


def of_body(name: str, of: str, verb: str, holder: str = "chair", **options: Any) -> Route:
    """A form of the body that ordered the case."""
    options = {"get": body("200"), "post": body("302", sibling="409")} | options
    return Route(name, holder, of=of, verb=verb, **options)


def reason(world: World) -> dict[str, Any]:
    return {"reason": "Có lý do chính đáng."}


def proposal(world: World) -> dict[str, Any]:
    return {
        "kind": world.cast.kinds["GSCD"].pk,
        "reason": "Phát sinh.",
        "content": "Việc học tập nghị quyết",
        "organisations": [world.cast.organisation("dong_muoi").pk],
        "examined_from": "01/01/2026",
        "examined_to": "30/06/2026",
        "starts_on": "24/11/2026",
        "ends_on": "30/12/2026",
        "leader": world.cast.person("vice_chair").pk,
        "mates": [world.cast.person("member").pk],
        "team_secretary": world.cast.person("officer").pk,
    }


def new_team(world: World) -> dict[str, Any]:
    return {
        "leader": world.cast.person("vice_chair").pk,
        "mates": [world.cast.person("member2").pk],
        "team_secretary": world.cast.person("officer").pk,
        "reason": "Đổi thành viên.",
    }


def minutes(world: World) -> dict[str, Any]:
    from inspections.cases.models import PaperKind

    kind = PaperKind.objects.get(code="working_minutes")
    return {"kind": kind.pk, "held_on": "20/11/2026", "body": "Đã làm việc.", "place": "Thôn", "attendees": "Đoàn"}


def suspended(world: World) -> dict[str, Any]:
    return {
        "subject": world.row("of_member").subjects.get().pk,
        "number": "03-QĐ/UBKTĐU",
        "signed_on": "20/11/2026",
        "reason": "Cản trở việc kiểm tra.",
    }


BELOW = {OWN: "Chi bộ thôn Đồng Muối", SIBLING: "Chi bộ Tổ dân phố 7", PARENT: "Chi bộ Văn thư", CHILD: "Chi bộ"}


def shows_below(world: World, place: str) -> str:
    """An organisation below the body, offered as a subject."""
    return BELOW[place]


ROUTES = (
    Route("cases:list", "chair", get=same("200"), hidden_from=("stranger", "recused", "ended", "superuser")),
    Route("cases:overview", "chair", of="case", get=SEEN),
    Route("cases:papers", "chair", of="case", get=SEEN),
    Route("cases:timeline", "chair", of="case", get=SEEN),
    Route("cases:people", "chair", of="case", get=SEEN),
    Route("cases:paper", "chair", of="paper", get=FILES),
    Route(
        "documents:download",
        "chair",
        of="attachment",
        get=FILES,
        shows=lambda world, place: f"%PDF-1.4\n%{place}",
    ),
    Route(
        "deadlines:explanation",
        "chair",
        of="deadline",
        get=SEEN,
        shows=lambda world, place: world.row("deadline", place).title,
    ),
    of_team(
        "cases:add_paper", "verifying", "verify_case", data=minutes, shows=lambda world, place: "Biên bản làm việc"
    ),
    of_body(
        "workflows:withdraw",
        "case",
        "withdraw_from_case",
        colleague="standing",
        post=body("302"),
        data=reason,
        shows=lambda world, place: world.row("case", place).number,
    ),
    Route(
        "cases:name_meeting",
        "dm_deputy",
        of="case_of_cell",
        verb="conclude_case",
        colleague="officer",
        get=OF_CELL["GET"],
        post=OF_CELL["POST"],
        data=lambda world: {"meeting": world.row("closed_meeting", OWN).pk, "reason": ""},
        shows=lambda world, place: world.row("case_of_cell", place).number,
    ),
    of_body(
        "cases:revise",
        "returned",
        "propose_case",
        holder="officer",
        colleague="standing",
        post=body("302", sibling="422"),
        data=proposal,
    ),
    of_body(
        "workflows:propose",
        "body",
        "propose_case",
        holder="officer",
        colleague="standing",
        arg="organisation_pk",
        shows=shows_below,
        # not about a case yet, so a withdrawal from other cases does not count
        get={**body("200"), "recused": "200 404 404 403", "superuser": "403 403 403 403"},
        post={**body("302", sibling="422"), "recused": "302 404 404 403", "superuser": "403 403 403 403"},
        data=proposal,
    ),
    of_body(
        "workflows:stop",
        "released",
        "stop_case",
        data=reason,
        shows=lambda world, place: world.row("released", place).number,
    ),
    of_body(
        "workflows:convert",
        "released",
        "convert_case",
        data=reason,
        shows=lambda world, place: world.row("released", place).number,
    ),
    of_body(
        "workflows:suspend",
        "of_member",
        "suspend_member",
        post=body("302", sibling="422"),
        data=suspended,
        shows=lambda world, place: world.row("of_member", place).number,
    ),
    of_team(
        "workflows:ask_change",
        "released",
        "request_change",
        data=lambda world: {"what": "duration", "ends_on": "30/12/2026", "reason": "Cần thêm thời gian."},
        shows=lambda world, place: world.row("released", place).number,
    ),
    of_team(
        "workflows:ask_about_clock",
        "clock",
        "request_change",
        more={"what": "extension"},
        is_team_step=True,
        data=lambda world: {"amount": "1", "reason": "Cần thêm thời gian."},
        shows=lambda world, place: world.row("clock", place).title,
    ),
    of_team(
        "workflows:ask_team_change",
        "released",
        "request_change",
        data=new_team,
        shows=lambda world, place: "Mai Đình Nghĩa",
    ),
)
