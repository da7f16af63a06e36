"""My work: what I owe and what waits for me to take, the most urgent first, one click from the task."""

import re
from datetime import date as D

import pytest
from django.urls import reverse

from inspections.cases.services.opening import SubjectChoice
from inspections.organisations.services import add_person, delegate
from inspections.programmes import services as programmes
from inspections.programmes.services import LineFacts
from project.demo import stories
from project.demo.drive import do, item_of
from tests.browse import logged_in, on, send, text_of, words_of
from tests.cast import at
from tests.standing import story
from workflows import access, starts

GROUPS = {"overdue": "Quá hạn", "today": "Hôm nay", "week": "Tuần này", "later": "Sau đó", "take": "Có thể nhận"}


def groups_on(user, day: str) -> list[tuple[str, list[str]]]:
    """The groups of the page with the content of the cases in them, in the order of the page."""
    with on(day):
        page = logged_in(user).get(reverse("workflows:my_work"))
    words, groups = words_of(page), page.context["groups"]
    places = [words.index(f"{group.label} {len(group.items)} ") for group in groups]
    assert places == sorted(places)
    return [(group.code, [item.case.content for item in group.items]) for group in groups]


def due(cast, content: str, day: D):
    """A case whose draft the cell has to answer by the day."""
    case = stories.signed(cast, stories.proposed(cast, content=content))
    stories.prepared(cast, case)
    stories.announced(cast, case)
    stories.self_reported(cast, case)
    stories.worked_with(cast, case)
    stories.found(cast, case, "Thiếu sổ.")
    stories.verified(cast, case)
    stories.released(cast, case, due=day)
    return case


@story
def owed(cast):
    for content, day in (
        ("Việc sau", D(2026, 11, 20)),
        ("Việc tuần này", D(2026, 11, 6)),
        ("Việc gấp", D(2026, 11, 2)),
    ):
        due(cast, content, day)
    return cast


def test_the_most_urgent_stands_first_whatever_came_first(owed):
    assert groups_on(owed["dm_secretary"], "2026-11-02") == [
        ("today", ["Việc gấp"]),
        ("week", ["Việc tuần này"]),
        ("later", ["Việc sau"]),
    ]
    assert groups_on(owed["dm_secretary"], "2026-11-10") == [
        ("overdue", ["Việc gấp", "Việc tuần này"]),
        ("later", ["Việc sau"]),
    ]


def test_line_says_what_for_whom_and_by_when_in_working_days(owed):
    with on("2026-11-10"):
        words = words_of(logged_in(owed["dm_secretary"]).get(reverse("workflows:my_work")))
    assert "Quá hạn 2 Trả lời từng nội dung" in words
    assert "quá hạn 8 ngày thứ Hai 02/11/2026" in words
    assert "còn 8 ngày làm việc thứ Sáu 20/11/2026" in words


def test_one_click_opens_the_task(owed):
    with on("2026-11-02"):
        client = logged_in(owed["dm_secretary"])
        page = text_of(client.get(reverse("workflows:my_work")))
        links = re.findall(r'class="button[^"]*" href="([a-z/]+\d+/)"', page)
        assert len(links) == 3
        assert [client.get(link).status_code for link in links] == [200] * 3
        assert page.count('class="button main"') == 1, "one filled button: the most urgent"


def test_free_work_is_told_apart_and_moves_when_it_is_taken(cast):
    case = stories.proposed(cast, content="Việc chờ ký")
    assert groups_on(cast["chair"], "2026-10-02") == [("take", ["Việc chờ ký"])]
    with on("2026-10-02"):
        send(logged_in(cast["chair"]), reverse("workflows:take", args=[item_of(case, "sign").pk]))
    assert groups_on(cast["chair"], "2026-10-02") == [("open", ["Việc chờ ký"])]
    with on("2026-10-02"):
        send(logged_in(cast["chair"]), reverse("workflows:give_back", args=[item_of(case, "sign").pk]))
    assert groups_on(cast["chair"], "2026-10-02") == [("take", ["Việc chờ ký"])]


def test_number_in_the_menu_is_the_number_of_lines(owed):
    with on("2026-11-10"):
        page = logged_in(owed["dm_secretary"]).get(reverse("workflows:my_work"))
    assert sum(len(group.items) for group in page.context["groups"]) == 3
    assert "Việc của tôi 3 " in words_of(page)


def test_empty_page_says_what_will_come_here(cast):
    with on("2026-10-02"):
        words = words_of(logged_in(cast["thcs_secretary"]).get(reverse("workflows:my_work")))
    assert "Không có việc nào chờ đồng chí" in words and "đóng trang này không mất gì" in words


# what one wrote oneself another decides on, so it is no work of one's own


def lines_of(user, day: str) -> tuple[list[str], int]:
    """The steps on the page of my work, and the number in the frame."""
    with on(day):
        page = logged_in(user).get(reverse("workflows:my_work"))
    steps = [item.task.flow_task.name for group in page.context["groups"] for item in group.items]
    found = re.search(r"Việc của tôi (\d+) ", words_of(page))
    return steps, int(found.group(1)) if found else 0


def proposal(cast):
    team = [("member2", "leader"), ("member", "member"), ("officer", "team_secretary")]
    return item_of(stories.proposed(cast, by="vice_chair", team=team), "sign")


def programme(cast):
    programme = starts.begin_programme(
        acting_user=cast["vice_chair"],
        organisation=cast.organisation("ubkt"),
        horizon="year",
        first_year=2027,
        last_year=2027,
        now=at("2026-10-01"),
    )
    facts = LineFacts(
        kind=cast.kinds["GSCD"], content="Sinh hoạt", year=2027, organisations=[cast.organisation("dong_muoi")]
    )
    programmes.add_line(acting_user=cast["vice_chair"], programme=programme, facts=facts, now=at("2026-10-02"))
    do(cast["officer"], programme, "draft", at("2026-10-05"), outcome="submit")
    return item_of(programme, "adopt")


def change(cast):
    case = stories.signed(cast, stories.proposed(cast))
    asked = starts.ask_change(
        acting_user=cast["vice_chair"],
        case=case,
        what="duration",
        proposal={"ends_on": "2026-12-30"},
        reason="Chờ hồ sơ.",
        now=at("2026-10-03"),
    )
    return item_of(asked, "decide")


def notice_of_leader(cast):
    case = stories.run_to_conclusion(cast)
    stories.drafted_notice(cast, case)
    return item_of(case, "sign_notice")


def notice_of_drafter(cast):
    """The vice chair drafts as the deputy of the leader."""
    team = [("member2", "leader"), ("vice_chair", "deputy"), ("member", "member"), ("officer", "team_secretary")]
    case = stories.run_to_conclusion(cast, team=team)
    stories.drafted_notice(cast, case, by="vice_chair")
    return item_of(case, "sign_notice")


# what the vice chair wrote -> the step by which another decides on it, the day, what he is told
WRITTEN = [
    (proposal, "sign", "Đồng chí đã đề xuất cuộc này nên không được ký"),
    (programme, "adopt", "Đồng chí đã soạn hoặc trình chương trình này nên không được thông qua"),
    (change, "decide", "Đồng chí đã đề nghị thay đổi này nên không được quyết định"),
    (notice_of_leader, "sign_notice", "nên không được ký"),
    (notice_of_drafter, "sign_notice", "nên không được ký"),
]


@pytest.mark.parametrize(("written", "step", "told"), WRITTEN)
def test_who_wrote_it_has_not_got_the_decision_on_his_list_and_is_told_who_decides(cast, written, step, told):
    item = written(cast)
    day = "2026-11-10"
    for name, has_it in (("vice_chair", False), ("chair", True)):
        steps, number = lines_of(cast[name], day)
        assert (step in steps, number) == (has_it, len(steps)), name
    with on(day):
        vice_chair, chair = logged_in(cast["vice_chair"]), logged_in(cast["chair"])
        answer = vice_chair.get(item.get_absolute_url())
        assert answer.status_code == 403
        assert re.search(f"{told}; người được quyền: Đỗ Văn Quý.", words_of(answer))
        for address in ("workflows:take", "workflows:task"):
            assert vice_chair.post(reverse(address, args=[item.pk]), {"draft": "1"}).status_code == 403
        assert chair.get(item.get_absolute_url()).status_code == 200
        if item.case is not None:
            # he still sees on the case that it waits, and why it is not his unless he has other work there
            words = words_of(vice_chair.get(item.case.get_absolute_url()))
            assert str(item.task.flow_task.task_title) in words
            assert told in words or "prepare" in lines_of(cast["vice_chair"], day)[0]


@pytest.mark.parametrize(("written", "step", "told"), WRITTEN)
def test_a_deputy_of_several_has_it_only_by_the_office_of_one_who_did_not_write_it(cast, written, step, told):
    written(cast)
    deputise(cast, "vice_chair")
    assert step not in lines_of(cast["sd_member"], "2026-11-10")[0]
    deputise(cast, "chair")
    steps, number = lines_of(cast["sd_member"], "2026-11-10")
    assert (step in steps, number) == (True, len(steps))


def deputise(cast, name):
    delegate(
        acting_user=cast.root,
        office=cast.offices[name],
        deputy=cast.person("sd_member"),
        starts_on=D(2026, 10, 1),
        ends_on=D(2026, 12, 31),
        now=at("2026-10-01"),
    )


def test_a_cell_without_a_team_drafts_and_signs_itself(cast):
    """There is no leader, and hardly anybody else: what its secretary wrote stays on his own list."""
    member = add_person(
        acting_user=cast.root, full_name="Hà Văn Mười", organisation=cast.organisation("suoi_da"), now=at("2026-09-01")
    )
    choice = SubjectChoice(member.organisation, member)
    case = stories.proposed(cast, kind="GSCD", body="suoi_da", by="sd_secretary", subjects=[choice], team=[])
    assert "sign" not in lines_of(cast["sd_secretary"], "2026-10-02")[0]
    stories.signed(cast, case, by="sd_deputy")
    stories.announced(cast, case, by="sd_secretary")
    stories.self_reported(cast, case, by="sd_deputy")
    stories.worked_with(cast, case, by="sd_secretary")
    stories.found(cast, case, "Dự sinh hoạt chưa đều.", by="sd_secretary")
    stories.reported(cast, case, by="sd_secretary")
    stories.concluded(cast, case, by="sd_deputy")
    stories.drafted_notice(cast, case, by="sd_secretary")
    assert "sign_notice" in lines_of(cast["sd_secretary"], "2026-11-10")[0]
    do(cast["sd_secretary"], case, "sign_notice", at("2026-11-10"), outcome="sign")


@pytest.mark.parametrize(("written", "step", "told"), WRITTEN)
def test_the_author_bars_the_queue_and_nothing_else_does(cast, monkeypatch, written, step, told):
    """The planted failure: were nobody known as its author, the author would have it on his list."""
    written(cast)
    monkeypatch.setattr(access, "authors_of_each", lambda asked: dict.fromkeys(asked, frozenset()))
    assert step in lines_of(cast["vice_chair"], "2026-11-10")[0]
