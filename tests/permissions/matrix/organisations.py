"""Organisations, people, offices, calendars and spreadsheets: what administrators keep, others only read."""

import datetime
from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from inspections.calendars.forms import sealed
from inspections.calendars.models import TimeLimitRule
from inspections.calendars.services import ADD, CHANGE, END, YEAR, Asked
from inspections.calendars.tables import DAYS
from inspections.imports.services import preview_of
from inspections.organisations.models import OrganisationType
from tests.permissions.matrix.route import ACTORS, Grid, Route, grid, named, same
from tests.permissions.world import World, workbook

# Whoever oversees the tree reads; the superuser is the administrator of administrators.
READ = grid(
    stranger="404 200 404 404",
    colleague="200 404 404 200",
    holder="200 404 404 200",
    deputy="200 404 404 200",
    recused="200 404 404 200",
    superuser="200 200 200 200",
)


TAKE_IN = "import_spreadsheets"


def keep(through: str) -> Grid:
    """Only administrators of the tree get through; those who read are told why not."""
    return grid(
        stranger="404 403 404 404",
        colleague="403 404 404 403",
        holder=f"{through} 404 404 {through}",
        deputy=f"{through} 404 404 {through}",
        recused="403 404 404 403",
        superuser=" ".join([through] * 4),
    )


def only_keepers(through: str) -> Grid:
    """Only administrators of the tree know of it; a superuser sees no declarations."""
    return grid(holder=f"{through} 404 404 {through}", deputy=f"{through} 404 404 {through}")


def keep_own(answer: str) -> Grid:
    """As `keep("302")`, with data that fit the own row only: elsewhere they are taken as wrong input."""
    wrong = {"holder": f"302 404 404 {answer}", "deputy": f"302 404 404 {answer}"}
    return {**keep("302"), **wrong, "superuser": f"302 {answer} {answer} {answer}"}


# a row of the calendar counts for all below, so whoever sees anything below its tree reads it
READ_ABOVE = grid(
    stranger="404 200 200 404",
    colleague="200 404 200 200",
    holder="200 404 200 200",
    deputy="200 404 200 200",
    recused="200 404 200 200",
    # he still is a member of a cell, for which the rows above it count
    ended="200 404 200 404",
    superuser="200 200 200 200",
)


def keep_above(through: str, *, elsewhere: str = "") -> Grid:
    """As `keep`, about a row that is read below its tree too; elsewhere: where the data fit the own row only."""
    other = elsewhere or through
    return grid(
        stranger="404 403 403 404",
        colleague="403 404 403 403",
        holder=f"{through} 404 403 {other}",
        deputy=f"{through} 404 403 {other}",
        recused="403 404 403 403",
        ended="403 404 403 404",
        superuser=f"{through} {other} {other} {other}",
    )


def keeping_country(name: str, data: Callable[[World], dict[str, Any]], **options: Any) -> Route:
    """A form about the calendar of the country: for administrators at the top; all others are told why not."""

    def answers(through: str) -> Grid:
        return same("403", holder=through, deputy=through, superuser=through)

    return Route(
        name,
        "province_administrator",
        verb="keep_tables",
        get=answers("200"),
        post=answers("302"),
        shows=lambda world, place: "Căn cứ pháp lý",
        data=data,
        **options,
    )


NEW_DAY = {
    "day": datetime.date(2026, 12, 10),
    "kind": "rest",
    "name": "Ngày hội muối",
    "legal_basis": "12-QĐ/UBND",
    "is_provisional": False,
}


def looked_through(world: World, kind: str, action: str, *, values: dict[str, Any]) -> dict[str, str]:
    """What the page that shows first what would move sends, about the own row; kind: of row, empty for the country."""
    row = world.row(kind) if kind else None
    about = row if kind == "local_day" else None
    organisation = about.organisation if about is not None else row
    return {"asked": sealed(Asked(DAYS, action, organisation, about, values, "TB 9"))}


def keeping(
    name: str,
    of: str,
    data: Callable[[World], dict[str, Any]],
    *,
    verb: str = "keep_offices",
    shows: Callable[[World, str], str] | None = None,
    post: Grid | None = None,
    **options: Any,
) -> Route:
    """A form of administrators about one row."""
    options.setdefault("get", keep("200"))
    return Route(
        name,
        "administrator",
        colleague="chair",
        of=of,
        shows=shows or named(of),
        verb=verb,
        post=post or keep("302"),
        data=data,
        **options,
    )


def reading(name: str, of: str, shows: Callable[[World, str], str] | None = None) -> Route:
    return Route(name, "administrator", colleague="chair", of=of, shows=shows or named(of), get=READ)


def importing(
    name: str,
    data: Callable[[World], dict[str, Any]] = lambda world: {},
    of: str = "import",
) -> Route:
    """A button on the preview of a spreadsheet."""
    post = keep("302")
    return Route(name, "administrator", colleague="chair", of=of, get=None, post=post, data=data, verb=TAKE_IN)


def spreadsheet(world: World) -> dict[str, Any]:
    return {"file": SimpleUploadedFile("to-chuc.xlsx", workbook([]))}


def settled(world: World) -> dict[str, Any]:
    return {"keys": "type:loai la", "doubt_0": OrganisationType.objects.get(code="cell").pk}


def columns(world: World) -> dict[str, Any]:
    one = world.row("import")
    chosen = {f"column_{name}": str(at) for name, at in one.columns.items()}
    return {"sheet": one.sheet, "header_row": one.header_row, "header_rows": one.header_rows, **chosen}


def decided(world: World) -> dict[str, Any]:
    """What the page says that was seen; it fits the own file only."""
    return {"seen": preview_of(world.row("import"), world.cast.now.date()).digest}


def new_cell(world: World) -> dict[str, Any]:
    return {
        "name": "Chi bộ thôn Mới",
        "type": OrganisationType.objects.get(code="cell").pk,
        "code": "97.101.077.000.000",
        "symbol": "CB",
    }


def corrected(world: World) -> dict[str, Any]:
    row = world.row("committee")
    return {"name": row.name, "code": row.code, "type": row.type_id, "symbol": "ĐUX", "place": row.place}


def heirs(world: World) -> list[int]:
    """Cells that can take a place."""
    return [world.cast.organisation(key).pk for key in ("suoi_da", "thcs")]


def office(world: World) -> dict[str, Any]:
    body = world.row("committee").pk
    return {"role": "committee_member", "organisation": body, "starts_on": "01/12/2026", "paper": "9-QĐ/ĐU"}


def person_of(kind: str) -> Callable[[World, str], str]:
    """The name of the person an office belongs to."""
    return lambda world, place: str(world.row(kind, place).person)


def team_limit(world: World, place: str) -> str:
    return "3–…"


def new_severity(world: World) -> dict[str, Any]:
    return {"code": "mild", "name": "Nhắc nhở", "rank": "9", "is_active": "on", "reason": "HD 9"}


def keeping_tables(
    name: str,
    table: str,
    data: Callable[[World], dict[str, Any]],
    of: str = "",
    shows: Callable[[World, str], str] = team_limit,
) -> Route:
    """A form about a row of a table: for administrators at the top of the tree; all others are told why not."""

    def answers(through: str) -> Grid:
        keepers = dict.fromkeys(("holder", "deputy", "superuser"), " ".join([through] * (4 if of else 1)))
        return dict.fromkeys(ACTORS, "403 403 403 403" if of else "403") | keepers

    return Route(
        name,
        "province_administrator",
        of=of,
        verb="keep_tables",
        get=answers("200"),
        post=answers("302"),
        more={"code": table},
        shows=shows,
        data=data,
    )


ROUTES = (
    Route(
        "organisations:list",
        "administrator",
        colleague="chair",
        get=same("200"),
        shows=named("body"),
        hidden_from=("stranger", "ended"),
    ),
    Route(
        "organisations:add_first",
        "root",
        get=grid(**same("404", holder="200", superuser="200")),
        post=grid(**same("404", holder="302", superuser="302")),
        shows=lambda world, place: "Đảng bộ tỉnh",
        verb="keep_organisations",
        data=lambda world: {
            "name": "Đảng bộ tỉnh khác",
            "type": OrganisationType.objects.get(code="province_party").pk,
            "code": "98.000.000.000.000",
        },
    ),
    reading("organisations:detail", "committee"),
    keeping(
        "organisations:add",
        "committee",
        new_cell,
        verb="keep_organisations",
        # a cell has nothing below it
        post={**keep("302"), "holder": "302 404 404 422", "deputy": "302 404 404 422", "superuser": "302 302 302 422"},
    ),
    keeping("organisations:correct", "committee", corrected, verb="keep_organisations", post=keep_own("422")),
    keeping(
        "organisations:end",
        "idle",
        lambda world: {"last_day": "30/11/2026", "paper": "7-QĐ/ĐU"},
        verb="keep_organisations",
    ),
    keeping(
        "organisations:move",
        "idle",
        lambda world: {"parent": world.cast.organisation("base").pk, "on": "23/11/2026", "paper": "7-QĐ/TU"},
        verb="keep_organisations",
    ),
    Route(
        "organisations:reorganise",
        "administrator",
        colleague="chair",
        of="idle",
        get=keep("200"),
        shows=named("idle"),
        verb="keep_organisations",
    ),
    Route(
        "organisations:passed",
        "administrator",
        colleague="chair",
        of="gone",
        get=keep("200"),
        shows=named("gone"),
        verb="keep_organisations",
    ),
    keeping(
        "organisations:rename",
        "idle",
        lambda world: {"name": "Chi bộ đổi tên", "on": "23/11/2026", "paper": "7-QĐ/ĐU"},
        verb="keep_organisations",
    ),
    keeping(
        "organisations:merge",
        "idle",
        lambda world: {"successors": heirs(world)[:1], "on": "23/11/2026", "paper": "7-QĐ/ĐU"},
        verb="keep_organisations",
    ),
    keeping(
        "organisations:split",
        "idle",
        lambda world: {
            "successors": heirs(world),
            "rest": heirs(world)[0],
            "on": "23/11/2026",
            "paper": "7-QĐ/ĐU",
        },
        verb="keep_organisations",
    ),
    keeping(
        "organisations:dissolve",
        "idle",
        lambda world: {"successors": heirs(world)[:1], "on": "23/11/2026", "paper": "7-QĐ/ĐU"},
        verb="keep_organisations",
    ),
    keeping(
        "documents:add_term",
        "committee",
        lambda world: {"name": "Nhiệm kỳ 2025–2030", "starts_on": "01/07/2025", "ends_on": ""},
        verb="keep_organisations",
    ),
    keeping(
        "documents:change_term",
        "term",
        lambda world: {"name": "Nhiệm kỳ trước", "starts_on": "01/07/2020", "ends_on": "31/05/2025"},
        verb="keep_organisations",
    ),
    keeping("organisations:add_person", "committee", lambda world: {"full_name": "Mới Văn Vào", "standing": "full"}),
    reading("organisations:person", "person"),
    keeping(
        "organisations:give_log_in",
        "no_log_in",
        lambda world: {"username": "im.van.own", "password": "Muoi-Trang-2027"},
    ),
    keeping(
        "organisations:give_log_ins",
        "committee",
        lambda world: {"people": [world.row("no_log_in_yet").pk]},
        shows=lambda world, place: str(world.row("no_log_in_yet", place)),
        # the answer is the paper with the first passwords; the sibling's people are others
        post={**keep("200"), "superuser": "200 422 200 200"},
    ),
    keeping("organisations:renew_password", "person", lambda world: {}, get=None, post=keep("200")),
    keeping("organisations:correct_person", "person", lambda world: {"full_name": "Tên Văn Sửa", "standing": "full"}),
    keeping("organisations:change_activity", "person", lambda world: {"reason": "Chuyển công tác."}),
    keeping("organisations:give_office", "person", office),
    Route(
        "organisations:declare_interest",
        "administrator",
        of="person",
        # of the sibling the stranger is the person himself, who declares it; he does not see what the data name
        get={**keep("200"), "stranger": "404 200 404 404"},
        post={**keep("302"), "stranger": "404 422 404 404"},
        shows=named("person"),
        verb="keep_offices",
        data=lambda world: {"nature": "anh ruột", "about_organisation": world.cast.organisation("suoi_da").pk},
    ),
    keeping(
        "organisations:end_interest",
        "interest",
        lambda world: {"last_day": "30/11/2026", "reason": "Đã chuyển công tác."},
        get=only_keepers("200"),
        post=only_keepers("302"),
    ),
    keeping("organisations:end_office", "office", lambda world: {"last_day": "30/11/2026", "paper": "1-QĐ/ĐU"}),
    keeping(
        "organisations:delegate",
        "office",
        lambda world: {"deputy": world.cast.person("office_chief").pk, "starts_on": "01/12/2026"},
    ),
    keeping(
        "organisations:end_delegation",
        "delegation",
        lambda world: {"last_day": "30/11/2026"},
        shows=lambda world, place: str(world.row("delegation", place).deputy),
    ),
    Route(
        "calendars:list",
        "administrator",
        colleague="chair",
        get=same("200"),
        shows=lambda world, place: "42-HD/BTCTW",
    ),
    Route(
        "calendars:limits",
        "administrator",
        colleague="chair",
        get=same("200"),
        shows=lambda world, place: TimeLimitRule.objects.exclude(legal_basis="").first().legal_basis,
    ),
    Route(
        "calendars:row",
        "administrator",
        colleague="chair",
        of="local_day",
        get=READ_ABOVE,
        more={"table": "days"},
        shows=named("local_day"),
    ),
    keeping(
        "calendars:add_local",
        "committee",
        lambda world: looked_through(world, "committee", ADD, values=NEW_DAY),
        verb="keep_calendars",
        arg="organisation_pk",
        more={"table": "days"},
        post=keep_own("404"),
    ),
    keeping(
        "calendars:change",
        "local_day",
        lambda world: looked_through(world, "local_day", CHANGE, values=NEW_DAY),
        verb="keep_calendars",
        more={"table": "days"},
        get=keep_above("200"),
        post=keep_above("302", elsewhere="404"),
    ),
    keeping(
        "calendars:end",
        "local_day",
        lambda world: looked_through(world, "local_day", END, values={}),
        verb="keep_calendars",
        more={"table": "days"},
        get=keep_above("200"),
        post=keep_above("302", elsewhere="404"),
    ),
    keeping_country(
        "calendars:add",
        lambda world: looked_through(world, "", ADD, values=NEW_DAY),
        more={"table": "days"},
    ),
    keeping_country(
        "calendars:year",
        lambda world: looked_through(
            world,
            "",
            YEAR,
            values={
                "year": 2026,
                "days": [(datetime.date(2026, 1, 1), "rest", "Tết Dương lịch")],
                "legal_basis": "TB 9",
            },
        ),
        query="year=2026",
    ),
    Route("reference:list", "province_administrator", get=same("200"), shows=lambda world, place: "Sau khi khắc phục"),
    Route(
        "reference:table",
        "province_administrator",
        get=same("200"),
        more={"code": "legal-instruments"},
        shows=lambda world, place: "42-HD/BTCTW",
    ),
    Route(
        "reference:row",
        "province_administrator",
        of="table_row",
        get=dict.fromkeys(ACTORS, "200 200 200 200"),
        more={"code": "team-limits"},
        shows=team_limit,
    ),
    keeping_tables("reference:add", "severities", new_severity, shows=lambda world, place: "Lý do"),
    keeping_tables(
        "reference:change",
        "team-limits",
        lambda world: {"at_least": "2", "certainty": "U", "reason": "HD 9"},
        "table_row",
    ),
    keeping_tables("reference:end", "team-limits", lambda world: {"reason": "HD 9"}, "table_row"),
    Route(
        "imports:list",
        "administrator",
        colleague="chair",
        get=same("200"),
        shows=named("import"),
        hidden_from=("stranger", "colleague", "recused", "ended"),
    ),
    Route(
        "imports:blank",
        "administrator",
        colleague="chair",
        get=same("404", holder="200", deputy="200", superuser="200"),
        more={"kind": "organisations"},
        shows=lambda world, place: "PK",
    ),
    keeping(
        "imports:begin",
        "committee",
        spreadsheet,
        verb="import_spreadsheets",
        more={"kind": "organisations"},
    ),
    Route(
        "imports:preview",
        "administrator",
        of="import",
        colleague="chair",
        get=keep("200"),
        shows=named("import"),
        verb=TAKE_IN,
    ),
    Route(
        "imports:progress",
        "administrator",
        of="import",
        colleague="chair",
        get=keep("200"),
        shows=lambda world, place: '"done"',
        verb=TAKE_IN,
    ),
    importing("imports:columns", columns),
    importing("imports:doubts", settled, of="doubtful"),
    importing("imports:carry_out", decided),
    importing("imports:give_up"),
)
