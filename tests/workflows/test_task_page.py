"""The page of a task keeps what was typed, whatever comes between (issue 2, Bad input; architecture.md §3)."""

from django.test import Client

from inspections.cases.models import Paper
from project.demo import stories
from project.demo.drive import item_of
from tests.browse import logged_in, on, words_of
from tests.cast import at
from tests.standing import story
from workflows import services
from workflows.models import Draft

PASSWORD = "Muoi-Trang-2026-dai"
OUTLINE = "1. Nền nếp sinh hoạt chi bộ."


@story
def prepare(cast):
    """The open step “prepare” of a signed case."""
    return item_of(stories.signed(cast, stories.proposed(cast)), "prepare")


def taken(cast, item, name):
    services.take(acting_user=cast[name], item=item, now=at("2026-10-05"))


def test_who_opens_a_task_that_another_has_is_told_so(cast, prepare):
    taken(cast, prepare, "vice_chair")
    with on("2026-10-05"):
        page = words_of(logged_in(cast["member"]).get(prepare.get_absolute_url()))
    assert "Hoàng Thanh Lộc đã nhận việc này." in page
    assert "không còn quyền" not in page


def test_who_sends_a_task_that_another_took_meanwhile_keeps_what_was_typed(cast, prepare):
    taken(cast, prepare, "vice_chair")
    with on("2026-10-05"):
        answer = logged_in(cast["member"]).post(prepare.get_absolute_url(), {"outline": OUTLINE})
    assert answer.status_code == 409
    assert "Hoàng Thanh Lộc đang làm việc này." in words_of(answer)
    assert OUTLINE in words_of(answer)
    assert not Paper.objects.filter(kind__code="outline").exists()


def test_a_draft_is_for_its_writer_only_and_goes_with_the_task(cast, prepare):
    address = prepare.get_absolute_url()
    with on("2026-10-05"):
        writer, other = logged_in(cast["vice_chair"]), logged_in(cast["member"])
        assert writer.post(address, {"outline": OUTLINE, "draft": "1"}).status_code == 302
        assert OUTLINE in words_of(writer.get(address))
        assert OUTLINE not in words_of(other.get(address))
        whole = {"outline": OUTLINE, "schedule": "Từ 06/10.", "team_met_on": "05/10/2026", "team_minutes": "Đoàn họp."}
        assert writer.post(address, whole).status_code == 302
    assert not Draft.objects.exists()


def test_a_draft_sent_after_the_log_in_expired_is_there_after_the_next(cast, prepare):
    user = cast["vice_chair"]
    user.set_password(PASSWORD)
    user.save()
    page, log_in = prepare.get_absolute_url(), {"username": "vice_chair", "password": PASSWORD}
    with on("2026-10-05"):
        browser = Client()
        browser.post(f"/login/?next={page}", log_in)
        del browser.cookies["sessionid"]
        sent = browser.post(page, {"outline": OUTLINE, "draft": "1"})
        assert OUTLINE in words_of(browser.post(sent.headers["Location"], log_in, follow=True))


def test_a_button_with_an_address_of_its_own_leads_back_to_its_page_after_the_log_in(cast, prepare):
    page = prepare.get_absolute_url()
    with on("2026-10-05"):
        sent = Client().post(f"{page}take/", headers={"referer": f"http://testserver{page}"})
        from_elsewhere = Client().post(f"{page}take/", headers={"referer": "https://example.org/other/"})
    assert sent.headers["Location"] == f"/login/?next={page}"
    assert from_elsewhere.headers["Location"] == f"/login/?next={page}take/"
