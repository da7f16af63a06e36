"""The pages of calendar and limits: what counts for whom, what would move, and what is saved after it was looked at."""

from datetime import date as D
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from inspections.calendars.library import compared
from inspections.calendars.models import CalendarDay, TimeLimitRule
from inspections.calendars.services import YEAR, Asked, save, stamp_of_year
from inspections.deadlines.models import Deadline, DeadlineChange
from permissions.models import AuditEntry
from project.demo import stories
from project.demo.drive import item_of
from tests.browse import logged_in, on, read, send, text_of, words_of
from tests.cast import NOW
from tests.keeping import ADD, DAYS, LIMITS, kept

pytestmark = pytest.mark.django_db

REST = {"day": "18/11/2026", "kind": "rest", "name": "Nghỉ đột xuất", "legal_basis": "QĐ 9", "reason": "Bão"}


def looked_at(client, address, **fields):
    """Sends the form; the page that shows what would move, and its address."""
    location = send(client, address, **fields)["Location"]
    return client.get(location), location


def saved(client, page, location, status=302):
    asked = parse_qs(urlsplit(location).query)["asked"][0]
    return send(client, urlsplit(location).path, status=status, asked=asked, seen=page.context["moves"].digest)


def test_what_would_move_is_shown_before_it_is_saved(cast, keeper, clock):
    with on("2026-11-12"):
        client = logged_in(keeper)
        page, location = looked_at(client, reverse("calendars:add", args=["days"]), **REST)
        assert not CalendarDay.objects.filter(day=D(2026, 11, 18)).exists(), "to show it writes nothing"
        shown = words_of(page)
        assert "19/11/2026" in shown
        assert "20/11/2026" in shown
        assert "Bão" in shown
        (move,) = page.context["moves"].all
        assert (move.pk, move.old, move.new) == (clock.pk, D(2026, 11, 19), D(2026, 11, 20))
        assert page.context["told"]["many"] == len(move.told)
        # whoever keeps calendars sees no case: the deadline is counted, and not shown
        assert (page.context["unseen"], clock.title in text_of(page)) == (1, False)
        answer = saved(client, page, location)
        assert "1 thời hạn" in words_of(client.get(answer["Location"]))
    clock.refresh_from_db()
    assert clock.due_on == D(2026, 11, 20)
    assert DeadlineChange.objects.get(deadline=clock).reason == "Bão"
    with on("2026-11-13"):
        told = words_of(logged_in(cast["vice_chair"]).get(reverse("deadlines:explanation", args=[clock.pk])))
    assert "Nghỉ đột xuất" in told
    assert "Bão" in told


def test_other_moves_than_were_shown_are_shown_again_and_nothing_is_saved(cast, keeper, clock):
    with on("2026-11-12"):
        client = logged_in(keeper)
        page, location = looked_at(client, reverse("calendars:add", args=["days"]), **REST)
        kept(DAYS, ADD, by=cast.root, now=NOW, day=D(2026, 11, 17), kind="rest", name="Khác", legal_basis="1")
        answer = saved(client, page, location, status=422)
    assert not CalendarDay.objects.filter(day=D(2026, 11, 18)).exists()
    assert "20/11/2026" in words_of(answer)
    assert "23/11/2026" in words_of(answer)
    # beside Save stands what would be saved, and what it moves now
    assert "Nghỉ đột xuất" in words_of(answer) and "1 thời hạn đang tính sẽ thay đổi" in words_of(answer)
    with on("2026-11-12"):
        saved(client, answer, location)
    assert CalendarDay.objects.filter(day=D(2026, 11, 18)).exists()


def test_what_cannot_be_saved_any_more_offers_no_save_and_says_nothing_of_moves(cast, keeper, clock):
    with on("2026-11-12"):
        client = logged_in(keeper)
        page, location = looked_at(client, reverse("calendars:add", args=["days"]), **REST)
        kept(DAYS, ADD, by=cast.root, now=NOW, day=D(2026, 11, 18), kind="rest", name="Khác", legal_basis="1")
        answer = saved(client, page, location, status=422)
    assert 'name="seen"' not in answer.content.decode() and "thời hạn đang tính" not in words_of(answer)


def test_nothing_typed_is_lost_and_what_is_wrong_stands_beside_its_field(cast, keeper):
    address = reverse("calendars:add", args=["days"])
    with on("2026-11-12"):
        client = logged_in(keeper)
        answer = send(client, address, status=422, **{**REST, "legal_basis": "", "reason": ""})
        assert set(answer.context["form"].errors) == {"reason"}
        answer = send(client, address, status=422, **{**REST, "legal_basis": ""})
        assert set(answer.context["form"].errors) == {"legal_basis"}
        assert "Nghỉ đột xuất" in text_of(answer)
        twice = send(client, address, status=422, **{**REST, "day": "24/11/2026"})
        assert "đã có" in words_of(twice)
        page, location = looked_at(client, address, **REST)
        again = client.get(page.context["again"])
        assert "Nghỉ đột xuất" in text_of(again)
        assert "Bão" in text_of(again)
        # what somebody made up, and what was asked for elsewhere, is nothing
        assert client.get(f"{address}?asked=x").status_code == 404
        query = urlsplit(location).query
        assert client.get(f"{reverse('calendars:add', args=['limits'])}?{query}").status_code == 404
    assert not AuditEntry.objects.filter(verb="add_to_calendar").exists()


def test_the_limits_say_which_counts_and_who_fills_in_what_is_not_known(cast, keeper):
    province = cast.organisation("province")
    rule = TimeLimitRule.objects.get(kind="GSCD", level__code="commune", step="verify")
    values = {
        "step": "verify", "kind": "GSCD", "level": rule.level, "amount": 17, "unit": "working",
        "start_event": "self_reports", "extension_count": 1, "legal_basis": "QĐ 9", "valid_from": D(2026, 1, 1),
    }  # fmt: skip
    kept(LIMITS, ADD, by=keeper, now=NOW, organisation=province, **values)
    address = reverse("calendars:limits")
    with on("2026-11-23"):
        shown = words_of(logged_in(cast["chair"]).get(address))
        assert "17 ngày làm việc" in shown
        assert "bị thay bởi Đảng bộ tỉnh Sơn Hải" in shown
        assert "Quản trị viên của Đảng bộ xã Tân Phước Thượng" in shown
        mine = logged_in(cast["administrator"]).get(address)
        unknown = TimeLimitRule.objects.get(kind="KTCH", level__code="commune", step="verify")
        fill = reverse("calendars:add_local", args=["limits", cast.organisation("commune").pk])
        assert f"{fill}?like={unknown.pk}" in text_of(mine)
        form = logged_in(cast["administrator"]).get(f"{fill}?like={unknown.pk}")
        assert form.context["form"].fields["kind"].initial == "KTCH"
        # another's tree is not looked at
        elsewhere = {"organisation": cast.organisation("ward").pk}
        assert logged_in(cast["chair"]).get(address, elsewhere).status_code == 404


def test_a_year_is_compared_with_the_library_and_saved_with_its_paper(cast, keeper):
    rows = {one.day: one for one in compared(2026)}
    # the swap of 02/01 with Sat 10/01 is not in the library
    assert {day for day, one in rows.items() if one.differs} == {D(2026, 1, 2), D(2026, 1, 10)}
    assert (rows[D(2026, 8, 22)].kind, rows[D(2026, 8, 31)].kind) == ("worked", "rest")
    assert not any(one.differs for one in compared(2027))
    address = f"{reverse('calendars:year')}?year=2027"
    days = [one.key for one in compared(2027) if one.day != D(2027, 9, 3)]
    with on("2026-12-10"):
        client = logged_in(keeper)
        assert "tạm" in words_of(client.get(address)).lower()
        send(client, address, status=422, days=days, reason="Đã có")
        page, location = looked_at(client, address, days=days, legal_basis="TB 12/TB-BNV", reason="Đã có")
        asked = parse_qs(urlsplit(location).query)["asked"][0]
        send(client, address, asked=asked, seen=page.context["moves"].digest)
        assert CalendarDay.objects.filter(day__year=2027, is_provisional=True).count() == 0
        assert not CalendarDay.objects.filter(day=D(2027, 9, 3)).exists()
        assert set(CalendarDay.objects.filter(day__year=2027).values_list("legal_basis", flat=True)) == {"TB 12/TB-BNV"}
        again = send(client, address, status=409, days=days, legal_basis="TB 12", reason="Đã có")
    assert again.status_code == 409
    entry = AuditEntry.objects.get(verb="take_calendar_year")
    assert (entry.new["year"], entry.new["legal_basis"]) == (2027, "TB 12/TB-BNV")


def test_a_case_asks_for_day_and_reason_where_the_limit_is_not_known(cast):

    case = stories.proposed(cast, kind="KTCH")
    address = item_of(case, "sign").get_absolute_url()
    with on("2026-10-02"):
        client = logged_in(cast["chair"])
        page = client.get(address)
        assert "quản trị viên của Đảng bộ xã Tân Phước Thượng" in words_of(page)
        wrong = send(client, address, status=422, outcome="sign", limit_day_verify="01/10/2026")
        assert set(wrong.context["form"].errors) == {"limit_day_verify", "limit_reason_verify"}
        assert not Deadline.objects.filter(case_id=case.pk).exists()
        send(client, address, outcome="sign", limit_day_verify="20/11/2026", limit_reason_verify="Theo kế hoạch")
    clock = Deadline.objects.get(case_id=case.pk, duty="verify")
    assert (clock.due_on, clock.rule, clock.start_on) == (D(2026, 11, 20), None, D(2026, 10, 2))
    assert "Theo kế hoạch" in read(cast["vice_chair"], reverse("deadlines:explanation", args=[clock.pk]), "2026-10-05")
    entry = AuditEntry.objects.get(verb="sign_case")
    assert entry.new["set_days"] == {"verify": ["2026-11-20", "Theo kế hoạch"]}
    # the reports start no other clock
    stories.prepared(cast, case)
    stories.announced(cast, case)
    stories.self_reported(cast, case)
    assert [one.pk for one in Deadline.objects.filter(case_id=case.pk, duty="verify")] == [clock.pk]


def test_a_case_whose_limits_are_known_asks_for_nothing(cast):

    case = stories.proposed(cast)
    with on("2026-10-02"):
        page = logged_in(cast["chair"]).get(item_of(case, "sign").get_absolute_url())
    assert "limit_day_verify" not in text_of(page)


def test_a_day_that_another_adds_to_the_year_meanwhile_is_not_taken_out_unseen(cast, keeper):
    asked = Asked(
        table=DAYS, action=YEAR, organisation=None, reason="TB 9", stamp=stamp_of_year(2027),
        values={"year": 2027, "days": [(D(2027, 1, 1), "rest", "Tết Dương lịch")], "legal_basis": "TB 9"},
    )  # fmt: skip
    kept(DAYS, ADD, by=cast.root, now=NOW, **{**REST, "day": D(2027, 6, 1)})
    with pytest.raises(ValidationError, match="vừa được người khác sửa"):
        save(acting_user=keeper, asked=asked, now=NOW)
    assert CalendarDay.objects.filter(day=D(2027, 6, 1)).exists()
