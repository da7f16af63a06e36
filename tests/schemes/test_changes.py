"""What changes around a scheme that runs: whom it concerns, its indicators, the year; and what a review kept."""

from datetime import date as D
from decimal import Decimal as N

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from viewflow.workflow.models import Process

from inspections.organisations.models import Organisation
from inspections.schemes.models import Indicator, KeptFigure, Scheme, Target, TypedFigure
from inspections.schemes.queries import figures
from inspections.schemes.services import indicators, reviews, schemes
from permissions import audit
from project.demo import schemes as demo
from project.demo.cast import at
from project.demo.drive import item_of
from tests.browse import logged_in, on, send, text_of, words_of
from tests.schemes.conftest import add, facts, typed_facts

pytestmark = pytest.mark.django_db


@pytest.fixture
def chief(cast):
    return logged_in(cast["office_chief"])


# whom a scheme concerns


@pytest.fixture
def narrowed(cast, scheme, by, examined):
    """The indicator of a scheme that concerned all, set a target for a cell, and concerns another alone since."""
    values = {scheme.organisation: N(30), cast.organisation("dong_muoi"): N(100)}
    indicators.set_targets(indicator=examined, year=2026, values=values, **by)
    only = facts(all_below=False, organisations=[cast.organisation("suoi_da")])
    schemes.change_scheme(scheme=scheme, facts=only, **by)
    return Indicator.objects.get()


def test_targets_are_set_after_a_scheme_concerns_fewer(cast, chief, narrowed):
    commune, left, cell = (cast.organisation(key) for key in ("commune", "dong_muoi", "suoi_da"))
    with on("2026-11-23", 8):
        address = reverse("schemes:set_targets", args=[narrowed.pk, 2026])
        assert set(chief.get(address).context["form"].fields) == {f"target_{commune.pk}", f"target_{cell.pk}"}
        send(chief, address, **{f"target_{commune.pk}": "35", f"target_{cell.pk}": "90"})
        assert str(left) not in words_of(chief.get(narrowed.get_absolute_url()))
    stands = dict(Target.objects.values_list("organisation", "value"))
    assert stands == {commune.pk: 35, cell.pk: 90, left.pk: 100}


def test_of_what_a_scheme_concerns_no_more_a_target_only_goes(cast, by, narrowed):
    left, cell = cast.organisation("dong_muoi"), cast.organisation("suoi_da")
    given = {"indicator": narrowed, "year": 2026, **by}
    indicators.set_targets(values={left: N(100), cell: N(80)}, **given)
    with pytest.raises(ValidationError) as problem:
        indicators.set_targets(values={left: N(90)}, **given)
    assert f"target_{left.pk}" in problem.value.error_dict
    indicators.set_targets(values={left: None}, **given)
    assert not Target.objects.filter(organisation=left).exists()


def test_targets_of_many_are_set_by_as_many_queries_and_told_apart(cast, scheme, by, examined):
    keys = [cast.organisation(key).pk for key in ("dong_muoi", "suoi_da", "thcs")]
    Organisation.objects.filter(pk__in=keys).update(name="Chi bộ thôn Trùng Tên")
    cells = list(Organisation.objects.filter(pk__in=keys).select_related("type").order_by("pk"))
    only = facts(all_below=False, organisations=cells)
    schemes.change_scheme(scheme=scheme, facts=only, **by)

    def asked(values):
        with CaptureQueriesContext(connection) as queries:
            indicators.set_targets(indicator=examined, year=2026, values=values, **by)
        return len(queries)

    assert asked({cells[0]: N(5)}) == asked(dict.fromkeys(cells, N(7)))
    told = audit.entries_of(scheme.organisation).filter(verb="set_targets").last().new["targets"]
    assert sorted(told.values()) == ["7", "7", "7"]


# indicators


def test_an_indicator_counted_otherwise_meanwhile_is_told(cast, chief, scheme, by):
    indicator = add(scheme, by, "cells_examined", nature="inspection")
    address = reverse("schemes:change_indicator", args=[indicator.pk])
    fields = {"name": "Chi bộ", "direction": "more", "measure_code": "cells_examined"}
    with on("2026-11-23", 8):
        seen = chief.get(address).context["form"].seen_token
        first = {**fields, "name": indicator.name, "of_cells_examined_nature": "supervision"}
        send(logged_in(cast["secretary"]), address, **first)
        again = send(chief, address, status=422, seen=seen, of_cells_examined_nature="inspection", **fields)
    assert "of_cells_examined_nature" in again.context["form"].errors
    assert Indicator.objects.get().parameters == {"nature": "supervision"}


def test_the_unit_stays_once_a_figure_was_typed(scheme, by, typed):
    told = {"name": "Buổi ngắn", "direction": "less"}
    indicators.change_indicator(indicator=typed, facts=indicators.IndicatorFacts(**told, unit="kỳ"), **by)
    indicators.type_figure(indicator=typed, facts=typed_facts(scheme.organisation), **by)
    with pytest.raises(ValidationError):
        indicators.change_indicator(indicator=typed, facts=indicators.IndicatorFacts(**told, unit="phút"), **by)
    assert Indicator.objects.get().unit == "kỳ"
    indicators.change_indicator(indicator=typed, facts=indicators.IndicatorFacts(**told, unit="kỳ"), **by)


def test_the_baseline_stands_beside_the_figure_of_who_made_the_scheme_alone(cast, chief, scheme, examined):
    with on("2026-11-23", 8):
        pages = [one.get(scheme.get_absolute_url()) for one in (chief, logged_in(cast["dm_secretary"]))]
    found = [text_of(page).split('data-label="Mức xuất phát">')[1].split("<")[0] for page in pages]
    assert found == ["20", "—"]


# reviews


def test_a_held_review_is_a_paper_in_the_words_of_its_day(cast, chief, scheme, by, typed):
    indicator = add(scheme, by, "cells_examined", nature="supervision")
    base = {"measure_code": "cells_examined", "parameters": {"nature": "supervision"}, "baseline": N("12.5")}
    before = indicators.IndicatorFacts("Tên ngày sơ kết", "more", **base, baseline_told="năm 2025")
    indicators.change_indicator(indicator=indicator, facts=before, **by)
    review = reviews.plan_review(scheme=scheme, kind="interim", year=2026, due_on=D(2026, 12, 20), **by)
    with on("2026-11-23", 8):
        address = item_of(review, "hold_review").get_absolute_url()
        send(chief, address, held_on="20/11/2026", assessment="Chuyển biến rõ.")
        after = indicators.IndicatorFacts("Tên về sau", "more", **{**base, "baseline": N(99)})
        indicators.change_indicator(indicator=indicator, facts=after, **by)
        page = chief.get(review.get_absolute_url())
        figure = KeptFigure.objects.get(indicator=indicator, organisation=scheme.organisation)
        rows = words_of(chief.get(reverse("schemes:kept_rows", args=[figure.pk])))
    words = words_of(page)
    for told in ("Tên ngày sơ kết", "12,5", "(năm 2025)", "giám sát", "(buổi)"):
        assert told in words
    assert "Tên ngày sơ kết" in rows
    assert not any(told in words + rows for told in ("Tên về sau", "99"))
    for told in ("ĐẢNG CỘNG SẢN VIỆT NAM", "BÁO CÁO", "ngày 20 tháng 11 năm 2026", "Nơi nhận:", "T/M "):
        assert told in words
    assert 'class="official-document"' in text_of(page)


def test_page_and_review_tell_of_the_same_organisations(cast, scheme, by, examined):
    """Also of one that ended after the year and before the review."""
    review = reviews.plan_review(scheme=scheme, kind="interim", year=2026, due_on=D(2026, 12, 20), **by)
    Organisation.objects.filter(pk=cast.organisation("suoi_da").pk).update(ends_on=D(2027, 1, 5))
    today, later = D(2027, 1, 15), {**by, "now": at("2027-01-15")}
    shown = figures.places_for(cast["office_chief"], scheme, 2026, today)
    reviews.hold_review(review=review, held=reviews.Held(today, "Tốt"), **later)
    kept = KeptFigure.objects.filter(indicator=examined).order_by("path")
    assert [one.organisation for one in kept.select_related("organisation")] == shown
    assert cast.organisation("suoi_da") in shown
    # held past the engine: its process is ended as the engine would
    Process.objects.filter(artifact_object_id=review.pk).update(status="DONE")


# the year


def test_a_new_scheme_begins_in_the_year_it_is_here(cast):
    """In the first hours of a year it is still the one before at Greenwich."""
    with on("2027-01-01", 1):
        address = reverse("schemes:begin", args=[cast.organisation("commune").pk])
        form = logged_in(cast["office_chief"]).get(address).context["form"]
    assert (form["first_year"].initial, form["last_year"].initial) == (2027, 2031)


@pytest.mark.parametrize("today", [D(2027, 1, 1), D(2027, 1, 20)])
def test_the_scheme_of_the_demo_is_carried_out_in_january_too(cast, today):
    for name, role, place in (
        ("bithu.tinh", "committee_secretary", "province"),
        ("bithu", "committee_secretary", "commune"),
        ("banxaydung", "party_building_head", "commune"),
        ("chunhiem", "inspection_chair", "ubkt"),
        ("benlau.bithu", "committee_secretary", "ward"),
    ):
        cast.add_user(name, f"Người {name}", role, place)
    demo.carry_out(cast, today)
    assert set(Scheme.objects.get().reviews.values_list("state", flat=True)) == {"held", "planned"}
    assert set(TypedFigure.objects.values_list("year", flat=True)) == {2026, 2027}
