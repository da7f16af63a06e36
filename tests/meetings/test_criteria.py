"""Criteria sets: the one that came, which counts, how another follows, and what cannot be kept (domain.md §6.4)."""

from dataclasses import replace
from datetime import date as D
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from inspections.meetings.faults import faults_of
from inspections.meetings.forms.criteria import bands_from, rows_of
from inspections.meetings.models import CriteriaSet, Line
from inspections.meetings.queries import KEPT_LINES, criteria_for, history_of, scheme_of
from inspections.meetings.rules import score
from inspections.meetings.services.criteria import (
    LineGiven,
    SetGiven,
    adopt_criteria,
    end_criteria,
    withdraw_criteria,
)
from permissions import audit
from permissions.verdicts import NotNow, Refused
from tests.browse import logged_in, on, words_of
from tests.cast import NOW
from tests.meetings.schemes import SHIPPED, meeting
from tests.meetings.sent import VALUES, new_set

pytestmark = pytest.mark.django_db

TIME = LineGiven(
    "Thời lượng",
    Decimal(10),
    "Thời gian",
    "length",
    [(Decimal(0), Decimal(4), False), (Decimal(100), Decimal(10), False)],
)
REST = LineGiven("Nội dung sinh hoạt", Decimal(90), "Nội dung")


def shipped():
    return CriteriaSet.objects.with_lines().get()


def given(*lines, **values):
    return SetGiven({**VALUES, **values}, lines or (TIME, REST))


def adopted(keeper, organisation=None, *lines, **values):
    reason = values.pop("reason", "Theo 12-HD/BTCTU.")
    return adopt_criteria(
        acting_user=keeper, organisation=organisation, given=given(*lines, **values), reason=reason, now=NOW
    )


# the set that came with the program


def test_set_of_the_guidance_is_that_of_the_rules():
    """Line by line as the rules are tested with it, but for the keys."""
    mine, theirs = scheme_of(shipped()), SHIPPED
    assert [criterion.points for criterion in mine.criteria] == [5, 5, 10, 40, 5, 30, 5]
    for ours, tested in zip(mine.parts, theirs.parts, strict=True):
        assert replace(ours, key=0) == replace(tested, key=0)
    assert replace(mine, criteria=()) == replace(theirs, criteria=())
    assert faults_of(mine) == []


def test_every_line_of_it_says_its_source_and_how_sure_it_is():
    assert [line.title for line in Line.objects.filter(source="")] == []
    assert set(Line.objects.values_list("certainty", flat=True)) == {"U", "C1"}
    assert shipped().legal_basis and shipped().certainty == "C2" and "120" in shipped().note


# which counts


def test_nearest_set_in_force_counts(cast, keeper):
    local = adopted(keeper, cast.organisation("commune"))
    cell, foreign = cast.organisation("dong_muoi"), cast.organisation("ward_cell")
    assert criteria_for(cell, D(2026, 12, 1)) == local
    assert criteria_for(cell, D(2026, 11, 30)) == shipped_of_country()
    assert criteria_for(foreign, D(2026, 12, 1)) == shipped_of_country()
    assert criteria_for(cell, D(2025, 10, 27)) is None


def shipped_of_country():
    return CriteriaSet.objects.get(organisation=None)


def test_a_set_is_read_with_few_questions(cast, django_assert_num_queries):
    with django_assert_num_queries(5):
        scheme = scheme_of(criteria_for(cast.organisation("dong_muoi"), D(2026, 11, 3)))
        assert len(score(scheme, meeting())) == 18


def test_lines_of_a_committed_set_are_read_once(
    cast, keeper, kept_lines, django_assert_num_queries, django_capture_on_commit_callbacks
):
    """And what is told of the set itself is asked each time; a set that came to nothing leaves nothing behind."""
    cell, day = cast.organisation("dong_muoi"), D(2026, 12, 1)
    with django_capture_on_commit_callbacks(execute=True):
        before = scheme_of(criteria_for(cell, day))
    with django_assert_num_queries(1):
        assert scheme_of(criteria_for(cell, day)) == before
    with django_capture_on_commit_callbacks(execute=True), pytest.raises(NotNow), transaction.atomic():
        lost = adopted(keeper, cast.organisation("commune"))
        assert criteria_for(cell, day) == lost
        raise NotNow("Rolled back.")
    assert lost.pk not in kept_lines and shipped().pk in kept_lines
    with django_capture_on_commit_callbacks(execute=True):
        local = adopted(keeper, cast.organisation("commune"))
        assert [criterion.points for criterion in criteria_for(cell, day).criteria.all()] == [10, 90]
    end_criteria(acting_user=keeper, criteria_set=local, last_day=D(2026, 12, 24), reason="Thôi áp dụng.", now=NOW)
    with django_assert_num_queries(1):
        assert criteria_for(cell, day).valid_to == D(2026, 12, 24)
    assert scheme_of(criteria_for(cell, D(2026, 12, 25))) == before


@pytest.fixture
def kept_lines():
    KEPT_LINES.clear()
    yield KEPT_LINES
    KEPT_LINES.clear()


# another follows


def test_a_set_follows_and_the_one_before_ends_the_day_before(cast, keeper):
    old = shipped()
    made = adopted(keeper)
    old.refresh_from_db()
    assert (made.valid_from, made.valid_to, old.valid_to) == (D(2026, 12, 1), None, D(2026, 11, 30))
    assert [criterion.title for criterion in made.criteria.all()] == ["Thời gian", "Nội dung"]
    entry = audit.entries_of(cast.organisation("province")).last()
    assert (entry.verb, entry.reason) == ("adopt_criteria", "Theo 12-HD/BTCTU.")
    assert entry.new["lines"] == ["Thời gian – Thời lượng: 10", "Nội dung – Nội dung sinh hoạt: 90"]
    assert [one.verb for one in history_of(old)] == [one.verb for one in history_of(made)] == ["adopt_criteria"]


def test_a_set_of_a_tree_is_recorded_there_and_ends_nothing_of_the_country(cast, keeper):
    adopted(keeper, cast.organisation("commune"))
    assert shipped_of_country().valid_to is None
    assert audit.entries_of(cast.organisation("commune")).last().verb == "adopt_criteria"


@pytest.mark.parametrize("day", [D(2025, 10, 28), D(2020, 1, 1)])
def test_a_set_begins_after_the_one_that_counts(cast, keeper, day):
    with pytest.raises(ValidationError, match="28/10/2025"):
        adopted(keeper, valid_from=day)
    assert CriteriaSet.objects.count() == 1


@pytest.mark.parametrize(
    ("lines", "values", "said"),
    [
        ((replace(TIME, points=Decimal(9)), REST), {}, "99"),
        ((TIME, replace(REST, points=Decimal(91))), {}, "101"),
        ((replace(TIME, bands=()), REST), {}, "Thời lượng: "),
        ((replace(TIME, bands=[(Decimal(10), Decimal(10), False)]), REST), {}, "0 %"),
        ((replace(TIME, bands=[*TIME.bands, (Decimal(50), Decimal(11), False)]), REST), {}, "ít điểm hơn"),
        ((replace(TIME, bands=[*TIME.bands, TIME.bands[0]]), REST), {}, "cùng một tỷ lệ"),
        ((replace(TIME, bands=[*TIME.bands, (Decimal(101), Decimal(10), False)]), REST), {}, ""),
        ((replace(TIME, cap=Decimal(1)), REST), {}, "Thời lượng: "),
        ((replace(TIME, points=Decimal(-10)), replace(REST, points=Decimal(110))), {}, "Thời gian"),
        ((replace(TIME, measure="weather"), REST), {}, ""),
        ((replace(TIME, criterion=" "), REST), {}, "Dòng đầu tiên"),
        ((), {"good_from": Decimal(70)}, ""),
        ((), {"good_from": Decimal(101)}, ""),
        ((), {"minutes": 130}, ""),
        ((), {"minutes": 0}, ""),
        ((), {"legal_basis": ""}, ""),
        ((), {"reason": " "}, "Ghi lý do"),
    ],
)
def test_what_cannot_be_kept_is_said_and_nothing_is_stored(cast, keeper, lines, values, said):
    before = (CriteriaSet.objects.count(), Line.objects.count(), shipped_of_country().valid_to)
    with pytest.raises(ValidationError) as caught:
        adopted(keeper, None, *lines, **values)
    assert said in " ".join(caught.value.messages)
    assert (CriteriaSet.objects.count(), Line.objects.count(), shipped_of_country().valid_to) == before


def test_database_refuses_what_the_code_forgot(cast):
    old = shipped()
    for wrong in ({"good_from": 70}, {"valid_to": D(2025, 1, 1)}, {"minutes_of_many": 60}, {"average_from": 0}):
        with pytest.raises(IntegrityError), transaction.atomic():
            CriteriaSet.objects.filter(pk=old.pk).update(**wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        CriteriaSet.objects.create(**{**VALUES, "valid_from": old.valid_from})
    with pytest.raises(IntegrityError), transaction.atomic():
        Line.objects.update(points=0)


# who


def test_country_is_for_the_top_and_a_tree_for_its_administrators(cast, keeper):
    for user, organisation in (
        (cast["administrator"], None),
        (cast["administrator"], cast.organisation("ward")),
        (cast["dm_secretary"], cast.organisation("dong_muoi")),
        (cast["secretary"], cast.organisation("commune")),
    ):
        with pytest.raises(Refused):
            adopted(user, organisation)
    assert adopted(cast["administrator"], cast.organisation("commune")).organisation == cast.organisation("commune")
    assert adopted(keeper, cast.organisation("ward")).organisation == cast.organisation("ward")


# the end


def test_set_of_a_tree_ends_and_that_above_counts_again(cast, keeper):
    local = adopted(keeper, cast.organisation("commune"), valid_from=D(2026, 11, 1))
    end_criteria(acting_user=keeper, criteria_set=local, last_day=D(2026, 11, 30), reason="Bỏ.", now=NOW)
    cell = cast.organisation("dong_muoi")
    assert [criteria_for(cell, day) for day in (D(2026, 11, 30), D(2026, 12, 1))] == [local, shipped_of_country()]
    with pytest.raises(NotNow, match="30/11/2026"):
        end_criteria(acting_user=keeper, criteria_set=local, last_day=D(2026, 12, 1), reason="Bỏ.", now=NOW)


def test_end_is_refused_where_nothing_would_count_or_days_are_wrong(cast, keeper):
    with pytest.raises(NotNow):
        end_criteria(acting_user=keeper, criteria_set=shipped(), last_day=D(2026, 12, 1), reason="Bỏ.", now=NOW)
    local = adopted(keeper, cast.organisation("commune"))
    for day, reason in ((None, "Bỏ."), (D(2026, 11, 30), "Bỏ."), (D(2026, 12, 1), "")):
        with pytest.raises(ValidationError):
            end_criteria(acting_user=keeper, criteria_set=local, last_day=day, reason=reason, now=NOW)
    with pytest.raises(Refused):
        end_criteria(acting_user=cast["secretary"], criteria_set=local, last_day=D(2026, 12, 1), reason="Bỏ.", now=NOW)


def test_unused_set_is_taken_out_and_the_one_before_counts_on(cast, keeper):
    made = adopted(keeper)
    withdraw_criteria(acting_user=keeper, criteria_set=made, reason="Gõ nhầm.", now=NOW)
    assert shipped().valid_to is None and CriteriaSet.objects.count() == 1
    entry = audit.entries_of(cast.organisation("province")).last()
    assert (entry.verb, entry.about_id, entry.old["name"]) == ("withdraw_criteria", made.pk, VALUES["name"])


def test_the_only_set_of_the_country_stays(cast, keeper):
    with pytest.raises(NotNow):
        withdraw_criteria(acting_user=keeper, criteria_set=shipped(), reason="Gõ nhầm.", now=NOW)


# pages


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("0: 1; 65: 2; >90: 4,5", [("0", "1", False), ("65", "2", False), ("90", "4.5", True)]),
        ("0 %: 1;", [("0", "1", False)]),
        ("", []),
    ],
)
def test_bands_as_they_are_typed(text, found):
    assert bands_from(text) == [(Decimal(start), Decimal(points), above) for start, points, above in found]


@pytest.mark.parametrize("text", ["65", "65: x", "a: 1", "0: 1, 65: 2", "NaN: 1", "0: Infinity"])
def test_bands_that_cannot_be_read(text):
    with pytest.raises(ValidationError):
        bands_from(text)


def test_a_set_is_made_from_another_on_its_page(cast, keeper):
    source = shipped()
    address = reverse("meetings:follow_criteria", args=[source.pk])
    with on("2026-11-23"):
        client = logged_in(keeper)
        assert client.get(address).status_code == 200
        answer = client.post(address, new_set(source, documents_hours="48"))
        made = CriteriaSet.objects.with_lines().get(valid_from=D(2026, 12, 1))
        assert answer["Location"] == reverse("meetings:criteria_set", args=[made.pk])
        told = words_of(client.get(answer["Location"]))
    assert made.documents_hours == 48 and rows_of(made) == rows_of(source)
    assert "Đinh" not in told and "Theo 12-HD/BTCTU." in told


def test_wrong_points_are_said_and_all_that_was_typed_stays(cast, keeper):
    source = shipped()
    address = reverse("meetings:follow_criteria", args=[source.pk])
    with on("2026-11-23"):
        answer = logged_in(keeper).post(address, new_set(source, **{"line-0-points": "4"}))
    assert answer.status_code == 422
    words = words_of(answer)
    assert "99" in words and "Dự thảo báo cáo, nghị quyết được chuẩn bị chu đáo" in answer.content.decode()
    assert CriteriaSet.objects.count() == 1


def test_errors_of_rows_stand_on_top_too(cast, keeper):
    source = shipped()
    address = reverse("meetings:follow_criteria", args=[source.pk])
    with on("2026-11-23"):
        answer = logged_in(keeper).post(address, new_set(source, **{"line-0-bands": "65", "line-0-points": ""}))
    summary = answer.content.decode().partition("data-errors")[2].partition("</ul>")[0]
    assert "line-0-bands" in summary and "line-0-points" in summary


def test_a_tree_s_own_set_is_read_below_it_and_nowhere_else(cast, keeper):
    local = adopted(keeper, cast.organisation("commune"))
    address = reverse("meetings:criteria_set", args=[local.pk])
    with on("2026-11-23"):
        assert logged_in(cast["dm_secretary"]).get(address).status_code == 200
        assert logged_in(cast["stranger"]).get(address).status_code == 404
        assert VALUES["name"] not in words_of(logged_in(cast["stranger"]).get(reverse("meetings:criteria")))
