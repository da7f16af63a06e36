"""The weekly report on paper: one page A4, whatever the committee has; the annex is printed only when asked for."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from inspections.checks.queries import standing_checks
from inspections.checks.tables import all_checks
from inspections.reports.models import WeeklyReport
from inspections.reports.queries.sections import Section, register_section
from inspections.reports.rules import CHECKS_ON_SHEET, MATTERS_ON_SHEET, PLACES_ON_SHEET
from permissions import policy
from tests.browse import logged_in
from tests.look import pages as looked_at
from tests.permissions.world import World
from tests.reports.weeks import province_of_many

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
PICTURES = Path(__file__).resolve().parent.parent.parent / "test-artefacts" / "weekly"


def pages_in(pdf: bytes) -> int:
    """How many pages a PDF of Chromium has: its page objects, which are written plainly."""
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf))


@pytest.fixture
def every_check_finds(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The longest section there can be: as many lines as there are checks, and those of another room behind them."""
    user = world.cast["province_secretary"]
    assert len(standing_checks(policy.viewer_for(user), None, policy.viewer_for(user).today)) == len(all_checks())
    monkeypatch.setattr("inspections.reports.queries.sections._TELLERS", [])
    names = [one.named(30) for one in all_checks()]
    register_section(lambda *_of: Section("Việc còn dở dang, tính đến 23/11/2026", [(n, 1234, "/x/") for n in names]))
    register_section(lambda *_of: Section("Sinh hoạt chi bộ", [(n, 567, "/y/") for n in names]))


def test_the_report_of_a_province_is_printed_on_one_page(world: World, every_check_finds: None, browser: Browser):
    """Forty communes of long names with 120 overdue matters, every check with a line; whatever text size one reads."""
    report = province_of_many(world.cast)
    client = logged_in(world.cast["province_secretary"])
    url = report.get_absolute_url()
    sheet, with_annex = (looked_at.recorded(one, client.get(one)) for one in (url, f"{url}?annex=1"))
    page = browser.new_page(viewport=looked_at.DESKTOP)
    PICTURES.mkdir(parents=True, exist_ok=True)
    for size in ("15", "17", "20"):
        looked_at.show(page, sheet)
        page.evaluate(f"document.documentElement.dataset.size = '{size}'")
        pdf = page.pdf(prefer_css_page_size=True, path=PICTURES / f"sheet-{size}.pdf")
        assert pages_in(pdf) == 1, size
    looked_at.show(page, sheet)
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        page.screenshot(path=PICTURES / f"screen-{width}.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), width
    page.emulate_media(media="print")
    words = page.locator("main").inner_text()
    many = len(client.get(url).context["told"].lines)
    assert "Phụ lục" not in words and f"và {many - PLACES_ON_SHEET} tổ chức nữa" in words
    assert page.locator(".sheet .matters tbody tr").count() == MATTERS_ON_SHEET
    assert page.locator(".sheet .checks li").count() == CHECKS_ON_SHEET
    # what is said to a reader who sees less than was kept takes room too
    WeeklyReport.objects.filter(pk=report.pk).update(figures={**report.figures, "open": report.figures["open"] + 1})
    answer = client.get(url)
    assert not answer.context["told"].is_whole
    looked_at.show(page, looked_at.recorded(url, answer))
    assert pages_in(page.pdf(prefer_css_page_size=True, path=PICTURES / "counted-for-the-reader.pdf")) == 1
    looked_at.show(page, with_annex)
    assert pages_in(page.pdf(prefer_css_page_size=True, path=PICTURES / "annex.pdf")) > 1
    assert "Phụ lục" in page.locator("main").inner_text()
    assert page.locator("#places tbody tr").count() == many > 40
    page.close()


def test_pages_of_a_pdf_are_counted():
    assert pages_in(b"<</Type /Pages /Count 2>> <</Type /Page\n/Parent 1>> <</Type/Page>>") == 2
