"""Mails: one a morning, at once only what is urgent; asked again before it goes; sent, or told to be uncertain."""

import smtplib
from datetime import date as D
from unittest.mock import patch

import pytest
from django.core import mail as outbox
from django.core.mail.backends.locmem import EmailBackend

from inspections.calendars.rules import days_after
from inspections.cases.models import Recusal
from inspections.deadlines.models import Deadline, DeadlineChange
from inspections.deadlines.services import meet_clock, move_clock
from inspections.organisations.models import Person
from inspections.remedies.models import Correction
from inspections.reminders.models import Mail, Message, Timetable
from inspections.reminders.services import mailing
from inspections.reminders.services.mailing import cut_off, gather, send_mails
from project.demo import stories
from tests.cast import at
from tests.reminders.clocks import clock, swept
from tests.standing import story

pytestmark = pytest.mark.django_db
DUE = D(2026, 12, 1)


def day(days: int) -> str:
    return days_after(DUE, days).isoformat()


@pytest.fixture
def reachable(cast):
    """Everybody of the cell has a mail address."""
    for name in ("dm_secretary", "dm_deputy"):
        Person.objects.filter(user__username=name).update(email=f"{name}@example.org")
    return cast


def mails(name: str = "dm_secretary") -> list[str]:
    return list(Mail.objects.filter(user__username=name).order_by("pk").values_list("state", flat=True))


def posted(days: int, hour: int = 8) -> list[str]:
    """The subjects of what one run of the worker sends to the secretary."""
    before = len(outbox.outbox)
    send_mails(now=at(day(days), hour))
    return [one.subject for one in outbox.outbox[before:] if one.to == ["dm_secretary@example.org"]]


def test_one_mail_a_morning_holds_all_that_is_not_urgent(reachable):
    for about in ("dong_muoi", "suoi_da", "thcs"):
        clock(reachable, DUE, about=about)
    swept(day(-15), hour=1)
    assert posted(-15, hour=6) == [], "not before the hour of the timetable"
    assert posted(-15, hour=7) == ["Thời hạn sáng 16/11/2026: 3 sắp tới"]
    assert posted(-15, hour=9) == []
    swept(day(-14))
    assert posted(-14) == [], "nothing new, no mail"


def test_the_hour_of_the_morning_is_data(reachable):
    Timetable.objects.filter(code="digest").update(hour=10)
    clock(reachable, DUE)
    swept(day(-15), hour=1)
    assert posted(-15, hour=9) == []
    assert len(posted(-15, hour=10)) == 1


def test_what_comes_after_the_mail_of_the_morning_waits_for_the_next(reachable):
    clock(reachable, DUE)
    swept(day(-15), hour=1)
    assert len(posted(-15)) == 1
    clock(reachable, days_after(DUE, -8), about="suoi_da")
    swept(day(-15), hour=11)
    assert posted(-15, hour=12) == []
    assert len(posted(-14)) == 1


def test_what_is_due_or_late_is_mailed_at_once_and_together(reachable):
    for about in ("dong_muoi", "suoi_da"):
        clock(reachable, DUE, about=about)
    swept(day(0), hour=1)
    assert posted(0, hour=2) == ["Nhắc thời hạn: 2 đến hạn hôm nay"]
    swept(day(1), hour=1)
    assert posted(1, hour=2) == ["Nhắc thời hạn: 2 quá hạn"]
    assert posted(1, hour=8) == []


def test_whoever_has_no_address_gets_none_and_reads_it_in_the_application(reachable):
    clock(reachable, DUE)
    swept(day(-3), hour=1)
    send_mails(now=at(day(-3)))
    assert {one.to[0] for one in outbox.outbox} == {"dm_secretary@example.org", "dm_deputy@example.org"}
    assert Message.objects.filter(user=reachable["chair"], in_app=True).exists()


def test_groups_and_links_of_a_mail_in_both_forms(reachable, settings):
    settings.SITE_URL = "https://kiemtra.example.org"
    ahead = {"dong_muoi": 0, "suoi_da": -2, "thcs": 7, "ward_cell": 15}
    for about, days in ahead.items():
        clock(reachable, days_after(DUE, days), about=about, started=day(-30))
    swept(day(-1), hour=1)
    send_mails(now=at(day(-1), 8))
    outbox.outbox.clear()
    swept(day(0), hour=1)
    Message.objects.filter(mail__isnull=True).update(by_mail="digest")
    send_mails(now=at(day(0), 8))
    letter = next(one for one in outbox.outbox if one.to == ["dm_secretary@example.org"])
    (html, kind) = letter.alternatives[0]
    assert kind == "text/html"
    for text in (letter.body, html):
        for one in Deadline.objects.filter(due_on__in=[DUE, days_after(DUE, 7), days_after(DUE, 15)]):
            assert f"https://kiemtra.example.org/deadlines/{one.pk}/" in text
    heads = ["ĐẾN HẠN HÔM NAY", "TUẦN NÀY", "SAU NÀY"]
    assert [letter.body.index(head) for head in heads] == sorted(letter.body.index(head) for head in heads)
    assert '<html lang="vi">' in html
    assert letter.extra_headers["Message-ID"].endswith("@kiemtra.example.org>")


@pytest.mark.parametrize("change", ["met", "extended", "recused"])
def test_it_is_asked_again_when_the_mail_goes(reachable, corrected, change):
    """Met, moved or closed to the person between the reminder and the mail: nothing goes."""
    correction = Correction.objects.get(pk=corrected.pk)
    one = Deadline.objects.get(item_id=correction.pk, duty="correct", state="running")
    now = at(one.due_on.isoformat(), 8)
    swept(one.due_on.isoformat(), hour=1)
    assert gather(now) == 2
    if change == "met":
        meet_clock(correction, "correct", one.due_on, now=now)
    elif change == "extended":
        reason = {"kind": DeadlineChange.Kind.EXTENSION, "reason": "Mưa lũ.", "paper": "", "now": now}
        move_clock(one, days_after(one.due_on, 9), decided_by=reachable["chair"], **reason)
    else:
        for name in ("dm_secretary", "dm_deputy"):
            Recusal.objects.create(
                case_id=one.case_id, person=reachable.person(name), reason="Họ hàng.", declared_at=now
            )
    send_mails(now=now)
    assert outbox.outbox == []
    assert mails() == ["dropped"]


@story
def corrected(cast):
    """A correction that its cell plans, as a published notice opened it."""
    stories.run_to_notice(cast)
    return Correction.objects.order_by("pk").first()


def test_nothing_of_the_case_leaves_the_application(reachable, corrected):
    one = Deadline.objects.get(item_id=corrected.pk, duty="correct", state="running")
    swept(one.due_on.isoformat(), hour=1)
    send_mails(now=at(one.due_on.isoformat(), 2))
    letter = outbox.outbox[0]
    notice = corrected.demand.notice
    texts = [letter.subject, letter.body, letter.alternatives[0][0]]
    assert all(notice.number in text and "Chi bộ thôn Đồng Muối" in text for text in texts[1:])
    secrets = [corrected.demand.text, one.title, notice.case.content]
    secrets += [finding.text for finding in notice.case.findings.all()]
    assert [secret for secret in secrets for text in texts if secret and secret in text] == []
    assert f"/corrections/{corrected.pk}/" in letter.body


# what goes wrong on the way


class Server(EmailBackend):
    """A mail server that answers as it is told to."""

    answer: Exception | None = None
    opens = True

    def open(self):
        if not self.opens:
            raise ConnectionRefusedError("nobody listens")
        return True

    def send_messages(self, messages):
        if self.answer is not None:
            raise self.answer
        return super().send_messages(messages)


@pytest.fixture
def urgent(reachable):
    clock(reachable, DUE)
    swept(day(0), hour=1)
    Message.objects.exclude(user__username="dm_secretary").update(by_mail="")
    return reachable


def run(hour: int, **server) -> str:
    backend = type("Answering", (Server,), server)()
    with patch.object(mailing, "get_connection", lambda: backend):
        return send_mails(now=at(day(0), hour))


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (smtplib.SMTPServerDisconnected("gone"), "uncertain"),
        (TimeoutError("slow"), "uncertain"),
        (smtplib.SMTPDataError(554, b"no"), "failed"),
        (smtplib.SMTPRecipientsRefused({"a": (550, b"unknown")}), "failed"),
        (smtplib.SMTPDataError(451, b"later"), "waiting"),
    ],
)
def test_what_the_server_answers_is_what_stands(urgent, answer, state):
    run(2, answer=answer)
    assert mails() == [state]
    run(3)
    assert mails() == ["sent" if state == "waiting" else state]
    assert len(outbox.outbox) == (state == "waiting")


def test_a_server_that_is_not_there_costs_nothing(urgent):
    assert "cannot be reached, 1 mails wait" in run(2, opens=False)
    assert mails() == ["waiting"]
    run(3)
    assert mails() == ["sent"]


@pytest.mark.parametrize(
    "answer", [smtplib.SMTPServerDisconnected("gone"), smtplib.SMTPDataError(421, b"closing"), TimeoutError("slow")]
)
def test_a_line_that_breaks_costs_the_mail_it_broke_under_and_no_other(urgent, answer):
    """The server goes away under the first of two mails, and does not come back in this run."""
    Message.objects.filter(user__username="dm_deputy").update(by_mail="at_once")

    class Leaving(Server):
        gone = False

        def open(self):
            if self.gone:
                raise ConnectionRefusedError("nobody listens")
            return True

        def send_messages(self, messages):
            type(self).gone = True
            raise answer

    with patch.object(mailing, "get_connection", Leaving):
        told = send_mails(now=at(day(0), 2))
    first, second = Mail.objects.order_by("pk")
    assert "cannot be reached, 1 mails wait" in told
    assert first.state == ("waiting" if isinstance(answer, smtplib.SMTPDataError) else "uncertain")
    assert (second.state, second.attempts) == ("waiting", 0)


def test_a_server_that_says_later_too_often_is_not_asked_for_ever(urgent):
    for _attempt in range(mailing.ATTEMPTS + 3):
        run(2, answer=smtplib.SMTPDataError(451, b"later"))
    assert mails() == ["failed"]


def test_a_mail_cut_off_on_its_way_is_uncertain_and_not_sent_twice(urgent):
    class Killed(BaseException):
        pass

    with pytest.raises(Killed):
        run(2, answer=Killed())
    assert mails() == ["sending"]
    number = Mail.objects.get().message_id
    assert cut_off(at(day(0), 2)) == 0, "another worker may be at it"
    run(3)
    assert mails() == ["uncertain"]
    assert Mail.objects.get().message_id == number
    run(4)
    assert outbox.outbox == []


def test_two_runs_take_no_mail_twice(urgent):
    now = at(day(0), 2)
    gather(now)
    key = Mail.objects.get().pk
    assert mailing._claim(key, now)[0] is not None
    assert mailing._claim(key, now) == (None, "")
