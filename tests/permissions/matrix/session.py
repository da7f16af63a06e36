"""Log-in, preferences, help, health, roles: for everybody who is logged in, some for everybody."""

from tests.permissions.matrix.route import Route, same
from tests.permissions.world import PASSWORD

NEW_PASSWORD = "Muoi-Trang-2027"


def text(words: str):  # type: ignore[no-untyped-def]
    return lambda world, place: words


ROUTES = (
    Route("home", "chair", get=same("302"), writes=False),
    Route(
        "login",
        "chair",
        get=same("302"),
        post=same("302"),
        anonymous=(200, 302),
        data=lambda world: {"username": "chair", "password": PASSWORD},
        writes=False,
    ),
    Route("logout", "chair", get=None, post=same("302"), writes=False),
    Route(
        "password_change",
        "chair",
        get=same("200"),
        post=same("302"),
        shows=text("Đổi mật khẩu"),
        data=lambda world: {
            "old_password": PASSWORD,
            "new_password1": NEW_PASSWORD,
            "new_password2": NEW_PASSWORD,
        },
    ),
    Route("password_change_done", "chair", get=same("200"), shows=text("mật khẩu")),
    Route(
        "preferences",
        "chair",
        get=None,
        post=same("302"),
        anonymous=(405, 302),
        data=lambda world: {"size": "20"},
        writes=False,
    ),
    Route("help", "chair", get=same("200"), shows=text("Trợ giúp")),
    Route("health", "chair", get=same("200"), shows=text("ok"), anonymous=(200, 405)),
    Route("permissions:roles", "chair", get=same("200"), shows=text("Chủ nhiệm uỷ ban kiểm tra")),
)
