"""Tests: fixed keys, fast password hashes, files in a folder of the run's own."""

import tempfile
from pathlib import Path

from project.settings.base import *  # noqa: F403

DEBUG = False
SECRET_KEY = "tests-only-not-a-secret-0123456789012345678901234567890123456789"
AUDIT_KEY = "tests-only-audit-key-012345678901234567890123456789"
ALLOWED_HOSTS = ["*"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
FILES_ROOT = Path(tempfile.mkdtemp(prefix="inspections-files-"))
AXES_ENABLED = False
Q_CLUSTER = {**Q_CLUSTER, "sync": False}  # noqa: F405
STORAGES = {
    **STORAGES,  # noqa: F405
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},  # nothing is collected
}
