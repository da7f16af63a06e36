"""By keyboard alone: the way to the content, the search, the list of keys, the errors of a form; a focus to see."""

import pytest
from playwright.sync_api import Page

from tests.look import pages as looked_at
from tests.look.pages import Recorded

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
FOCUS = """() => { const one = document.activeElement, style = getComputedStyle(one);
    return {name: (one.getAttribute("aria-label") || one.innerText || one.name || one.id).trim().split("\\n")[0],
            id: one.id, outline: style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth)}; }"""


@pytest.fixture
def desk_screen(screen: Page) -> Page:
    screen.set_viewport_size(looked_at.DESKTOP)
    return screen


def focused(screen: Page) -> dict[str, object]:
    return screen.evaluate(FOCUS)


def tabbed(screen: Page, most: int = 120) -> list[dict[str, object]]:
    """What the tab key comes to, one after the other, until it leaves the page."""
    found = []
    for _press in range(most):
        screen.keyboard.press("Tab")
        if screen.evaluate("document.activeElement === document.body"):
            break
        found.append(focused(screen))
    return found


def test_first_key_offers_to_skip_to_the_content(pages: dict[str, Recorded], desk_screen: Page):
    looked_at.show(desk_screen, pages["workflows:my_work"])
    desk_screen.keyboard.press("Tab")
    assert focused(desk_screen)["name"] == "Đến nội dung chính"
    desk_screen.keyboard.press("Enter")
    desk_screen.keyboard.press("Tab")
    assert desk_screen.evaluate("document.querySelector('main').contains(document.activeElement)")


@pytest.mark.parametrize(
    ("name", "actions"),
    [
        ("workflows:my_work", ["Thực hiện", "Mở"]),
        ("cases:list", ["Xuất .xlsx"]),
        ("cases:overview", ["Nội dung đánh giá", "Dòng thời gian"]),
        ("OpeningFlow.sign", ["Tiếp tục để kiểm tra lại", "Lưu tạm", "Nhận việc này"]),
        ("reports:leader", ["In"]),
    ],
)
def test_actions_are_reached_and_the_focus_is_seen(
    name: str, actions: list[str], pages: dict[str, Recorded], desk_screen: Page
):
    looked_at.show(desk_screen, pages[name])
    reached = tabbed(desk_screen)
    for action in actions:
        assert [one for one in reached if str(one["name"]).startswith(action)], f"{action} of {reached}"
    assert [one for one in reached if one["outline"] < 2] == []


@pytest.mark.parametrize("keys", ["/", "Control+k"])
def test_key_leads_to_the_search(keys: str, pages: dict[str, Recorded], desk_screen: Page):
    looked_at.show(desk_screen, pages["cases:overview"])
    desk_screen.keyboard.press(keys)
    assert focused(desk_screen)["id"] == "find"
    desk_screen.keyboard.type("muối / đá?")
    assert desk_screen.input_value("#find") == "muối / đá?", "typed keys are text, not commands"


def test_question_mark_shows_the_keys_and_escape_closes_them(pages: dict[str, Recorded], desk_screen: Page):
    looked_at.show(desk_screen, pages["workflows:my_work"])
    keys = desk_screen.get_by_role("dialog")
    assert not keys.is_visible()
    desk_screen.keyboard.press("?")
    assert keys.is_visible() and "Ctrl + K" in keys.inner_text()
    desk_screen.keyboard.press("Escape")
    assert not keys.is_visible()


@pytest.mark.parametrize("name", ["empty proposal", "empty finding", "empty line", "stop without reason", "no file"])
def test_list_of_errors_has_the_focus_and_leads_to_the_fields(name: str, pages: dict[str, Recorded], desk_screen: Page):
    looked_at.show(desk_screen, pages[name])
    assert desk_screen.evaluate("document.activeElement.matches('[data-errors]')")
    links = desk_screen.locator("[data-errors] a")
    assert links.count() > 0
    for number in range(links.count()):
        links.nth(number).click()
        field = links.nth(number).get_attribute("href")[1:]
        assert desk_screen.evaluate("id => document.getElementById(id)?.getClientRects().length > 0", field), (
            f"{field} is not there to be seen"
        )
