"""Long lists: the work does not grow faster than the list, and whoever waits sees how far it is."""

from functools import partial

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from inspections.imports import progress, services
from inspections.imports.models import Import
from inspections.organisations.models import Organisation
from permissions import audit
from tests.cast import NOW
from tests.imports.books import ORGANISATIONS, text
from tests.imports.taking import preview, take, upload

pytestmark = pytest.mark.django_db


def long_list(cells: int, *, members: int = 10) -> SimpleUploadedFile:
    """Two committees and their cells, the cells first."""
    parents = ("97.101.501.000.000", "Đảng bộ cơ sở số 502")
    rows = [
        (at, f"97.101.{501 + at % 2}.000.{at + 1:03d}", f"Chi bộ số {at}", "CB", parents[at % 2], "2018", members, 0)
        for at in range(cells)
    ]
    above = [
        (0, f"97.101.{number}.000.000", f"Đảng bộ cơ sở số {number}", "ĐBCS", None, "2018", 10, 0)
        for number in (501, 502)
    ]
    return text([ORGANISATIONS, *rows, *above])


def counted(work) -> int:
    with CaptureQueriesContext(connection) as queries:
        work()
    return len(queries)


def test_a_preview_asks_as_often_for_many_lines_as_for_few(place):
    files = [upload(place.admin, "organisations", place.commune, long_list(cells)) for cells in (5, 400)]
    few, many = (counted(lambda one=one: services.preview_of(one, NOW.date())) for one in files)
    assert few == many


@pytest.mark.parametrize("corrected", [False, True], ids=["all lines new", "all lines changed"])
def test_two_hundred_lines_are_taken_in_by_hardly_more_queries_than_twenty(place, corrected):
    """From the decision to the last row stored. SQLite takes 999 values a statement: some dozens of rows."""
    asked = []
    for cells in (20, 200):
        with transaction.atomic():
            if corrected:
                take(place.admin, upload(place.admin, "organisations", place.commune, long_list(cells)))
            sent = long_list(cells, members=11 if corrected else 10)
            one = upload(place.admin, "organisations", place.commune, sent)
            seen = preview(place.admin, one)
            assert seen.counts["changed" if corrected else "new"] == (cells if corrected else cells + 2)
            carry_out = partial(services.carry_out, acting_user=place.user, one=one, seen=seen.digest, now=NOW)
            asked.append(counted(carry_out))
            members = set(
                Organisation.objects.filter(name__startswith="Chi bộ số").values_list("full_members", flat=True)
            )
            assert members == {11 if corrected else 10}
            assert list(audit.faults()) == []
            transaction.set_rollback(True)
    few, many = asked
    assert many - few <= 180 // 24


def test_each_line_that_corrects_leaves_one_entry_in_the_chain_of_its_organisation(place):
    take(place.admin, upload(place.admin, "organisations", place.commune, long_list(20)))
    take(place.admin, upload(place.admin, "organisations", place.commune, long_list(20, members=11)))
    for cell in Organisation.objects.filter(name__startswith="Chi bộ số"):
        made, corrected = audit.entries_of(cell)
        assert made.new["full_members"] == 10
        assert (corrected.old, corrected.new) == ({"full_members": 10}, {"full_members": 11})
        assert corrected.verb == "keep_organisations" and corrected.person_name == made.person_name


def test_taking_in_asks_by_slices_not_by_lines(place):
    one = upload(place.admin, "organisations", place.commune, long_list(400))
    seen = preview(place.admin, one).digest
    queries = counted(lambda: services.carry_out(acting_user=place.user, one=one, seen=seen, now=NOW))
    assert queries < 80
    assert Organisation.objects.filter(name__startswith="Chi bộ số").count() == 400
    assert Organisation.objects.get(name="Chi bộ số 1").parent.code == "97.101.502.000.000"
    assert list(audit.faults()) == []


def test_whoever_waits_is_told_how_many_lines_are_stored(place, monkeypatch):
    one = upload(place.admin, "organisations", place.commune, long_list(700))
    address = reverse("imports:progress", args=[one.pk])
    assert f'data-progress="{address}"' in place.admin.get(one.get_absolute_url()).content.decode()
    told = []
    tell = progress.tell

    def look(*how_far):
        tell(*how_far)
        told.append(place.admin.get(address).json())

    monkeypatch.setattr(progress, "tell", look)
    take(place.admin, one)
    assert told == [
        {"done": 500, "of": 702, "words": "500 / 702 dòng"},
        {"done": 702, "of": 702, "words": "702 / 702 dòng"},
    ]
    assert place.admin.get(address).json()["of"] == 0


def test_an_import_that_fails_says_no_longer_that_it_goes_on(place, monkeypatch):
    one = upload(place.admin, "organisations", place.commune, long_list(10))
    progress.tell(one, 3, 12)
    monkeypatch.setattr(services.audit, "record", lambda *args, **facts: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        services.carry_out(acting_user=place.user, one=one, seen=services.preview_of(one, NOW.date()).digest, now=NOW)
    assert progress.told(one) is None
    assert Import.objects.get(pk=one.pk).state == Import.State.OPEN
    assert not Organisation.objects.filter(name__startswith="Chi bộ số").exists()
