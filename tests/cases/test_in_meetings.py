"""A cell concludes a case in one of its meetings: what is taken from the record, what is refused, who is told."""

from datetime import date as D

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from inspections.cases.models import Case, Sitting
from inspections.cases.services.in_meetings import name_meeting
from inspections.cases.services.opening import SubjectChoice
from inspections.meetings.services.correcting import CorrectionGiven, correct_closed
from inspections.meetings.services.holding import MarkGiven
from inspections.meetings.services.planning import plan_meeting
from permissions.models import AuditEntry
from permissions.verdicts import NotNow, Refused
from project.demo import stories
from project.demo.drive import do
from tests.browse import logged_in, on, send, text_of
from tests.cast import at
from tests.meetings.held import closed, filled_cell, held, how, items, prepared, roll
from tests.standing import story
from workflows.services import InvalidForm

NOVEMBER = "2026-11-03"


@story
def reported(cast):
    """A cell that reported to itself on a member of its own, without a team; its evening of 03/11 is prepared."""
    secretary, cell = cast["sd_secretary"], cast.organisation("suoi_da")
    cast.people = filled_cell(cast, cell, 9)
    subjects = [SubjectChoice(cell, cast.person("sd_member"))]
    facts = {"kind": "KTCH", "body": "suoi_da", "by": "sd_secretary", "team": [], "subjects": subjects}
    cast.case = stories.proposed(cast, day="2026-10-02", ends_on=D(2026, 11, 20), **facts)
    stories.signed(cast, cast.case, day="2026-10-05", by="sd_deputy")
    stories.announced(cast, cast.case, by="sd_secretary", day="2026-10-12", due=D(2026, 10, 19))
    do(cast["sd_member"], cast.case.subjects.get(), "self_report", at("2026-10-18"), text="Tôi tự kiểm tra.")
    stories.worked_with(cast, cast.case, by="sd_secretary", day="2026-10-22")
    do(secretary, cast.case, "report", at("2026-10-28"), text="Báo cáo kết quả kiểm tra.")
    cast.evening = ready(cast, "suoi_da", "sd_secretary", NOVEMBER)
    return cast


def ready(cast, cell, secretary, day):
    """A regular meeting of the cell, prepared for the evening of the day."""
    planned = plan_meeting(
        acting_user=cast[secretary],
        organisation=cast.organisation(cell),
        kind="regular",
        planned_at=at(day, 19),
        place="Nhà văn hoá",
        topic="",
        now=at(f"{day[:8]}01"),
    )
    return prepared(cast[secretary], planned, f"{day} 19:00", now=f"{day} 09:00")


def recorded(cast, *, excused=2, day=NOVEMBER, **changes):
    """The evening with nine on the roll."""
    given = how(cast.people, f"{day} 19:00", f"{day} 20:40", roll(cast.people, excused=excused), **changes)
    return held(cast["sd_secretary"], cast.evening, given, f"{day} 21:00")


def conclude(cast, *, day="2026-11-04", **typed):
    facts = {"outcome": "concluded", "votes_for": 6, "votes_against": 0, "abstentions": 1, "extract": "Kết luận."}
    do(cast["sd_deputy"], cast.case, "conclude", at(day), **{**facts, **typed})
    cast.case.refresh_from_db()
    return cast.case.sittings.get()


def typed_by_hand(**changes):
    whole = {
        "held_on": D(2026, 11, 3),
        "chair": "Tô Thanh Nghị",
        "recorder": "Mai Quang Phú",
        "attendees": "7 đảng viên",
        "members": 9,
        "present": 7,
    }
    return {**whole, **changes}


def problems(cast, **typed):
    """Field -> what is said beside it; nothing is kept."""
    with pytest.raises(InvalidForm) as refusal:
        conclude(cast, **typed)
    assert not Sitting.objects.exists()
    return {field: " ".join(said) for field, said in refusal.value.form.errors.items()}


def test_what_the_record_says_is_not_typed_again(reported):
    evening = recorded(reported)
    sitting = conclude(reported, meeting=evening.pk)
    assert (sitting.held_on, sitting.members, sitting.present) == (D(2026, 11, 3), 9, 7)
    assert (sitting.chair, sitting.recorder) == (str(evening.chair), str(evening.recorder))
    assert sitting.attendees == "7/9 đảng viên phải dự, theo điểm danh của buổi sinh hoạt"


def test_what_is_typed_goes_before_the_record(reported):
    sitting = conclude(reported, meeting=recorded(reported).pk, chair="Mai Quang Phú", present=6, votes_for=5)
    assert (sitting.chair, sitting.present) == ("Mai Quang Phú", 6)


def test_without_a_meeting_all_of_it_is_typed(reported):
    said = problems(reported)
    assert set(said) == {"held_on", "chair", "recorder", "attendees", "members", "present"}
    assert conclude(reported, **typed_by_hand()).meeting is None


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"held_on": D(2026, 11, 2)}, "held_on", "03/11/2026"),
        ({"present": 8, "members": 9}, "present", "Chỉ có 7"),
    ],
)
def test_sitting_and_meeting_say_the_same(reported, changes, field, words):
    evening = recorded(reported)
    assert words in problems(reported, **typed_by_hand(meeting=evening.pk, **changes))[field]


def test_only_a_meeting_of_the_cell_that_was_held_since_the_announcement(reported):
    # not recorded yet
    assert "meeting" in problems(reported, **typed_by_hand(meeting=reported.evening.pk))
    # another cell's
    theirs = ready(reported, "ward_cell", "stranger_secretary", NOVEMBER)
    people = filled_cell(reported, reported.organisation("ward_cell"), 3)
    given = how(people, f"{NOVEMBER} 19:00", f"{NOVEMBER} 20:40", roll(people))
    held(reported["stranger_secretary"], theirs, given, f"{NOVEMBER} 21:00")
    assert "meeting" in problems(reported, **typed_by_hand(meeting=theirs.pk))
    # before the case was announced
    Case.objects.update(announced_on=D(2026, 11, 4))
    recorded(reported)
    assert "meeting" in problems(reported, **typed_by_hand(meeting=reported.evening.pk))


def test_a_committee_is_not_asked_for_a_meeting(cast):
    case = stories.run_to_conclusion(cast)
    assert case.sittings.get().meeting is None
    with on("2026-11-10"):
        client, address = logged_in(cast["chair"]), reverse("cases:name_meeting", args=[case.pk])
        assert address not in text_of(client.get(case.get_absolute_url()))
        assert client.get(address).url == case.get_absolute_url()


def test_the_evening_that_is_recorded_later_is_named_on_a_page(reported):
    sitting = conclude(reported, **typed_by_hand())
    evening = recorded(reported)
    with on("2026-11-05"):
        client = logged_in(reported["sd_deputy"])
        address = reverse("cases:name_meeting", args=[reported.case.pk])
        assert address in text_of(client.get(reported.case.get_absolute_url()))
        send(client, address, meeting=evening.pk, reason="")
    sitting.refresh_from_db()
    assert sitting.meeting == evening
    entry = AuditEntry.objects.get(verb="name_meeting")
    assert (entry.old, entry.new) == ({}, {"meeting": evening.told, "meeting_id": evening.pk})


def named(cast, meeting, reason="", by="sd_deputy", day="2026-11-05"):
    return name_meeting(acting_user=cast[by], case=cast.case, meeting=meeting, reason=reason, now=at(day))


def test_what_was_named_is_named_anew_with_a_reason_only(reported):
    evening = recorded(reported)
    conclude(reported, meeting=evening.pk)
    with pytest.raises(ValidationError) as refusal:
        named(reported, None)
    assert list(refusal.value.message_dict) == ["reason"]
    with pytest.raises(ValidationError) as refusal:
        named(reported, evening)
    assert list(refusal.value.message_dict) == ["meeting"]
    assert named(reported, None, "Chọn nhầm buổi.").meeting is None
    entry = AuditEntry.objects.get(verb="name_meeting")
    assert (entry.old["meeting_id"], entry.new, entry.reason) == (evening.pk, {}, "Chọn nhầm buổi.")


def test_who_may_and_when(reported):
    evening = recorded(reported)
    with pytest.raises(NotNow):
        named(reported, evening)
    conclude(reported, **typed_by_hand())
    for stranger in ("stranger_secretary", "sd_member", "dm_secretary"):
        with pytest.raises(Refused):
            named(reported, evening, by=stranger)


def test_a_roll_call_that_is_taken_again_agrees_with_what_was_concluded(reported):
    conclude(reported, meeting=recorded(reported).pk)
    with pytest.raises(ValidationError) as refusal:
        recorded(reported, excused=3)
    assert "7 người dự" in refusal.value.messages[0]
    assert reported.case.number not in refusal.value.messages[0], "whoever keeps the meetings need not see the case"
    with pytest.raises(ValidationError):
        recorded(reported, day="2026-11-04")
    reported.evening.refresh_from_db()
    assert reported.evening.present == 7
    recorded(reported, excused=1)
    named(reported, None, "Chọn nhầm buổi.")
    recorded(reported, excused=3)


def test_a_mark_corrected_after_the_lock_agrees_too(reported):
    evening = recorded(reported)
    conclude(reported, meeting=evening.pk)
    evening.refresh_from_db()
    closed(reported["sd_secretary"], evening, "2026-11-04 21:00", further={"4.1": "4", "6.1": "30"})
    wish = CorrectionGiven(fact="mark", about=reported.people[4].pk, value=MarkGiven("excused", "Ốm."))
    with pytest.raises(ValidationError, match="7 người dự"):
        correct_closed(
            acting_user=reported["sd_secretary"], meeting=evening, given=wish, reason="Nhầm.", now=at("2026-11-06")
        )


def told(cast, user, day="2026-11-10"):
    """Whether the page of the case leads to the meeting, and that of the meeting to the case."""
    meeting, case = reverse("meetings:detail", args=[cast.evening.pk]), cast.case.get_absolute_url()
    with on(day):
        client = logged_in(cast[user])
        return meeting in text_of(client.get(case)), case in text_of(client.get(meeting))


def test_each_is_told_as_far_as_he_may_know(reported):
    # the member it is about has an assignment of the evening, so that he reads its record
    evening = recorded(reported, items=items(reported.person("sd_member"), 1, "2026-12-01"))
    conclude(reported, meeting=evening.pk)
    closed(reported["sd_secretary"], evening, "2026-11-04 21:00", further={"4.1": "4", "6.1": "30"})
    assert told(reported, "sd_secretary") == (True, True)
    assert told(reported, "secretary") == (True, True), "a leader above follows the course"
    assert told(reported, "sd_member") == (False, False), "no notice says so yet"
    assert told(reported, "stranger") == (False, False)
    assert told(reported, "dm_secretary") == (False, False)
    stories.noticed(reported, reported.case, by="sd_secretary", signer="sd_deputy", day="2026-11-08")
    assert told(reported, "sd_member") == (True, True)
