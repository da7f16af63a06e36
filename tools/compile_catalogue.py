"""Makes the .mo that Django reads from the committed .po; needs no gettext."""

from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent


def compile_catalogue() -> None:
    """Writes locale/vi/LC_MESSAGES/django.mo when it is older than its .po."""
    source = ROOT / "locale/vi/LC_MESSAGES/django.po"
    target = source.with_suffix(".mo")
    if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
        polib.pofile(str(source)).save_as_mofile(str(target))


if __name__ == "__main__":
    compile_catalogue()
