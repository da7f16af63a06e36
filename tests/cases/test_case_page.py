"""The case page: where it stands and whose turn it is, the picture and the steps, clocks, team, findings, papers with
their hash, answers, and who did what in which office."""

import hashlib
import re

from django.urls import reverse

from inspections.documents.models import Attachment
from project.demo import stories
from tests.browse import logged_in, on, text_of, words_of
from tests.standing import story
from workflows.flows.formal_case import FormalCaseFlow
from workflows.nodes import Step

DAY = "2026-11-09"


@story
def case(cast):
    return stories.run_to_notice(cast, content="Việc sinh hoạt chuyên đề")


def page_of(user, case, name: str = "cases:overview", arg: str = "pk", day: str = DAY):
    with on(day):
        response = logged_in(user).get(reverse(name, kwargs={arg: case.pk}))
    assert response.status_code == 200
    return response


def test_head_says_what_it_is_where_it_stands_and_whose_turn_it_is(cast, case):
    words = words_of(page_of(cast["chair"], case))
    assert f"{case.number} – Việc sinh hoạt chuyên đề" in words
    assert "Giám sát chuyên đề · UBKT Đảng uỷ xã Tân Phước Thượng" in words
    assert "đã ban hành thông báo kết luận" in words
    assert "Đang đến lượt ai" in words
    assert "Công bố thông báo kết luận" in words


def test_own_turn_has_the_one_filled_button_and_it_opens_the_task(cast, case):
    page = text_of(page_of(cast["vice_chair"], case))
    (address,) = re.findall(r'class="button main[^"]*" href="([a-z/]+\d+/)"', page)
    with on(DAY):
        assert logged_in(cast["vice_chair"]).get(address).status_code == 200
    assert "Đến lượt đồng chí" in page


def test_picture_is_drawn_from_the_flow_that_runs_and_the_list_says_the_same(cast, case):
    page = text_of(page_of(cast["chair"], case))
    picture = page.partition('class="flow-scroll"')[2].partition("</svg>")[0]
    steps = page.partition('<ol class="steps"')[2].partition("</ol>")[0]
    drawn = " ".join(re.sub(r"<[^>]+>", " ", picture).split())
    titles = [str(node.task_title) for node in FormalCaseFlow.instance.nodes() if isinstance(node, Step)]
    assert len(titles) == 17
    for title in titles:
        assert title in drawn, title
        assert title in steps, title
    assert "Hoàng Thanh Lộc" in steps, "who did a step"


def test_every_running_clock_has_its_explanation(cast):
    case = stories.run_to_release(cast)
    page = text_of(page_of(cast["chair"], case, day="2026-10-27"))
    assert "Thời hạn đang tính" in page
    explained = re.findall(r'href="(/deadlines/\d+/)"', page)
    assert len(explained) >= 2
    with on("2026-10-27"):
        assert [logged_in(cast["chair"]).get(one).status_code for one in explained] == [200] * len(explained)


def test_findings_with_answers_and_what_became_of_them(cast, case):
    words = words_of(page_of(cast["chair"], case, "findings:of_case", "case_pk"))
    finding = case.findings.get()
    assert finding.text in words
    answer = finding.answers.get()
    assert answer.get_position_display() in words


def test_papers_stand_with_files_and_their_hash(cast, case):
    page = page_of(cast["chair"], case, "cases:papers")
    words = words_of(page)
    files = Attachment.objects.filter(item_id__in=case.papers.values("pk"))
    assert files
    for one in files.select_related("file"):
        assert one.name in words and one.file.sha256[:12] in words
    with on(DAY):
        got = logged_in(cast["chair"]).get(reverse("documents:download", args=[files[0].pk]))
    assert hashlib.sha256(b"".join(got.streaming_content)).hexdigest() == files[0].file.sha256


def test_timeline_tells_who_did_what_in_which_office(cast, case):
    words = words_of(page_of(cast["chair"], case, "cases:timeline"))
    for told in (
        "Đỗ Văn Quý",
        "Chủ nhiệm uỷ ban kiểm tra, UBKT Đảng uỷ xã Tân Phước Thượng",
        "Đinh Hữu Huân",
        "Bí thư chi bộ, Chi bộ thôn Đồng Muối",
        "09:00 02/10/2026",
    ):
        assert told in words, told


def test_people_stand_with_their_parts_and_who_may_see_the_case(cast, case):
    words = words_of(page_of(cast["chair"], case, "cases:people"))
    for name in ("Hoàng Thanh Lộc", "Mai Đình Nghĩa", "Đặng Đức Viên"):
        assert name in words
    assert "Ai được xem, và vì sao" in words


def test_every_tab_says_where_one_is_and_leads_back(cast, case):
    for name, arg in (
        ("cases:papers", "pk"),
        ("cases:timeline", "pk"),
        ("cases:people", "pk"),
        ("findings:of_case", "case_pk"),
        ("findings:notice", "case_pk"),
        ("remedies:of_case", "case_pk"),
    ):
        page = text_of(page_of(cast["chair"], case, name, arg))
        assert page.count('aria-current="page"') >= 2, name
        assert f'href="{case.get_absolute_url()}"' in page and f'href="{reverse("cases:list")}"' in page
