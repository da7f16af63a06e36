"""The log-in ends in the middle of a long form: log in again and go on with the text."""

from datetime import date as D

from django.test import Client
from django.urls import reverse

from inspections.cases.models import Paper
from inspections.findings.models import Notice
from project.demo import stories
from project.demo.drive import item_of, pdf
from tests.browse import on, words_of
from tests.filled import stored, values_of
from tests.standing import story

PASSWORD = "Muoi-Trang-2026-dai"
# a self-report of some forty pages, with all that a browser escapes
PARAGRAPH = "Chi bộ “tự kiểm tra” <nền nếp> & chất lượng sinh hoạt. " * 20
LONG = "\r\n\r\n".join(f"{number}. {PARAGRAPH}" for number in range(90))
AGAIN = "Những gì đồng chí nhập trước khi bị đăng xuất vẫn còn đây. Hãy kiểm tra rồi gửi."


@story
def announced(cast):
    case = stories.signed(cast, stories.proposed(cast))
    stories.prepared(cast, case)
    stories.announced(cast, case)
    for name in ("dm_secretary", "dm_deputy", "member"):
        user = cast[name]
        user.set_password(PASSWORD)
        user.save()
    return case


def log_in(browser, name, address):
    """As the log-in page does it; the answer is the page that one is sent to."""
    return browser.post(f"/login/?next={address}", {"username": name, "password": PASSWORD}, follow=True)


def expired(cast, name, address):
    """A browser that had the page open when its session ended."""
    browser = Client()
    assert log_in(browser, name, address).status_code == 200
    del browser.cookies["sessionid"]
    return browser


def test_a_long_self_report_is_there_again_after_the_log_in_and_can_be_sent(cast, announced):
    subject = announced.subjects.get()
    address = item_of(subject, "self_report").get_absolute_url()
    with on("2026-10-15"):
        browser = expired(cast, "dm_secretary", address)
        before = stored()
        sent = browser.post(address, {"text": LONG, "files": pdf()})
        assert sent.status_code == 302
        assert sent.headers["Location"].startswith("/login/?next=")
        assert stored() == before
        asked = browser.get(sent.headers["Location"])
        assert "Nội dung đã nhập được giữ lại" in words_of(asked)
        page = log_in(browser, "dm_secretary", address)
        assert AGAIN in words_of(page)
        assert "Các tệp chưa được giữ lại; hãy chọn lại tệp." in words_of(page)
        fields = values_of(page)
        assert fields["text"] == [LONG]
        assert not Paper.objects.filter(kind__code="self_report").exists()
        assert browser.post(address, {"text": fields["text"]}).status_code == 302
    assert Paper.objects.get(kind__code="self_report").body == LONG.strip()


def test_the_rows_of_a_notice_are_there_again(cast):
    case = stories.run_to_conclusion(cast, "Thiếu sinh hoạt chuyên đề.", "Sổ ghi chưa đủ.")
    user = cast["member"]
    user.set_password(PASSWORD)
    user.save()
    address = reverse("findings:draft_notice", args=[case.pk])
    fields = {"strengths": "Giữ nền nếp.", "carrying_out": "Giao UBKT.", "recipients": "Chi bộ"}
    fields |= {"demand-TOTAL_FORMS": "2", "demand-INITIAL_FORMS": "0"}
    for number, finding in enumerate(case.findings.order_by("number")):
        fields |= {
            f"demand-{number}-text": f"Yêu cầu “{number}”",
            f"demand-{number}-findings": str(finding.pk),
            f"demand-{number}-assignee": str(case.subjects.get().pk),
            f"demand-{number}-monitor": str(cast.person("officer").pk),
            f"demand-{number}-due_words": "at_latest",
            f"demand-{number}-due_day": "30/11/2026",
        }
    with on("2026-11-09"):
        browser = expired(cast, "member", address)
        assert browser.post(address, fields).status_code == 302
        assert not Notice.objects.exists()
        again = values_of(log_in(browser, "member", address))
        assert {name: again[name] for name in fields} == {name: [value] for name, value in fields.items()}
        assert browser.post(address, again).status_code == 302
    assert Notice.objects.get().demands.count() == 2
    assert set(Notice.objects.get().demands.values_list("due_day", flat=True)) == {D(2026, 11, 30)}


def test_another_log_in_at_the_same_computer_does_not_get_the_text(cast, announced):
    address = item_of(announced.subjects.get(), "self_report").get_absolute_url()
    with on("2026-10-15"):
        browser = expired(cast, "dm_secretary", address)
        browser.post(address, {"text": "Chỉ của tôi."})
        page = log_in(browser, "dm_deputy", address)
        assert page.status_code == 200
        assert "Chỉ của tôi." not in words_of(page)
        # and it is not kept for later either
        browser.post("/logout/")
        assert "Chỉ của tôi." not in words_of(log_in(browser, "dm_secretary", address))


def test_who_never_logged_in_here_leaves_nothing(cast, announced):
    address = item_of(announced.subjects.get(), "self_report").get_absolute_url()
    with on("2026-10-15"):
        browser = Client()
        assert browser.post(address, {"text": "Ai đó."}).status_code == 302
        assert "kept_form" not in browser.session
