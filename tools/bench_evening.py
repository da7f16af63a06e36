"""Measures the month-end evening on PostgreSQL: a province whose cells hand in their results, with readers beside.

`tools/bench_evening.py [--postgres postgres://…] [--communes 100] [--cells 100] [--mean 60] [--half 60] [--peak 60]`

The province (bench_meetings_data.py) is made once and kept on the server as `load_full`; what is measured is a copy of
it. gunicorn runs as docs/server/inspections-web.service says, with the settings of a server; tools/load.py asks it from
a process of its own. Heat maps are asked first while nothing else goes on; then the evening: the mean of its three
hours, half its peak and its peak, some seconds of each. After it, what was answered is looked for in the database.
Writes docs/performance.md.
"""

import argparse
import contextlib
import json
import os
import platform
import re
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from bench_report import PAGE, load, put

ROOT = Path(__file__).resolve().parent.parent
KEPT, COPY = "load_full", "load_copy"
HOST, PORT = "127.0.0.1", 8123
HEADERS = {"Host": HOST, "X-Forwarded-Proto": "https", "Referer": f"https://{HOST}/"}
COOKIE = "__Host-sessionid"
UNIT = ROOT / "docs" / "server" / "inspections-web.service"
STATIC = ("collectstatic", "--no-input", "-i", "viewflow", "-i", "guardian", "-i", "admin")
PEAK = 4.0  # uploads a second
PHASES = {"the mean of three hours": 10_000 / 3 / 3600, "half the peak": PEAK / 2, "the peak": PEAK}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--postgres", default=os.environ.get("BENCH_POSTGRES", ""), help="server to measure on")
    parser.add_argument("--communes", type=int, default=100)
    parser.add_argument("--cells", type=int, default=100, help="of each commune")
    parser.add_argument("--months", type=int, default=24)
    parser.add_argument("--mean", type=float, default=60, help="seconds of the mean")
    parser.add_argument("--half", type=float, default=60, help="seconds of half the peak")
    parser.add_argument("--peak", type=float, default=60, help="seconds of the peak")
    parser.add_argument("--page", default=str(PAGE), help="written between its marks")
    options = parser.parse_args()
    if not options.postgres:
        print("The evening is measured on PostgreSQL only: name a server.")
        return
    with tempfile.TemporaryDirectory() as folder:
        lines, proved = evening(options, Path(folder))
        put("evening", lines, Path(options.page))
    several = {number for name, number in proved.items() if name not in ("sent", "chains", "entries")}
    if several != {proved["closed"]} or proved["closed"] < proved["sent"]:
        sys.exit(f"Something that was answered is not as it has to be in the database: {proved}")


def evening(options: Any, folder: Path) -> tuple[list[str], dict[str, int]]:
    """Makes what is missing, measures, looks for what was answered; the lines of the page, and what was found."""
    url = copied(options, folder)
    environment = environment_for(url, folder)
    seconds = dict(zip(PHASES, (options.mean, options.half, options.peak), strict=True))
    phases = [(name, PHASES[name], length) for name, length in seconds.items() if length]
    made = asked_inside(environment, "plan", json.dumps(phases))
    with served(environment):
        idle = driven(made["idle"], folder)
        runs = []
        for (name, rate, length), visits in zip(phases, made["phases"], strict=True):
            runs.append({"name": name, "rate": rate, "seconds": length, **driven(visits, folder)})
            time.sleep(3)
    sent = sum(label == "upload: sent" and not wrong for run in runs for label, _at, _ms, wrong in run["results"])
    proved = asked_inside(environment, "prove", str(sent))
    from bench_evening_report import told

    lines = told(made["facts"], idle, runs, proved, f"{platform.python_version()}")
    return [*lines, "", load()], proved


def environment_for(url: str, folder: Path) -> dict[str, str]:
    """The environment of a server with the database; its keys are those with which the kept one was made."""
    settings = {
        "DJANGO_SETTINGS_MODULE": "project.settings.production",
        "DATABASE_URL": url,
        "SECRET_KEY": "bench-only-not-a-secret-0123456789012345678901234567890123456789",
        "AUDIT_KEY": "bench-only-audit-key-0123456789012345678901234567",
        "ALLOWED_HOSTS": HOST,
        "FILES_ROOT": str(folder / "files"),
        "PROGRESS_ROOT": str(folder / "progress"),
    }
    return {**os.environ, **settings, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tools")])}


def copied(options: Any, folder: Path) -> str:
    """The address of a copy of the province, which is made where the server has none."""
    import psycopg

    def named(name: str) -> str:
        return urlunsplit(urlsplit(options.postgres)._replace(path=f"/{name}"))

    kept = KEPT if (options.communes, options.cells) == (100, 100) else f"{KEPT}_{options.communes}x{options.cells}"
    with psycopg.connect(named("postgres").replace("postgres://", "postgresql://"), autocommit=True) as admin:
        if (kept,) not in admin.execute("select datname from pg_database").fetchall():
            unfinished = f"{kept}_unfinished"
            admin.execute(f"drop database if exists {unfinished}")
            admin.execute(f"create database {unfinished}")
            environment = environment_for(named(unfinished), folder)
            manage(environment, "migrate")
            print(asked_inside(environment, "fill", json.dumps([options.communes, options.cells, options.months])))
            admin.execute(f"alter database {unfinished} rename to {kept}")
        admin.execute(f"drop database if exists {COPY}")
        admin.execute(f"create database {COPY} template {kept} strategy file_copy")
    for command in (["migrate"], [*STATIC]):
        manage(environment_for(named(COPY), folder), *command)
    return named(COPY)


def manage(environment: dict[str, str], *words: str) -> None:
    subprocess.run([sys.executable, "manage.py", *words, "-v", "0"], env=environment, check=True, cwd=ROOT)


def asked_inside(environment: dict[str, str], *words: str) -> Any:
    """What bench_evening_inside.py, in a process of its own, answers."""
    command = [sys.executable, str(ROOT / "tools" / "bench_evening_inside.py"), *words]
    done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    return json.loads(done.stdout.splitlines()[-1])


@contextlib.contextmanager
def served(environment: dict[str, str]) -> Iterator[None]:
    """The web processes, as a server has them, as long as the block lasts."""
    words = next(line for line in UNIT.read_text(encoding="utf-8").splitlines() if line.startswith("ExecStart="))
    _, web = words.split(maxsplit=1)
    command = [sys.executable, "-m", "gunicorn", *re.sub(r"(--bind) \S+", rf"\1 {HOST}:{PORT}", web).split()]
    server = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        wait_for_it()
        yield
    finally:
        server.terminate()
        try:
            server.wait(60)
        except subprocess.TimeoutExpired:  # on a machine that is busy; what was measured is kept
            server.kill()


def wait_for_it() -> None:
    """Until the server answers. Raises TimeoutError."""
    request = urllib.request.Request(f"http://{HOST}:{PORT}/health/", headers=HEADERS)
    for _second in range(60):
        with contextlib.suppress(OSError):
            urllib.request.urlopen(request, timeout=5).close()  # noqa: S310
            return
        time.sleep(1)
    raise TimeoutError("gunicorn did not answer")


def driven(visits: list[dict[str, Any]], folder: Path) -> dict[str, Any]:
    """What the load tool found of the visits, and how busy the machine was meanwhile (share of both cores)."""
    plan, result = folder / "plan.json", folder / "result.json"
    asked = {"base": f"{HOST}:{PORT}", "headers": HEADERS, "cookie": COOKIE, "visits": visits}
    plan.write_text(json.dumps(asked), encoding="utf-8")
    before, start = _ticks(), time.perf_counter()
    subprocess.run([sys.executable, str(ROOT / "tools" / "load.py"), str(plan), str(result)], check=True)
    after, took = _ticks(), time.perf_counter() - start
    found: dict[str, Any] = json.loads(result.read_text(encoding="utf-8"))
    busy = 1 - (after[1] - before[1]) / max(after[0] - before[0], 1)
    return {**found, "took": took, "busy": busy, "load": os.getloadavg()[0]}


def _ticks() -> tuple[int, int]:
    """Of all cores since the machine started: ticks, and how many of them idle."""
    first = Path("/proc/stat").read_text(encoding="ascii").splitlines()[0]
    ticks = [int(one) for one in first.split()[1:9]]
    return sum(ticks), ticks[3] + ticks[4]


if __name__ == "__main__":
    main()
