"""The empty database of the tests, kept in `var/` as it was migrated and copied for each run and worker (SQLite).

Whatever is laid out is migrated again before the first test, so that nothing but time hangs on it: the migrations that
it has had are not run twice, what follows every migration is."""

import hashlib
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection

FOLDER = Path(settings.BASE_DIR) / "var" / "migrated"


def _kept_at() -> Path:
    """Where the database lies as all migrations of today, ours and those of libraries, leave it."""
    told = hashlib.sha256()
    for app in sorted(apps.get_app_configs(), key=lambda app: app.label):
        for path in sorted(Path(app.path, "migrations").glob("*.py")):
            told.update(f"{app.label}/{path.name}\n".encode() + path.read_bytes())
    return FOLDER / f"{told.hexdigest()[:20]}.sqlite3"


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_modify_db_settings: None) -> bool:
    """Whether pytest-django begins with what lies there: the kept database, where there is one."""
    kept = _kept_at()
    if connection.vendor != "sqlite" or not kept.exists():
        return False
    shutil.copyfile(kept, connection.settings_dict["TEST"]["NAME"])
    return True


@pytest.fixture(scope="session", autouse=True)
def _keep_as_migrated(django_db_setup: None, django_db_keepdb: bool, django_db_blocker: Any) -> None:
    """Keeps the database of this run for the next, before any test writes; those of former migrations go."""
    if connection.vendor != "sqlite" or django_db_keepdb:
        return
    kept = _kept_at()
    half = kept.with_suffix(f".{os.getpid()}")
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in FOLDER.glob("*.sqlite3"):
        old.unlink(missing_ok=True)
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(half)])
    half.replace(kept)
