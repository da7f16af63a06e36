"""Measures taking in a long list of organisations by the command, as committees send it: new, again, corrected.

`tools/bench_import.py [--lines 10000] [--postgres postgres://…/postgres]`. Makes the file (two columns of names and
codes out of order, parents by code and by name), an empty database with the province at its top, and runs
`manage.py import_spreadsheet --take` on it three times: all lines new, the same file again, every line changed.
Prints a row of docs/performance.md for each.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from xlsxwriter import Workbook

ROOT = Path(__file__).resolve().parent.parent
HEADER = ("TT", "Mã TCĐ", "Tên tổ chức đảng", "Loại hình", "Trực thuộc", "Ngày thành lập", "Chính thức", "Dự bị")
OF_A_COMMUNE = 100
DATABASE = "bench_import"
TOP = """
from django.utils import timezone
from inspections.organisations.models import OrganisationType, User
from inspections.organisations.services import add_organisation
root = User.objects.create(username="root", is_superuser=True)
top = OrganisationType.objects.get(code="province_party")
code = "97.000.000.000.000"
print(add_organisation(acting_user=root, now=timezone.now(), name="Đảng bộ tỉnh", type=top, parent=None, code=code).pk)
"""


def main() -> None:
    """Measures on SQLite, and on PostgreSQL where a server is named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=10_000)
    parser.add_argument("--postgres", default=os.environ.get("BENCH_POSTGRES", ""), help="server to measure on too")
    options = parser.parse_args()
    print("| database | lines | what | seconds |\n|-|-|-|-|")
    with tempfile.TemporaryDirectory() as folder:
        measure("SQLite", f"sqlite:///{folder}/import.sqlite3", Path(folder), options.lines)
        if options.postgres:
            measure("PostgreSQL", _empty(options.postgres), Path(folder), options.lines)
            _drop(options.postgres)


def measure(name: str, url: str, folder: Path, lines: int) -> None:
    """Prints how long each of the three files took, from the start of the command to its end."""
    environment = {**os.environ, "DATABASE_URL": url, "FILES_ROOT": str(folder / "files")}
    environment |= {"DJANGO_SETTINGS_MODULE": "project.settings.test", "PROGRESS_ROOT": str(folder / "progress")}

    def manage(*command: str) -> str:
        call = [sys.executable, "manage.py", *command]
        return subprocess.run(call, env=environment, check=True, stdout=subprocess.PIPE, text=True, cwd=ROOT).stdout

    manage("migrate", "-v", "0")
    top = manage("shell", "-v", "0", "-c", TOP).split()[-1]
    first, corrected = folder / "first.xlsx", folder / "corrected.xlsx"
    write(first, lines, members=12)
    write(corrected, lines, members=13)
    taking = ("import_spreadsheet", "--kind", "organisations", "--into", top, "--as", "root", "--take")
    for what, path in (("new", first), ("the same again", first), ("every line changed", corrected)):
        begun = time.perf_counter()
        told = manage(*taking, str(path)).splitlines()
        took = time.perf_counter() - begun
        assert told[-1] == "Taken in.", told[-3:]
        print(f"| {name} | {lines:,} | {what} ({told[-2]}) | {took:.1f} |", flush=True)


def write(path: Path, lines: int, *, members: int) -> None:
    """A workbook of communes, each after its cells; every second cell names its commune, the others give its code."""
    book = Workbook(path)
    sheet = book.add_worksheet("Tổ chức đảng")
    sheet.write_row(0, 0, HEADER)
    for at in range(lines):
        commune, place = divmod(at, OF_A_COMMUNE)
        code, name = f"97.{101 + commune}.000.000.000", f"Đảng bộ xã Bãi Ngang {commune + 1}"
        row = (code, name, "ĐBX", None)
        if place < OF_A_COMMUNE - 1 and at < lines - 1:
            row = (
                f"97.{101 + commune}.{place + 1:03}.000.000",
                f"Chi bộ thôn {commune + 1}.{place + 1}",
                "CB",
                name if place % 2 else code,
            )
        sheet.write_row(at + 1, 0, (at + 1, *row, "15/12/2012", members, at % 3))
    book.close()


def _admin(server: str, *statements: str) -> None:
    import psycopg

    address = urlunsplit(urlsplit(server)._replace(scheme="postgresql", path="/postgres"))
    with psycopg.connect(address, autocommit=True) as admin:
        for statement in statements:
            admin.execute(statement)


def _drop(server: str) -> None:
    _admin(server, f"drop database if exists {DATABASE}")


def _empty(server: str) -> str:
    _admin(server, f"drop database if exists {DATABASE}", f"create database {DATABASE}")
    return urlunsplit(urlsplit(server)._replace(path=f"/{DATABASE}"))


if __name__ == "__main__":
    main()
