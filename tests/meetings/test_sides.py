"""Scores of superiors and inspections: each body its own, given as a whole, seen by whoever scores after another."""

import importlib
from decimal import Decimal

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from inspections.meetings.models import Line, MeetingScore
from inspections.meetings.services.after import score_meeting
from inspections.meetings.services.closing import PointsGiven
from permissions import audit
from tests.browse import logged_in, on, words_of
from tests.cast import at
from tests.meetings.held import closed, points
from tests.meetings.test_record import FIRST, NEXT_DAY, kept, page, planned

__all__ = ["planned"]
Side = MeetingScore.Side


@pytest.fixture
def done(cast, planned):
    return closed(cast["dm_secretary"], kept(cast, planned), NEXT_DAY, further=FIRST)


def scored(cast, meeting, by, given, side=Side.SUPERIOR):
    return score_meeting(acting_user=cast[by], meeting=meeting, given=points(given), side=side, now=at("2026-11-20"))


def of(meeting, side="superior"):
    return {
        (str(one.body), one.line.number): one.points
        for one in meeting.scores.filter(side=side).select_related("line__criterion", "body")
    }


def test_what_a_side_clears_is_gone_and_what_stays_stays_with_its_giver(cast, done):
    scored(cast, done, "chair", {"4.2": "20", "4.3": "8", "5.2": "1"}, Side.INSPECTION)
    now = scored(cast, done, "vice_chair", {"4.2": "20", "4.3": "9"}, Side.INSPECTION)
    assert [(one.line.number, one.points, one.given_by) for one in now] == [
        ("4.2", 20, cast["chair"]),
        ("4.3", 9, cast["vice_chair"]),
    ]
    entry = audit.entries_of(done.organisation).last()
    assert entry.old == {"4.2": "20 – Chi bộ nhận xét.", "4.3": "8 – Chi bộ nhận xét.", "5.2": "1 – Chi bộ nhận xét."}
    body = str(cast.organisation("ubkt"))
    assert entry.new == {"body": body, "4.2": "20 – Chi bộ nhận xét.", "4.3": "9 – Chi bộ nhận xét."}
    with pytest.raises(ValidationError, match="đã có"):
        scored(cast, done, "chair", {"4.2": "20", "4.3": "9"}, Side.INSPECTION)
    assert scored(cast, done, "chair", {}, Side.INSPECTION) == []
    assert not of(done, "inspection") and done.scores.filter(side="own").exists()


def test_superiors_stand_beside_each_other_with_who_gave_it(cast, done):
    scored(cast, done, "secretary", {"4.2": "20"})
    scored(cast, done, "province_secretary", {"4.2": "12", "4.3": "5"})
    commune, province = (str(cast.organisation(key)) for key in ("commune", "province"))
    assert of(done) == {(commune, "4.2"): 20, (province, "4.2"): 12, (province, "4.3"): 5}
    with on("2026-11-21"):
        told = words_of(logged_in(cast["dm_secretary"]).get(page("detail", done)))
    for body, giver in ((commune, "secretary"), (province, "province_secretary")):
        assert f"{body}, {cast[giver]}: Chi bộ nhận xét." in told
    scored(cast, done, "province_secretary", {"4.3": "5"})
    assert of(done) == {(commune, "4.2"): 20, (province, "4.3"): 5}
    one = done.scores.filter(side="superior", line__position=2).first()
    with pytest.raises(IntegrityError), transaction.atomic():
        MeetingScore.objects.filter(pk=one.pk).update(line=done.scores.get(side="superior", points=5).line)
        MeetingScore.objects.filter(pk=one.pk).update(body=cast.organisation("province"))


def sent_for(number, given, **more):
    [key] = points({number: given})
    return {f"points_{key}": given, f"note_{key}": "Ý kiến.", **more}


def test_the_second_officer_of_a_body_is_told_who_was_first(cast, done):
    with on("2026-11-20"):
        chair, vice = logged_in(cast["chair"]), logged_in(cast["vice_chair"])
        seen = vice.get(page("inspect", done)).context["form"].seen_token
        assert seen
        assert chair.post(page("inspect", done), sent_for("4.2", "15")).status_code == 302
        answer = vice.post(page("inspect", done), sent_for("4.3", "4", seen=seen))
        assert answer.status_code == 422
        told = words_of(answer)
        assert "15 – Ý kiến." in told and str(cast.person("chair")) in told
        assert of(done, "inspection") == {(str(cast.organisation("ubkt")), "4.2"): 15}
        # what another body gives is no change of one's own
        seen = vice.get(page("inspect", done)).context["form"].seen_token
        scored(cast, done, "secretary", {"4.2": "20"})
        both = sent_for("4.2", "15") | sent_for("4.3", "4", seen=seen)
        assert vice.post(page("inspect", done), both).status_code == 302


def test_an_emptied_line_is_cleared_on_the_page(cast, done):
    scored(cast, done, "chair", {"4.2": "20", "4.3": "8"}, Side.INSPECTION)
    with on("2026-11-21"):
        client = logged_in(cast["chair"])
        shown = client.get(page("inspect", done)).context["form"]
        [key] = points({"4.2": "20"})
        assert shown.fields[f"points_{key}"].initial == "20"
        assert client.post(page("inspect", done), sent_for("4.3", "8")).status_code == 302
    assert [number for _body, number in of(done, "inspection")] == ["4.3"]


def test_notes_are_kept_when_another_replaces_them(cast, done):
    scored(cast, done, "chair", {"4.2": "20"}, Side.INSPECTION)
    line = Line.objects.get(pk=next(iter(points({"4.2": "20"}))))
    score_meeting(
        acting_user=cast["vice_chair"],
        meeting=done,
        given={line.pk: PointsGiven(Decimal(20), "Đã đối chiếu.")},
        side=Side.INSPECTION,
        now=at("2026-11-21"),
    )
    entry = audit.entries_of(done.organisation).last()
    assert (entry.old["4.2"], entry.new["4.2"]) == ("20 – Chi bộ nhận xét.", "20 – Đã đối chiếu.")


def test_scores_from_before_are_told_of_their_bodies(cast, done):
    """The migration: the cell for its own, for others the body of the giver's office on the day."""
    scored(cast, done, "chair", {"4.2": "20"}, Side.INSPECTION)
    scored(cast, done, "secretary", {"4.2": "20"})
    before = dict(done.scores.values_list("pk", "body"))
    done.scores.update(body=cast.organisation("ward"))
    importlib.import_module("inspections.meetings.migrations.0006_bodies_that_score").tell_bodies(apps, None)
    assert dict(done.scores.values_list("pk", "body")) == before
