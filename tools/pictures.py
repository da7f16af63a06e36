"""Takes the pictures of the docs: the demo on one morning, in a real browser, in both languages.

Usage: make pictures. Writes docs/images/vi and docs/images/en; nothing else is touched, the database is thrown away.
"""

import datetime
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ["DJANGO_SETTINGS_MODULE"] = "project.settings.test"  # whatever make says: no files are collected there
os.environ["DATABASE_URL"] = f"sqlite:///{tempfile.mkdtemp(prefix='pictures-')}/demo.sqlite3"

import django  # noqa: E402

django.setup()

import time_machine  # noqa: E402
from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db.models import Model  # noqa: E402
from django.urls import reverse  # noqa: E402
from playwright.sync_api import sync_playwright  # noqa: E402
from pytest_django.live_server_helper import LiveServer  # noqa: E402

from inspections.cases.models import Case  # noqa: E402
from inspections.imports.plans import KINDS  # noqa: E402
from inspections.imports.services import begin_import  # noqa: E402
from inspections.meetings.models import Meeting  # noqa: E402
from inspections.organisations.models import Organisation, User  # noqa: E402
from inspections.remedies.models import Correction  # noqa: E402
from project.demo.build import PASSWORD, build  # noqa: E402
from project.demo.drive import item_of  # noqa: E402
from tests.real_browser import Browsers, Seat, browser_options  # noqa: E402

NOW = datetime.datetime(2026, 11, 23, 8, 30, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
LIMIT = 150_000  # bytes a picture


def case_of(name: str) -> Case:
    """The case about a cell of the demo that an inspection committee carries out."""
    return Case.objects.get(subjects__organisation__name=name, organisation__type__is_body=True)


def spreadsheet() -> str:
    """The preview of a list of organisations that the administrator is about to take in."""
    path = ROOT / "tests" / "data" / "01-to-chuc-dang.xlsx"
    one = begin_import(
        acting_user=User.objects.get(username="quantri"),
        kind=KINDS["organisations"],
        target=Organisation.objects.get(name="Đảng bộ xã Tân Phước Thượng"),
        upload=SimpleUploadedFile(path.name, path.read_bytes()),
        now=NOW,
    )
    return one.get_absolute_url()


def task(about: Model, node: str) -> str:
    return item_of(about, node).get_absolute_url()


def meeting(cell: str, state: str, page: str) -> str:
    """A page about the newest regular meeting of the cell in the state."""
    rows = Meeting.objects.regular().filter(organisation__name=cell, state=state)
    return reverse(f"meetings:{page}", args=[rows.latest("month").pk])


# name -> who looks, at which address, from which part of the page on ("" for the top)
PICTURES: dict[str, tuple[str, Callable[[], str], str]] = {
    "my-work": ("phochunhiem", lambda: reverse("workflows:my_work"), ""),
    "case": ("phochunhiem", lambda: case_of("Chi bộ thôn Rừng Dương").get_absolute_url(), ""),
    "answer": ("chibo6", lambda: task(case_of("Chi bộ thôn Láng Cát").subjects.get(), "answer"), ""),
    "notice": ("chunhiem", lambda: reverse("findings:notice", args=[case_of("Chi bộ thôn Trà Kê").pk]), "article"),
    "plan": (
        "chibo12",
        lambda: task(Correction.objects.filter(organisation__name="Chi bộ thôn Vạn Phước").earliest("pk"), "plan"),
        "",
    ),
    "correction": (
        "chuyenvien",
        lambda: Correction.objects.filter(organisation__name="Chi bộ thôn Trà Kê").earliest("pk").get_absolute_url(),
        "",
    ),
    "spreadsheet": ("quantri", spreadsheet, ""),
    "meetings": ("chibo1", lambda: reverse("meetings:list"), ""),
    "meeting-roll": (
        "chibo2",
        lambda: meeting("Chi bộ thôn Suối Đá", "prepared", "hold"),
        "section:has(fieldset.roll)",
    ),
    "meeting-close": ("chibo1", lambda: meeting("Chi bộ thôn Đồng Muối", "held", "close"), ""),
    "meeting-scores": ("bithu", lambda: meeting("Chi bộ thôn Bàu Sen", "closed", "detail"), "tr:has(.state.soon)"),
    "leader": ("bithu", lambda: reverse("reports:leader"), ""),
    "coverage": (
        "chuyenvien",
        lambda: reverse(
            "programmes:coverage", args=[Organisation.objects.get(name="UBKT Đảng uỷ xã Tân Phước Thượng").pk]
        ),
        "",
    ),
}


def take(seat: Seat, path: str, part: str, file: Path) -> int:
    """Opens an address, scrolls to a part of the page, keeps what the window shows. Returns the bytes."""
    seat.open(path)
    if part:
        seat.page.locator(f"main {part}").first.evaluate("one => one.scrollIntoView({behavior: 'instant'})")
    seat.page.screenshot(path=file)
    return file.stat().st_size


def main() -> None:
    call_command("migrate", verbosity=0)
    build(NOW)
    paths = {name: address() for name, (_who, address, _part) in PICTURES.items()}
    server = LiveServer("127.0.0.1")
    too_large = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**browser_options())
        for language in ("vi", "en"):
            folder = ROOT / "docs" / "images" / language
            folder.mkdir(parents=True, exist_ok=True)
            browsers = Browsers(browser, server.url, folder, width=1080, height=660)
            seats: dict[str, Seat] = {}
            for name, (who, _address, part) in PICTURES.items():
                if who not in seats:
                    seats[who] = browsers.seat(who, who, PASSWORD)
                    seats[who].open()
                    cookie = {"name": "django_language", "value": language, "url": server.url}
                    seats[who].context.add_cookies([cookie])
                file = folder / f"{name}.png"
                size = take(seats[who], paths[name], part, file)
                print(f"{file.relative_to(ROOT)} {size / 1000:.0f} kB")
                if size > LIMIT:
                    too_large.append(file.name)
            browsers.close()
    server.stop()
    if too_large:
        sys.exit(f"Larger than {LIMIT} bytes: {', '.join(too_large)}")


if __name__ == "__main__":
    with time_machine.travel(NOW, tick=True):
        main()
