"""Measures taking in a long list of members by the command, as committees send it: new, again, corrected.

`tools/bench_members.py [--lines 10000] [--postgres postgres://…/postgres]`. Makes the file (semicolons, dates in two
shapes, cells by code), an empty database with a commune of 400 cells, and runs `manage.py import_spreadsheet --take` on
it three times: all lines new, the same file again, every line changed. Writes the table of docs/performance.md.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench_import import ROOT, _drop, _empty
from bench_report import load, put

HEADER = "Mã chi bộ;Số thẻ đảng;Họ và tên;Ngày sinh;Giới tính;Ngày vào Đảng;Ngày chính thức;Sinh hoạt"
CELLS = 400
FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Đỗ", "Hồ")
MIDDLE = ("Văn", "Thị", "Đức", "Minh", "Ngọc", "Xuân", "Hải", "Bá", "Công", "Thu")
GIVEN = ("An", "Bình", "Cường", "Dũng", "Giang", "Hà", "Khánh", "Linh", "Nam", "Yến")
TOP = f"""
from django.utils import timezone
from inspections.organisations.models import OrganisationType, User
from inspections.organisations.services import NewOrganisation, add_organisation, add_organisations
root = User.objects.create(username="root", is_superuser=True)
types = {{one.code: one for one in OrganisationType.objects.all()}}
now = timezone.now()
top = add_organisation(
    acting_user=root, now=now, name="Đảng bộ xã", type=types["commune_party"], parent=None, code="97.101.000.000.000"
)
cells = [
    NewOrganisation(f"Chi bộ thôn {{at}}", types["cell"], top, f"97.101.{{at:03}}.000.000")
    for at in range(1, {CELLS + 1})
]
add_organisations(acting_user=root, new=cells, now=now)
print(top.pk)
"""


def main() -> None:
    """Measures on SQLite, and on PostgreSQL where a server is named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=10_000)
    parser.add_argument("--postgres", default=os.environ.get("BENCH_POSTGRES", ""), help="server to measure on too")
    options = parser.parse_args()
    rows = ["| database | lines | what | seconds | of a core |", "|-|-|-|-|-|"]
    with tempfile.TemporaryDirectory() as folder:
        rows += measure("SQLite", f"sqlite:///{folder}/members.sqlite3", Path(folder), options.lines)
        if options.postgres:
            rows += measure("PostgreSQL", _empty(options.postgres), Path(folder), options.lines)
            _drop(options.postgres)
    put("members", [*rows, "", load()])


def measure(name: str, url: str, folder: Path, lines: int) -> list[str]:
    """A row for each of the three files: how long it took, from the start of the command to its end."""
    environment = {**os.environ, "DATABASE_URL": url, "FILES_ROOT": str(folder / "files")}
    environment |= {"DJANGO_SETTINGS_MODULE": "project.settings.test", "PROGRESS_ROOT": str(folder / "progress")}

    def manage(*command: str) -> str:
        call = [sys.executable, "manage.py", *command]
        return subprocess.run(call, env=environment, check=True, stdout=subprocess.PIPE, text=True, cwd=ROOT).stdout

    manage("migrate", "-v", "0")
    top = manage("shell", "-v", "0", "-c", TOP).split()[-1]
    first, corrected = folder / "first.csv", folder / "corrected.csv"
    write(first, lines, exempt="chính thức")
    write(corrected, lines, exempt="Miễn SH")
    taking = ("import_spreadsheet", "--kind", "members", "--into", top, "--as", "root", "--take")
    rows = []
    for what, path in (("new", first), ("the same again", first), ("every line changed", corrected)):
        begun, used = time.perf_counter(), core_used()
        told = manage(*taking, str(path)).splitlines()
        took, cpu = time.perf_counter() - begun, core_used() - used
        assert told[-1] == "Taken in.", told[-3:]
        rows.append(f"| {name} | {lines:,} | {what} ({told[-2]}) | {took:.1f} | {cpu:.1f} |")
        print(rows[-1], flush=True)
    return rows


def core_used() -> float:
    """The seconds of a core that the commands took until now."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def write(path: Path, lines: int, *, exempt: str) -> None:
    """A list of so many members of the cells in turn, many of one name, each with a card and a date of birth."""
    rows = [HEADER]
    for at in range(lines):
        name = f"{FAMILY[at % 10]} {MIDDLE[at // 10 % 10]} {GIVEN[at // 100 % 10]}"
        day, month, year = 1 + at % 28, 1 + at // 28 % 12, 1950 + at // 336 % 45
        born, admitted = f"{day:02}/{month:02}/{year}", f"{day}/{month}/{year + 25}"
        sex = "Nữ" if at % 3 == 0 else "nam"
        full = f"{day:02}/{month:02}/{year + 26}"
        rows.append(f"97.101.{1 + at % CELLS:03}.000.000;97{at:06};{name};{born};{sex};{admitted};{full};{exempt}")
    path.write_text("\n".join(rows), encoding="utf-8-sig")


if __name__ == "__main__":
    main()
