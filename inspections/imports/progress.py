"""How far a long import has come, told beside the database: a transaction shows nothing of itself before its end.

Only for the eye of whoever waits: a file that cannot be written or read changes nothing of the import."""

import contextlib
import json
import os
import tempfile
from pathlib import Path

from django.conf import settings

from inspections.imports.models import Import


def _path(one: Import) -> Path:
    return Path(settings.PROGRESS_ROOT) / f"{one.pk}.json"


def tell(one: Import, done: int, of: int) -> None:
    """Says how many lines of how many are stored."""
    with contextlib.suppress(OSError):
        path = _path(one)
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(handle, "w") as target:
            json.dump([done, of], target)
        os.replace(temporary, path)


def told(one: Import) -> tuple[int, int] | None:
    """How many lines of how many were stored when it was last told; None when nothing is being stored."""
    try:
        done, of = json.loads(_path(one).read_text())
    except (OSError, ValueError):
        return None
    return done, of


def forget(one: Import) -> None:
    """Nothing is being stored any more."""
    with contextlib.suppress(OSError):
        _path(one).unlink(missing_ok=True)
