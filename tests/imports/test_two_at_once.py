"""Two people, or two files, at the same moment: one is stored, the other is told."""

import datetime

from django.urls import reverse

from inspections.organisations.models import Organisation
from permissions.models import AuditEntry
from tests.imports.books import ORGANISATIONS, book
from tests.imports.taking import preview, upload
from tests.racing import posting, race, widen

CELL = (1, "97.101.001.000.000", "Chi bộ thôn Một", "CB", None, datetime.date(2012, 12, 15), 20, 1)


def test_two_who_take_one_file_in_at_once_store_it_once(lasting_db, place, monkeypatch):
    one = upload(place.admin, "organisations", place.commune, book([ORGANISATIONS, CELL]))
    seen = preview(place.admin, one).digest
    widen(monkeypatch)
    address = reverse("imports:carry_out", args=[one.pk])
    answers = race(*(posting(place.cast[who], address, {"seen": seen}) for who in ("administrator", "administrator")))
    assert sorted(answer.status_code for answer in answers) == [302, 409]
    assert Organisation.objects.filter(name="Chi bộ thôn Một").count() == 1
    assert AuditEntry.objects.filter(verb="import_spreadsheets", new__has_key="counts").count() == 1


def test_two_files_of_the_same_cells_at_once_store_them_once(lasting_db, place, monkeypatch):
    files = [upload(place.admin, "organisations", place.commune, book([ORGANISATIONS, CELL])) for _each in range(2)]
    calls = [
        posting(place.user, reverse("imports:carry_out", args=[one.pk]), {"seen": preview(place.admin, one).digest})
        for one in files
    ]
    widen(monkeypatch)
    assert sorted(answer.status_code for answer in race(*calls)) == [302, 422]
    assert Organisation.objects.filter(name="Chi bộ thôn Một").count() == 1
