"""Collects every string of code and templates into the Vietnamese catalogue and says what is untranslated."""

import subprocess
import sys
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
PO = ROOT / "locale/vi/LC_MESSAGES/django.po"


def collect() -> None:
    """Runs makemessages over the rooms and their templates; sorted, without places, without strings no longer used."""
    ignored = [f"--ignore={name}" for name in (".venv/*", "var/*", "tests/*", "tools/*")]
    subprocess.run(
        [
            sys.executable,
            "manage.py",
            "makemessages",
            "-l",
            "vi",
            "--no-location",
            "--no-wrap",
            "--no-obsolete",
            *ignored,
        ],
        cwd=ROOT,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    catalogue = polib.pofile(str(PO), wrapwidth=0)
    for entry in catalogue.fuzzy_entries():  # gettext's guesses mislead: what is new is simply empty
        entry.flags = [flag for flag in entry.flags if flag != "fuzzy"]
        entry.msgstr, entry.msgstr_plural = "", dict.fromkeys(entry.msgstr_plural, "")
        entry.previous_msgid = entry.previous_msgid_plural = None
    catalogue.sort(key=lambda entry: (entry.msgid, entry.msgid_plural))
    catalogue.metadata.pop("POT-Creation-Date", None)
    catalogue.save(str(PO))


def unfinished() -> list[polib.POEntry]:
    """The entries without a translation, or with one that is only a guess."""
    catalogue = polib.pofile(str(PO))
    return [*catalogue.untranslated_entries(), *catalogue.fuzzy_entries()]


if __name__ == "__main__":
    collect()
    left = unfinished()
    for entry in left:
        print(entry.msgid)
    sys.exit(1 if left else 0)
