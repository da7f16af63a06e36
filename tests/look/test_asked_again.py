"""What cannot be taken back is asked once more before it is sent."""

import pytest
from playwright.sync_api import Page

from tests.look import pages as looked_at
from tests.look.pages import Recorded

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
ASKED = [
    ("organisations:person", "Cấp lại mật khẩu lần đầu", "Mật khẩu hiện tại hết hiệu lực ngay"),
    (looked_at.MERGER, "Sáp nhập", "Việc này không lấy lại được"),
    ("programmes:detail", "Xoá", "sẽ bị xoá khỏi dự thảo"),
    ("imports:preview", "Không nhập tệp này", "Những lựa chọn đã làm cho tệp này sẽ mất"),
]


@pytest.mark.parametrize(("name", "button", "question"), ASKED)
@pytest.mark.parametrize("goes_on", [False, True])
def test_button_asks_before_it_sends(
    name: str, button: str, question: str, goes_on: bool, pages: dict[str, Recorded], screen: Page
):
    asked, sent = [], []

    def answer(dialog):
        asked.append(dialog.message)
        dialog.accept() if goes_on else dialog.dismiss()

    looked_at.show(screen, pages[name])
    screen.once("dialog", answer)
    screen.route("**/*", lambda route: (sent.append(route.request.method), route.abort()))
    screen.get_by_role("button", name=button, exact=True).first.click(no_wait_after=True)
    screen.wait_for_timeout(200)
    assert len(asked) == 1 and question in asked[0]
    assert sent == (["POST"] if goes_on else [])
