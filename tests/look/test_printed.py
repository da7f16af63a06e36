"""What comes out of the printer: the notice in the prescribed layout and nothing of the screen around it."""

from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.look import pages as looked_at
from tests.look.pages import Recorded

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
PICTURES = Path(__file__).resolve().parent.parent.parent / "test-artefacts" / "printed"
HEAD = ["UỶ BAN KIỂM TRA", "ĐẢNG CỘNG SẢN VIỆT NAM"]
SHEET = {"width": 794, "height": 1123}  # A4 at 96 dots an inch


@pytest.fixture
def sheet(screen: Page):
    screen.set_viewport_size(SHEET)
    screen.emulate_media(media="print")
    yield screen
    screen.emulate_media(media="screen")


@pytest.mark.parametrize(
    "name",
    ["findings:notice", "cases:overview", "reports:leader", "first log-ins", "meetings:detail", "meetings:minutes"],
)
def test_print_has_no_menus_and_no_buttons(name: str, pages: dict[str, Recorded], sheet: Page):
    looked_at.show(sheet, pages[name])
    PICTURES.mkdir(parents=True, exist_ok=True)
    sheet.screenshot(path=PICTURES / f"{name.replace(':', '-')}.png", full_page=True)
    for around in ("nav", "button", ".button", ".top", ".side", ".skip", "input", "dialog"):
        assert [one for one in sheet.locator(around).all() if one.is_visible()] == [], around
    assert sheet.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert sheet.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_notice_is_printed_in_the_prescribed_layout(pages: dict[str, Recorded], sheet: Page):
    """domain.md §8.1: who issues it on the left, the Party on the right; what it is; to whom it goes, who signs."""
    looked_at.show(sheet, pages["findings:notice"])
    paper = sheet.locator(".official-document")
    text = paper.inner_text()
    assert sheet.locator("body").inner_text().strip() == text.strip(), "something else is printed with it"
    order = [HEAD[1], "THÔNG BÁO", "Nơi nhận:"]
    assert [part for part in order if part not in text] == []
    assert sorted(order, key=text.index) == order
    assert "serif" in paper.evaluate("one => getComputedStyle(one).fontFamily")
    boxes = {words: paper.get_by_text(words, exact=True).first.bounding_box() for words in (*HEAD, *order[1:])}
    issuer, party = (boxes[words] for words in HEAD)
    assert issuer["x"] + issuer["width"] < party["x"], "side by side"
    assert abs(issuer["y"] - party["y"]) < 60
    assert max(issuer["y"], party["y"]) < boxes["THÔNG BÁO"]["y"] < boxes["Nơi nhận:"]["y"]
    signer = paper.locator(".sign").bounding_box()
    assert signer["x"] > boxes["Nơi nhận:"]["x"] + 100 and abs(signer["y"] - boxes["Nơi nhận:"]["y"]) < 40
