"""Pages speak one language: no English is left on a Vietnamese page, no Vietnamese of ours on an English one."""

import re
from dataclasses import dataclass
from html.parser import HTMLParser

import polib
import pytest
from django.conf import settings

from tests.look.pages import ENGLISH, PAGES, PAGES_IN_ENGLISH, Recorded

pytestmark = [pytest.mark.django_db, pytest.mark.once]
ENGLISH_WORDS = re.compile(r"\b(?:the|of|and|is|are|to|not|for|this|what|who|with|no|by|on|in|add|from|has|was)\b")
TOLD = ("aria-label", "title", "placeholder", "alt", "content")
# a language is named in itself; one of the invented log-ins is called by his office; a kind of case is called as our
# word for the supervision without a case is translated
NAMES = {"English", "Tiếng Việt", "chair", "Giám sát thường xuyên"}
# what is stored in the language of the papers, whoever reads it: names of papers, clocks and sheets, what was told
STORED = {
    "imports:preview": {"Điền vào đây", "Ví dụ"},
    "doubts of a spreadsheet": {"Điền vào đây", "Ví dụ", "Chi bộ"},
    "FormalCaseFlow.appraise": {"Báo cáo kết quả"},
    "FormalCaseFlow.conclude": {"Báo cáo kết quả"},
    "CellCaseFlow.conclude": {"Báo cáo kết quả"},
    "cases:papers": {"Quyết định", "Báo cáo kết quả"},
    "cases:timeline": {"Đối tượng nhất trí.", "thông báo kết luận (dự thảo)"},
    "deadlines:explanation": {"Gửi báo cáo tự kiểm tra"},
    "meetings:detail": {"Biên bản"},
    "meetings:report": {"Biên bản"},
    "meetings:assignment": {"Biên bản"},
    "superiors:supervise": {"Yêu cầu báo cáo"},
    "superiors:supervisions": {"Yêu cầu báo cáo"},
    "CorrectionFlow.judge_report": {"Nghị quyết"},
    "workflows:ask_about_clock": {"Tiến hành cuộc kiểm tra, giám sát"},
    "ExtensionFlow.decide": {"Tiến hành cuộc kiểm tra, giám sát"},
}
# pages that list clocks, whose titles are kept so too
CLOCKS = {
    "Gửi báo cáo tự kiểm tra",
    "Thẩm tra, xác minh và báo cáo",
    "Trả lời các nội dung đánh giá",
    "Tiến hành cuộc kiểm tra, giám sát",
    "Bổ sung theo yêu cầu",
    "Báo cáo theo yêu cầu của UBKT Đảng uỷ xã Tân Phước Thượng",
    "Báo cáo theo yêu cầu của Chi bộ thôn Đồng Muối",
    "Đình chỉ sinh hoạt đảng của Im Văn Child",
    "Cập nhật kết quả sinh hoạt",
}
OF_A_MEETING = ("Tổ chức sinh hoạt: ", "Trả lời nhận xét về buổi sinh hoạt: ")  # and which one
LISTS_OF_CLOCKS = {"reminders:list", "reports:clocks", "reports:weekly", "checks:list"}
# pages that tell or offer types of organisations: rows of a table, named in the language of the papers; one of them is
# called as our word for a cell is translated
TYPES = {"Chi bộ"}
TELLERS_OF_TYPES = {
    "organisations:list",
    "organisations:detail",
    "organisations:add_first",
    "organisations:add",
    "organisations:correct",
    "reports:organisations",
    "checks:list",
    "checks:one",
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


# a sentence with values between its words is looked for by the words, when they say enough to be known by
VALUE = re.compile(r"%\(\w+\)[sd]")
ENOUGH = 12


@dataclass(frozen=True)
class Catalogue:
    """Our strings in one language that the other says otherwise: those without values, and patterns of the others."""

    whole: frozenset[str]
    patterns: re.Pattern[str]

    def left(self, told: list[str]) -> list[str]:
        """What a page tells in this language."""
        return [one for one in told if one in self.whole or self.patterns.fullmatch(one)]


def catalogue(pairs: list[tuple[str, str]]) -> Catalogue:
    """Of pairs: the string looked for, and what the other language says."""
    others = {other for _one, other in pairs}
    wanted = {" ".join(one.split()) for one, other in pairs if one != other and one not in others} - NAMES
    valued = [one for one in sorted(wanted) if VALUE.search(one) and len(VALUE.sub("", one)) >= ENOUGH]
    patterns = "|".join(".+".join(re.escape(part) for part in VALUE.split(one)) for one in valued)
    return Catalogue(frozenset(one for one in wanted if not VALUE.search(one)), re.compile(patterns))


@pytest.fixture(scope="module")
def strings() -> list[tuple[str, str]]:
    """English and Vietnamese of every string; of plural forms, both English ones."""
    book = polib.pofile(str(settings.BASE_DIR / "locale/vi/LC_MESSAGES/django.po"))
    found = []
    for one in book:
        for source in filter(None, (one.msgid, one.msgid_plural)):
            found.append((source, one.msgstr or one.msgstr_plural[0]))
    return found


@pytest.fixture(scope="module")
def english(strings: list[tuple[str, str]]) -> Catalogue:
    return catalogue(strings)


@pytest.fixture(scope="module")
def vietnamese(strings: list[tuple[str, str]]) -> Catalogue:
    return catalogue([(text, source) for source, text in strings])


def test_strings_with_values_are_known_too(english: Catalogue, vietnamese: Catalogue):
    assert len(english.whole) > 1000 < len(vietnamese.whole)
    assert english.left(["Coverage below Đảng bộ xã Tân Phước Thượng", "Cases", "Đảng bộ xã"]) != []
    assert vietnamese.left(["12 dòng", "Tổ chức đảng chưa có"]) == []


@pytest.mark.parametrize("name", PAGES)
def test_vietnamese_page_has_no_english(name: str, pages: dict[str, Recorded], english: Catalogue):
    told = words_of(pages[name])
    assert f'lang="{settings.LANGUAGE_CODE}"' in pages[name].body.decode()
    assert english.left(told) + [one for one in told if len(ENGLISH_WORDS.findall(one)) > 1] == []


@pytest.mark.parametrize("name", PAGES_IN_ENGLISH)
def test_english_page_has_no_vietnamese_of_ours(name: str, pages: dict[str, Recorded], vietnamese: Catalogue):
    answer = pages[f"{ENGLISH} {name}"]
    assert 'lang="en"' in answer.body.decode()
    left = set(vietnamese.left(words_of(answer))) - (TYPES if name in TELLERS_OF_TYPES else set())
    if name in LISTS_OF_CLOCKS:
        left = {one for one in left - CLOCKS if not one.startswith(OF_A_MEETING)}
    assert left == STORED.get(name, set())
