"""The running book (shared/data 05) as it is, and what other books of the kind do."""

import datetime
from io import StringIO

import pytest
from django.core.management import call_command
from openpyxl import load_workbook

from inspections.organisations.services import add_person
from tests.cast import NOW
from tests.imports.books import book, sent, text
from tests.imports.taking import (
    DATA,
    facts_of,
    file,
    line_of,
    preview,
    read,
    settle,
    states,
    take,
    upload,
    wrong,
)

pytestmark = pytest.mark.django_db
BOOK = "05-so-theo-doi-ket-luan.xlsx"


def told_by_the_book(column):
    """What stands in a column of the file, each once."""
    sheet = load_workbook(DATA / BOOK).active
    return list(dict.fromkeys(row[column].value for row in sheet.iter_rows(min_row=4) if row[column].value))


def corrected():
    """The file with the impossible date put right."""
    made = load_workbook(DATA / BOOK)
    made.active["B11"] = "2/10/2026"
    return sent(made, "so-da-sua.xlsx")


@pytest.fixture
def following(place):
    """The commune with its cells, whom the book names as monitors, and the vice-chair who keeps the book."""
    for number, name in enumerate(told_by_the_book(2), start=1):
        place.cast.add_organisation(name, name, "cell", "commune", f"97.101.{number:03d}.000.000")
    for name in told_by_the_book(6):
        add_person(acting_user=place.cast.root, now=NOW, full_name=name, organisation=place.commune)
    place.cast.add_user("vice_chair", "Lê Văn Bảy", "inspection_vice_chair", "ubkt")
    place.cast.add_user("officer", "Vũ Thị Tám", "area_officer", "ubkt")
    place.cast.add_user("secretary", "Trần Văn Chín", "cell_secretary", "Chi bộ Quân sự")
    place.user = place.cast["vice_chair"]
    place.admin.force_login(place.user)
    return place


def test_debug(following):
    one = upload(following.admin, "book", following.ubkt, file(BOOK))
    shown = preview(following.admin, one)
    print(shown.layout)
    for line in shown.lines:
        print(line.record.number, line.state, line.reason, line.problems, [(str(f.label), f.raw, f.read) for f in line.facts][-4:])
    for q, l in shown.questions:
        print(q.key, q.text, q.guess, len(l), [c.label for c in q.choices][:8])
    assert 0
