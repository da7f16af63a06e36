"""The embedded set-up of `make run`: SQLite, one machine, keys made at the first start and kept in var/."""

import secrets

from project.settings.base import *  # noqa: F403
from project.settings.base import VAR_DIR, env

VAR_DIR.mkdir(exist_ok=True)


def kept_key(name: str) -> str:
    """The key in var/NAME.key, made at the first use (text, 64 hexadecimal digits)."""
    path = VAR_DIR / f"{name}.key"
    if not path.exists():
        path.write_text(secrets.token_hex(32))
        path.chmod(0o600)
    return path.read_text().strip()


DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = kept_key("secret")
AUDIT_KEY = kept_key("audit")
ALLOWED_HOSTS = ["*"]
