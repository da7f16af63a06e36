"""The screens keep all that is stored, tell of what was recorded meanwhile, and ask no more with more rows."""

from datetime import date as D
from datetime import timedelta

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from inspections.meetings.models import Meeting
from inspections.meetings.queries import open_items_of
from inspections.meetings.services.holding import BallotGiven, MarkGiven, SpeakerGiven
from permissions import audit
from tests.browse import logged_in, on, words_of
from tests.meetings.held import GIVEN, closed, held, how, items, people_on, points, prepared, roll
from tests.meetings.test_record import (
    FIRST,
    NEXT_DAY,
    evening,
    kept,
    page,
    people_of,
    planned,
    with_standing_full,
)

__all__ = ["planned"]


def as_shown(form):
    """What a browser sends of the page when nobody changes a thing."""
    sent = {}
    for part in (form, *form.rows.forms, *form.ballots.forms):
        for bound in part:
            value = bound.value()
            if value is not False and value not in (None, ""):
                sent[bound.html_name] = "on" if value is True else bound.field.prepare_value(value)
                if hasattr(value, "strftime"):
                    sent[bound.html_name] = value.strftime("%d/%m/%Y" if hasattr(value, "year") else "%H:%M")
    for rows in (form.rows, form.ballots):
        sent |= {bound.html_name: bound.value() for bound in rows.management_form}
    return sent


def test_saving_what_is_shown_keeps_all_that_is_stored(cast, planned):
    with_standing_full(cast)
    people = people_of(cast)
    marks = roll(people, excused=1) | {people[2].pk: MarkGiven("present", by_app=True)}
    ballots = [BallotGiven("Nghị quyết", 6, 5, 0), BallotGiven("Kết nạp", 6, 4, 0, 1, is_secret=True)]
    spoke = [SpeakerGiven(people[1], "Cần rõ thời hạn.")]
    kept(cast, planned, marks=marks, ballots=ballots, speakers=spoke, items=items(people[1], 2, "2026-12-01"))
    before = audit.entries_of(planned.organisation).last().new
    with on("2026-11-04"):
        client = logged_in(cast["dm_secretary"])
        form = client.get(page("hold", planned)).context["form"]
        answer = client.post(page("hold", planned), as_shown(form))
        assert answer.status_code == 302, words_of(answer)
        told = words_of(client.get(page("detail", planned)))
    assert audit.entries_of(planned.organisation).last().new == before
    assert planned.marks.get(by_app=True).person == people[2]
    assert [(one.question, one.is_secret) for one in planned.ballots.all()] == [
        ("Nghị quyết", False),
        ("Kết nạp", True),
    ]
    assert "Bỏ phiếu kín" in told and "Cần rõ thời hạn." in told


def test_several_ballots_and_gists_are_recorded_on_the_page(cast, planned):
    with_standing_full(cast)
    people = people_of(cast)
    rows = {"ballot-TOTAL_FORMS": "2"}
    for number, question in enumerate(("Nghị quyết", "Kết nạp")):
        values = {"question": question, "eligible": "6", "yes": "6", "no": "0", "invalid": "0"}
        rows |= {f"ballot-{number}-{name}": value for name, value in values.items()}
    rows |= {"ballot-1-is_secret": "on", f"mark_{people[3].pk}": "by_app"}
    with on("2026-11-04"):
        client = logged_in(cast["dm_secretary"])
        gist = {f"gist_{people[1].pk}": "Cần rõ thời hạn."}
        answer = client.post(page("hold", planned), evening(people, **rows, **gist))
        assert answer.status_code == 422 and list(answer.context["form"].errors) == [f"spoke_{people[1].pk}"]
        sent = evening(people, **rows, **gist, **{f"spoke_{people[1].pk}": "on"})
        assert client.post(page("hold", planned), sent).status_code == 302
    assert list(planned.ballots.values_list("question", "is_secret")) == [("Nghị quyết", False), ("Kết nạp", True)]
    assert planned.speakers.get().gist == "Cần rõ thời hạn." and planned.marks.get(by_app=True).person == people[3]


def closing(**more):
    data = {}
    for key, one in points(GIVEN | FIRST).items():
        data |= {f"points_{key}": str(one.points), f"note_{key}": one.note}
    return data | more


def test_closing_locks_nothing_that_was_recorded_meanwhile(cast, planned):
    kept(cast, planned)
    with on("2026-11-04"):
        client = logged_in(cast["dm_secretary"])
        seen = client.get(page("close", planned)).context["form"].seen_token
        assert seen
        held(
            cast["dm_deputy"],
            planned,
            how(people_of(cast), "2026-11-03 19:00", "2026-11-03 20:40", roll(people_of(cast), unexcused=2)),
            NEXT_DAY,
        )
        answer = client.post(page("close", planned), closing(seen=seen))
        assert answer.status_code == 422 and str(cast.person("dm_deputy")) in words_of(answer)
        planned.refresh_from_db()
        assert planned.state == "held"
        again = answer.context["form"].seen_token
        assert client.post(page("close", planned), closing(seen=again)).status_code == 302


def test_the_entries_tell_what_was_recorded_and_what_was_locked(cast, planned):
    people = people_of(cast)
    meeting = kept(cast, planned, minutes="Bàn việc thu hoạch muối.", items=items(people[1], 1, "2026-12-01"))
    told = audit.entries_of(planned.organisation).last().new
    assert told["minutes"] == "Bàn việc thu hoạch muối." and len(told["roll"]) == 6 and told["ballots"] == []
    meeting = closed(
        cast["dm_secretary"], meeting, NEXT_DAY, further=FIRST, dues=120000, resolution="Vận động.", number="11-NQ/CB"
    )
    told = audit.entries_of(planned.organisation).last().new
    own = {one.line.number: one.told for one in meeting.scores.select_related("line__criterion")}
    assert told["points"] == own and (told["dues"], told["resolution"]) == ("120000", "Vận động.")
    december = Meeting.objects.regular().get(month=D(2026, 12, 1))
    december = prepared(cast["dm_secretary"], december, "2026-12-03 19:00", now="2026-12-02 09:00")
    there = people_on(december.organisation, D(2026, 12, 3))
    december = held(
        cast["dm_secretary"],
        december,
        how(there, "2026-12-03 19:00", "2026-12-03 20:40", roll(there)),
        "2026-12-04 08:00",
    )
    closed(cast["dm_secretary"], december, "2026-12-04 08:00", further={"4.1": "4"}, done=1)
    told = audit.entries_of(planned.organisation).last().new
    assert told["ratings"] == [f"Việc thứ 1 ({people[1]}): xong ngày 01/12/2026 – Chi bộ nhận xét."]


# as many queries with twenty rows as with two


def queries_of(call):
    with CaptureQueriesContext(connection) as found:
        assert call().status_code in (200, 302)
    return len(found)


def december_of(cast, planned, many):
    """December recorded, with so many contents, assignments of November and of its own, and ballots."""
    people = people_of(cast)
    meeting = kept(cast, planned, items=items(people[1], many, "2026-12-01"))
    closed(cast["dm_secretary"], meeting, NEXT_DAY, further=FIRST)
    december = Meeting.objects.regular().get(month=D(2026, 12, 1))
    with on("2026-12-02"):
        client = logged_in(cast["dm_secretary"])
        client.get(page("prepare", december))
        counts = [queries_of(lambda: client.get(page("prepare", december)))]
        rows = {"agenda-TOTAL_FORMS": str(many), "agenda-INITIAL_FORMS": "0"}
        for number in range(many):
            rows |= {f"agenda-{number}-title": f"Nội dung {number}", f"agenda-{number}-preparer": people[1].pk}
        sent = {"day": "03/12/2026", "time": "19:00", "place": "Nhà văn hoá", **rows}
        counts.append(queries_of(lambda: client.post(page("prepare", december), sent)))
    with on("2026-12-04"):
        client = logged_in(cast["dm_secretary"])
        client.get(page("hold", december))
        rows = {"item-TOTAL_FORMS": str(many)}
        for number in range(many):
            one = {"text": f"Việc {number}", "person": people[1].pk, "due_on": "15/12/2026"}
            rows |= {f"item-{number}-{name}": value for name, value in one.items()}
        sent = evening(people, **rows) | {"day": "03/12/2026"}
        counts.append(queries_of(lambda: client.post(page("hold", december), sent)))
        counts.append(queries_of(lambda: client.get(page("hold", december))))
        counts.append(queries_of(lambda: client.get(page("close", december))))
        rated = {}
        for item in open_items_of(Meeting.objects.get(pk=december.pk)):
            day = timezone.localdate(item.meeting.started_at) + timedelta(days=7)
            rated |= {f"item_{item.pk}": "done", f"done_{item.pk}": f"{day:%d/%m/%Y}"}
        counts.append(queries_of(lambda: client.post(page("close", december), closing(**rated))))
    december.refresh_from_db()
    assert (december.state, december.items.count(), december.ratings.count()) == ("closed", many, many)
    return counts


def test_more_rows_ask_no_more_queries(cast, planned):
    """Pages and posts of the three screens."""
    found = []
    for many in (2, 20):
        with transaction.atomic():
            found.append(december_of(cast, planned, many))
            transaction.set_rollback(True)
    assert found[0] == found[1]
