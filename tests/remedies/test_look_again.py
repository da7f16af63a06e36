"""What was accepted is looked at again after days that are data: still fixed, or opened again with its history."""

from datetime import date as D
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from inspections.deadlines.models import Deadline
from inspections.reference.services import add_row, change_row
from inspections.reference.tables import table_of
from inspections.remedies.models import Correction, FollowUpRule, LookAgain
from inspections.remedies.queries import rule_for
from permissions.models import AuditEntry
from permissions.verdicts import NotNow, Refused
from project.demo import stories
from project.demo.drive import do, inbox, item_of, open_steps
from tests.browse import logged_in, on, read, text_of, words_of
from tests.cast import NOW, Cast, at
from tests.standing import story
from workflows import starts
from workflows.invariants import INVARIANTS
from workflows.services import InvalidForm

pytestmark = pytest.mark.django_db
FIRST, LAST = "2026-12-13", "2026-12-28"  # thirty days after the acceptance of 13/11, and fifteen more
AGAIN = {"outcome": "recurring", "reason": "Quý IV lại không sinh hoạt chuyên đề.", "due_words": "before"}


def accepted(cast: Cast, correction: Correction, *days: str) -> None:
    """From the plan to the acceptance on four days."""
    stories.planned(cast, correction, "dm_secretary", days[0], product="Nghị quyết")
    stories.judged(cast, correction, "judge_plan", days[1], accepts=True)
    stories.carried_out(cast, correction, "dm_secretary", days[2])
    stories.judged(cast, correction, "judge_report", days[3], accepts=True)
    correction.refresh_from_db()


@story
def correction(cast: Cast) -> Correction:
    """Accepted on 13/11, to be looked at again after 30 days, within 15."""
    FollowUpRule.objects.update(look_again_after=30, look_again_within=15)
    stories.run_to_notice(cast)
    one = Correction.objects.get()
    accepted(cast, one, "2026-11-10", "2026-11-11", "2026-11-12", "2026-11-13")
    return one


def looked(cast: Cast, correction: Correction, day: str = FIRST, by: str = "officer", **given: Any) -> None:
    do(cast[by], correction, "look", at(day), **{"outcome": "still_fixed", **given})
    correction.refresh_from_db()


def clocks(duty: str) -> list[tuple[str, D]]:
    return list(Deadline.objects.filter(duty=duty).order_by("pk").values_list("state", "due_on"))


def broken(day: str) -> list[str]:
    """The invariants that rows break on a day, and which."""
    return [f"{one.code}: {breach}" for one in INVARIANTS for breach in one.breaches(at(day))]


def test_after_the_acceptance_it_lies_at_the_monitor_with_its_clock(cast: Cast, correction: Correction):
    look = LookAgain.objects.get()
    assert (look.from_on, look.due_on, look.accepted_at) == (D(2026, 12, 13), D(2026, 12, 28), correction.accepted_at)
    assert clocks("look_again") == [("running", D(2026, 12, 28))]
    clock = Deadline.objects.get(duty="look_again")
    assert clock.organisation == clock.watcher == cast.organisation("ubkt") and clock.item == correction
    item = item_of(correction, "look")
    assert (item.person, item.deadline) == (cast.person("officer"), clock)
    assert "look" in inbox(cast["officer"], at(FIRST))
    assert "look" not in inbox(cast["dm_secretary"], at(FIRST)) + inbox(cast["chair"], at(FIRST))
    with on(FIRST):
        page = logged_in(cast["officer"]).get(item.get_absolute_url())
    assert page.status_code == 200 and "Xem lại từ" in words_of(page)
    assert "từ 13/12/2026 đến 28/12/2026" in read(cast["dm_secretary"], correction.get_absolute_url(), FIRST)
    assert broken("2026-11-14") == []


def test_not_before_its_day(cast: Cast, correction: Correction):
    with pytest.raises(NotNow, match="13/12/2026"):
        looked(cast, correction, "2026-12-12")
    assert not LookAgain.objects.exclude(verdict="").exists()


def test_still_fixed_ends_it(cast: Cast, correction: Correction):
    looked(cast, correction, reason="Đã xem sổ sinh hoạt quý IV.")
    look = LookAgain.objects.get()
    assert (look.verdict, look.judged_by, correction.state) == ("still_fixed", cast["officer"], "accepted")
    assert clocks("look_again") == [("met", D(2026, 12, 28))]
    assert open_steps(correction) == []
    assert AuditEntry.objects.get(verb="look_again").new["verdict"] == "still_fixed"
    assert "vẫn được duy trì" in read(cast["dm_secretary"], correction.get_absolute_url(), FIRST)
    assert broken(FIRST) == []


def test_recurring_opens_it_again_with_a_new_day_and_the_history_kept(cast: Cast, correction: Correction):
    was = correction.accepted_at
    looked(cast, correction, **AGAIN, due_day=D(2027, 1, 31))
    assert (correction.state, correction.accepted_at) == ("planning", None)
    assert (correction.times_recurred, correction.due_on) == (1, D(2027, 1, 30))
    assert LookAgain.objects.get().accepted_at == was
    assert clocks("correct") == [("met", D(2026, 11, 30)), ("running", D(2027, 1, 30))]
    assert open_steps(correction) == ["plan"] and "plan" in inbox(cast["dm_secretary"], at(FIRST))
    task = read(cast["dm_secretary"], item_of(correction, "plan").get_absolute_url(), FIRST)
    assert AGAIN["reason"] in task
    page = read(cast["chair"], correction.get_absolute_url(), FIRST)
    assert "tái diễn 1 lần sau khi được chấp nhận" in page and AGAIN["reason"] in page and "Nghị quyết" in page
    assert broken(FIRST) == []


def test_the_second_round_is_planned_and_judged_by_itself_and_looked_at_again(cast: Cast, correction: Correction):
    looked(cast, correction, **AGAIN, due_day=D(2027, 1, 31))
    first = correction.actions.get()
    accepted(cast, correction, "2026-12-15", "2026-12-16", "2026-12-17", "2026-12-18")
    assert [(one.round, one.state) for one in correction.actions.all()] == [(1, "done"), (2, "done")]
    first.refresh_from_db()
    assert first.reports.count() == 1 and first.verdicts.count() == 2
    assert list(correction.looks.values_list("round", "verdict")) == [(1, "recurring"), (2, "")]
    with on("2026-12-19"):
        listed = logged_in(cast["chair"]).get(reverse("remedies:list"), {"state": "recurred"})
        (row,) = listed.context["page"].object_list
    assert (row.pk, row.done_count, row.line_count) == (correction.pk, 1, 1)
    looked(cast, correction, "2027-01-20", **AGAIN, due_day=D(2027, 3, 1))
    assert correction.times_recurred == 2
    assert broken("2027-01-20") == []


@pytest.mark.parametrize(
    ("given", "fields"),
    [
        ({"outcome": ""}, {"outcome"}),
        ({"outcome": "gone"}, {"outcome"}),
        ({"outcome": "recurring", "reason": " "}, {"reason", "due_day"}),
        ({**AGAIN, "due_day": D(2026, 12, 13), "due_words": "before"}, {"due_day"}),
    ],
)
def test_what_is_missing_stands_beside_its_field(
    cast: Cast, correction: Correction, given: dict[str, Any], fields: set[str]
):
    with pytest.raises(InvalidForm) as told:
        looked(cast, correction, **given)
    assert set(told.value.form.errors) == fields
    assert correction.state == "accepted" and open_steps(correction) == ["look"]


def test_it_is_told_what_follows_before_it_opens_again(cast: Cast, correction: Correction):
    item = item_of(correction, "look")
    with on(FIRST):
        given = {**AGAIN, "due_day": "31/01/2027", "check": "1"}
        page = logged_in(cast["officer"]).post(item.get_absolute_url(), given)
    assert page.status_code == 200 and "mở lại" in text_of(page)
    assert Correction.objects.get().state == "accepted"


def test_who_corrects_and_strangers_do_not_look(cast: Cast, correction: Correction):
    for name in ("dm_secretary", "stranger"):
        with pytest.raises(Refused):
            looked(cast, correction, by=name)


def test_another_monitor_can_be_named_while_it_waits_and_the_body_looks_when_he_withdrew(
    cast: Cast, correction: Correction
):
    case = correction.demand.notice.case
    starts.assign_monitor(
        acting_user=cast["chair"], correction=correction, monitor=cast.person("member2"), reason="Nghỉ.", now=NOW
    )
    assert item_of(correction, "look").person == cast.person("member2")
    starts.withdraw_from_case(acting_user=cast["member2"], case=case, reason="Họ hàng.", now=NOW)
    assert item_of(correction, "look").person is None and "look" in inbox(cast["chair"], at(FIRST))
    looked(cast, correction, by="chair")
    with pytest.raises(NotNow):
        starts.assign_monitor(
            acting_user=cast["chair"], correction=correction, monitor=cast.person("officer"), reason="Về.", now=NOW
        )


def test_the_nearest_tree_says_whether_and_when_and_an_empty_row_means_not(cast: Cast):
    table = table_of("follow-up-rules")
    ubkt, commune, province = (cast.organisation(name) for name in ("ubkt", "commune", "province"))
    whole = FollowUpRule.objects.get(organisation=None)
    assert rule_for(ubkt) == whole and whole.look_again_after is None

    def row(organisation: Any, days: int | None) -> Any:
        values = {"organisation": organisation, "look_again_after": days, "look_again_within": 10, "kind": None}
        return add_row(acting_user=cast.root, table=table, values=values, reason="HD 9", now=NOW)

    far = row(province, 90)
    assert rule_for(ubkt) == far
    near = row(commune, None)
    assert rule_for(ubkt) == near and rule_for(cast.organisation("ward_ubkt")) == far
    with pytest.raises(ValidationError):
        row(None, 5)
    change_row(acting_user=cast.root, table=table, row=far, values={"look_again_after": 60}, reason="HD 9", now=NOW)
    assert rule_for(province).look_again_after == 60


def test_where_nothing_is_set_nothing_is_looked_at_again(cast: Cast):
    stories.run_to_notice(cast)
    one = Correction.objects.get()
    accepted(cast, one, "2026-11-10", "2026-11-11", "2026-11-12", "2026-11-13")
    assert not LookAgain.objects.exists() and open_steps(one) == [] and clocks("look_again") == []
