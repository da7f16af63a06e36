"""Tests: fixed keys, fast password hashes, database (SQLite) and files in a folder of the run's own."""

import atexit
import shutil
import tempfile
from pathlib import Path

from project.settings.base import *  # noqa: F403

DEBUG = False
SECRET_KEY = "tests-only-not-a-secret-0123456789012345678901234567890123456789"
AUDIT_KEY = "tests-only-audit-key-012345678901234567890123456789"
ALLOWED_HOSTS = ["*"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
RUN_DIR = Path(tempfile.mkdtemp(prefix="inspections-tests-"))
atexit.register(shutil.rmtree, RUN_DIR, ignore_errors=True)
FILES_ROOT = RUN_DIR / "files"
PROGRESS_ROOT = RUN_DIR / "progress"
STATIC_ROOT = RUN_DIR / "static"
STATIC_ROOT.mkdir()
if "sqlite" in DATABASES["default"]["ENGINE"]:  # noqa: F405
    # a file, so that threads meet the same locks as in production; a database in memory has others
    DATABASES["default"]["TEST"] = {"NAME": str(RUN_DIR / "tests.sqlite3")}  # noqa: F405
    # what tests write need not outlive the machine, and what is undone needs no file beside
    QUICK = "PRAGMA synchronous=OFF;PRAGMA temp_store=MEMORY;PRAGMA cache_size=-65536;"
    SQLITE_OPTIONS["init_command"] = f"{SQLITE_OPTIONS['init_command']}{QUICK}"  # noqa: F405
else:
    DATABASES["default"]["OPTIONS"]["options"] += " -c synchronous_commit=off"  # noqa: F405
AXES_ENABLED = False
Q_CLUSTER = {**Q_CLUSTER, "sync": False}  # noqa: F405
STORAGES = {
    **STORAGES,  # noqa: F405
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},  # nothing is collected
}
