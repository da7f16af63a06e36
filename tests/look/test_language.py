"""Pages speak one language: no English is left on a Vietnamese page, no Vietnamese of ours on an English one."""

import re
from html.parser import HTMLParser

import polib
import pytest
from django.conf import settings

from tests.look.pages import ENGLISH, PAGES, PLACES, Recorded

pytestmark = pytest.mark.django_db
ENGLISH_WORDS = re.compile(r"\b(?:the|of|and|is|are|to|not|for|this|what|who|with|no|by|on|in|add|from|has|was)\b")
TOLD = ("aria-label", "title", "placeholder", "alt", "content")
# a language is named in itself; one of the invented log-ins is called by his office
NAMES = {"English", "Tiếng Việt", "chair"}
# what is stored in the language of the papers, whoever reads it: names of papers, clocks and sheets, what was told
STORED = {
    "imports:preview": {"Điền vào đây", "Ví dụ"},
    "cases:papers": {"Quyết định", "Báo cáo kết quả"},
    "cases:timeline": {"Đối tượng nhất trí.", "thông báo kết luận (dự thảo)"},
    "deadlines:explanation": {"Gửi báo cáo tự kiểm tra"},
}


class Words(HTMLParser):
    """What a reader is told by a page: its texts and the words of its attributes, each by itself."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.told: list[str] = []
        self.inside: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.told += [value for name, value in attrs if name in TOLD and value and tag != "meta"]
        if tag in ("script", "template", "article"):
            self.inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.inside and tag == self.inside[-1]:
            self.inside.pop()

    def handle_data(self, data: str) -> None:
        words = " ".join(data.split())
        # a document (article) is in the language of the papers
        if words and not self.inside:
            self.told.append(words)


def words_of(answer: Recorded) -> list[str]:
    return Words(answer.body.decode()).told


@pytest.fixture(scope="module")
def translations() -> dict[str, str]:
    """Vietnamese -> English of every string without a value in it."""
    book = polib.pofile(str(settings.BASE_DIR / "locale/vi/LC_MESSAGES/django.po"))
    return {one.msgstr: one.msgid for one in book if one.msgstr and "%(" not in one.msgid and one.msgstr != one.msgid}


@pytest.mark.parametrize("name", PAGES)
def test_vietnamese_page_has_no_english(name: str, pages: dict[str, Recorded], translations: dict[str, str]):
    english = set(translations.values()) - set(translations) - NAMES
    told = words_of(pages[name])
    assert f'lang="{settings.LANGUAGE_CODE}"' in pages[name].body.decode()
    assert [one for one in told if one in english or len(ENGLISH_WORDS.findall(one)) > 1] == []


@pytest.mark.parametrize("name", PLACES)
def test_english_page_has_no_vietnamese_of_ours(name: str, pages: dict[str, Recorded], translations: dict[str, str]):
    answer = pages[f"{ENGLISH} {name}"]
    assert 'lang="en"' in answer.body.decode()
    left = [one for one in words_of(answer) if one in translations and one not in NAMES]
    assert set(left) == STORED.get(name, set())
