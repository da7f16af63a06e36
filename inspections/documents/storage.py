"""The bytes of files on the disk, named by their sha256, beside the rows that name them.

Bytes are whole on the disk before the row that names them is committed, so no row lacks its bytes. What was written
for a transaction that rolled back, or half by a server that died, stays as a stray: in nobody's way (the same file
given again takes it over), told by check_invariants when it is old, removed daily by clean_files.
"""

import fcntl
import hashlib
import heapq
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from django.conf import settings

from inspections.documents.models import StoredFile

DAY = 24 * 3600


def file_path(sha256: str) -> Path:
    """Where the bytes with this hash are kept."""
    return Path(settings.FILES_ROOT) / sha256[:2] / sha256


def keep(content: bytes) -> str:
    """Puts the bytes in their place, unless they are there, and returns their sha256. Whole or not at all."""
    sha256 = hashlib.sha256(content).hexdigest()
    path = file_path(sha256)
    path.parent.mkdir(parents=True, exist_ok=True)
    with _lock(fcntl.LOCK_SH):
        if path.exists():
            os.utime(path)  # young again: whoever cleans leaves it to the transaction that is about to name it
            return sha256
        handle, temporary = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(handle, "wb") as target:
            target.write(content)
            target.flush()
            os.fsync(target.fileno())
        os.replace(temporary, path)
        folder = os.open(path.parent, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)
    return sha256


@contextmanager
def _lock(kind: int) -> Iterator[None]:
    """Writers share the lock; who cleans has it alone, so that nothing goes that was given again just now."""
    with (Path(settings.FILES_ROOT) / ".lock").open("w") as lock:
        fcntl.flock(lock, kind)
        yield


def _on_disk() -> Iterator[Path]:
    """Every file kept, in the order of folders and names."""
    root = Path(settings.FILES_ROOT)
    for folder in sorted(root.iterdir()) if root.is_dir() else ():
        if folder.is_dir():
            yield from sorted(folder.iterdir())


def _pairs() -> Iterator[tuple[StoredFile | None, Path | None]]:
    """Rows and files side by side; where one of the two is missing, None. One query; both sides are streamed."""
    rows = ((str(file_path(row.sha256)), row) for row in StoredFile.objects.order_by("sha256").iterator(2000))
    files = ((str(path), path) for path in _on_disk())
    for _place, both in groupby(heapq.merge(rows, files, key=itemgetter(0)), key=itemgetter(0)):
        found = [one for _key, one in both]
        row = next((one for one in found if isinstance(one, StoredFile)), None)
        yield row, next((one for one in found if isinstance(one, Path)), None)


def damaged() -> Iterator[tuple[StoredFile, str]]:
    """Every row whose bytes are not as it says, with what is wrong. Reads all bytes."""
    for row, path in _pairs():
        if row is None:
            continue
        if path is None:
            yield row, "has no bytes"
            continue
        with path.open("rb") as source:
            sha256 = hashlib.file_digest(source, "sha256").hexdigest()
        if sha256 != row.sha256:
            yield row, "has other bytes than its hash says"
        elif path.stat().st_size != row.size:
            yield row, f"says {row.size} bytes, has {path.stat().st_size}"


def strays(older_than: float = DAY) -> Iterator[Path]:
    """Files that no row names, untouched for so many seconds: younger ones may belong to an open transaction."""
    for row, path in _pairs():
        if row is None and path is not None and _age(path) >= older_than:
            yield path


def _age(path: Path) -> float:
    return time.time() - path.stat().st_mtime


def clean(older_than: float = DAY) -> int:
    """Removes the strays and returns how many there were."""
    removed = 0
    for path in list(strays(older_than)):
        with _lock(fcntl.LOCK_EX):
            if path.exists() and _age(path) >= older_than:
                path.unlink()
                removed += 1
    return removed


def clean_now() -> str:
    """The worker's daily job: removes the strays, and says in one line what it did."""
    return f"{clean()} files that no row names were removed"
