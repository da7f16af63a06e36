"""Reminders: messages are their reader's alone; the calendar feed has an address and no log-in."""

from tests.permissions.matrix.route import Grid, Route, grid, same
from tests.permissions.matrix.session import text
from tests.permissions.world import FEED_TOKEN, World

NOT_TOLD = ("stranger", "colleague", "recused", "ended", "superuser")


def reminding(through: str) -> Grid:
    """Offices above who owes: leaders and the inspection committee; who only leads along is told why not."""
    return grid(
        stranger=f"404 {through} 404 404",
        colleague="403 404 404 403",
        holder=f"{through} 404 404 {through}",
        deputy=f"{through} 404 404 {through}",
        recused=f"404 404 404 {through}",
    )


def title(world: World, place: str) -> str:
    return str(world.row("reminded", place).title)


ROUTES = (
    Route("reminders:list", "chair", get=same("200"), shows=title, hidden_from=NOT_TOLD),
    Route(
        "reminders:read",
        "chair",
        of="message",
        get=None,
        post=grid(stranger="404 302 404 404", holder="302 404 404 404"),
    ),
    Route("reminders:read_all", "chair", get=None, post=same("302")),
    Route(
        "reminders:settings",
        "chair",
        get=same("200"),
        post=same("302"),
        shows=text("Nhắc hạn gửi đến tôi"),
        data=lambda world: {"owes_app": "on", "owes_mails": "none", "watches_mails": "all", "leads_mails": "digest"},
    ),
    Route("reminders:make_feed", "chair", get=None, post=same("200"), shows=text("Địa chỉ lịch thời hạn của tôi")),
    Route("reminders:revoke_feed", "chair", get=None, post=same("302")),
    Route(
        "reminders:feed",
        "chair",
        get=same("200"),
        more={"token": FEED_TOKEN},
        shows=text("BEGIN:VCALENDAR"),
        anonymous=(200, 405),
    ),
    Route(
        "reminders:remind",
        "chair",
        of="reminded",
        colleague="standing",
        verb="remind",
        get=reminding("200"),
        post=reminding("302"),
        shows=title,
        data=lambda world: {"note": "Báo cáo sớm."},
    ),
)
