"""Two at once on one scheme: neither waits for what the other holds while it holds what the other waits for."""

import time

import pytest
from django.urls import reverse
from django.utils import timezone

from inspections.schemes.forms.indicators import IndicatorForm
from inspections.schemes.models import Indicator, Review
from inspections.schemes.services import indicators, reviews
from project.demo.drive import item_of
from tests.cast import NOW
from tests.racing import posting, race, widen

DAY = NOW.date().replace(month=12, day=20)


@pytest.fixture(autouse=True)
def _a_deadlock_is_an_error(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    monkeypatch.setattr("project.errors.is_busy", lambda exception: False)


def codes(results):
    assert not [one for one in results if isinstance(one, Exception)], results
    return sorted(one.status_code for one in results)


def test_a_review_is_held_or_cancelled(lasting_db, cast, scheme, by, monkeypatch):
    review = reviews.plan_review(scheme=scheme, kind="interim", year=2026, due_on=DAY, **by)
    held = item_of(review, "hold_review").get_absolute_url()
    widen(monkeypatch, 0.4)
    original = reviews.begin

    def slow(*args):
        # the process is held by whoever submits, the scheme by whoever cancels: both before the other's
        time.sleep(0.3)
        found = original(*args)
        time.sleep(0.5)
        return found

    monkeypatch.setattr(reviews, "begin", slow)
    results = race(
        posting(cast["office_chief"], held, {"held_on": "20/11/2026", "assessment": "Tốt.", "submit": "1"}),
        posting(cast["secretary"], reverse("schemes:cancel_review", args=[review.pk]), {"reason": "Gộp."}),
    )
    assert codes(results) in ([302, 302], [302, 409]), "one did it, the other is told so"
    assert Review.objects.get().state in ("held", "cancelled")


def test_two_save_one_indicator_and_one_scheme(lasting_db, cast, scheme, by, examined, monkeypatch):
    """The page of an indicator locks what a verb about the same scheme locks first."""
    original = IndicatorForm.lock_watched

    def slow(form):
        original(form)
        time.sleep(0.5)

    monkeypatch.setattr(IndicatorForm, "lock_watched", slow)
    told = indicators.IndicatorFacts("Tên khác", "more", "cells_examined", baseline=20)
    widen(monkeypatch, 0.5)

    def change():
        time.sleep(0.2)
        return indicators.change_indicator(indicator=examined, facts=told, **by)

    fields = {"name": "Tên của trang", "direction": "more", "measure_code": "cells_examined"}
    address = reverse("schemes:change_indicator", args=[examined.pk])
    page, row = race(posting(cast["secretary"], address, fields), change)
    assert page.status_code == 302
    assert isinstance(row, Indicator)
    assert Indicator.objects.get().name == "Tên khác", "who came second"
