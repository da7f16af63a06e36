"""The running book (shared/data 05) as it is, and what other books of the kind do."""

import datetime
from dataclasses import dataclass
from io import StringIO

from typing import Any

import pytest
from django.core.management import call_command
from openpyxl import load_workbook

from inspections.imports import services
from inspections.imports.plans import KINDS
from inspections.organisations.models import Organisation
from inspections.organisations.services import add_person
from inspections.remedies.models import Correction
from tests.cast import NOW
from tests.standing import story
from workflows.invariants import INVARIANTS
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


ANSWERS = {"kind:": "GSCD", "severity": "shortcoming", "issuer:cb": "", "year_of_due": "2026", "from:": "issued"}


def names():
    """Where the book's cells and people are not those of the cast: what is added for the file as it is."""
    return told_by_the_book(2), told_by_the_book(6)


def decided(user, target, sent, now=NOW, **answers):
    """The file begun and its doubts settled: by what is named here, else as the page guesses."""
    one = services.begin_import(acting_user=user, kind=KINDS["book"], target=target, upload=sent, now=now)
    for _round in range(3):
        shown = services.preview_of(one, now.date())
        settled = {
            question.key: next((said for key, said in answers.items() if question.key.startswith(key)), question.guess)
            for question, _lines in shown.questions
        }
        services.settle(acting_user=user, one=one, answers=settled, now=now)
        one.refresh_from_db()
    return one


def taken(user, target, sent, now=NOW, **answers):
    """The file taken in at a moment; returns what the preview counted."""
    one = decided(user, target, sent, now, **answers)
    shown = services.preview_of(one, now.date())
    left = [(line.record.number, line.problems, line.questions) for line in shown.lines if line.state in ("doubt", "wrong")]
    assert not left, left
    services.carry_out(acting_user=user, one=one, seen=shown.digest, now=now)
    return shown.counts


@dataclass
class Followed:
    """The commune whose book was taken in, by whom."""

    cast: Any
    user: Any
    ubkt: Any
    counts: dict[str, int]


@story
def following(cast) -> Followed:
    """The corrected file of shared/data taken in: its cells and people are there, one cell has its secretary."""
    cells, people = names()
    for number, name in enumerate(cells, start=11):
        if not Organisation.objects.filter(name=name).exists():
            cast.add_organisation(name, name, "cell", "commune", f"97.101.{number:03d}.000.000", "CB")
    for name in people:
        add_person(acting_user=cast.root, now=NOW, full_name=name, organisation=cast.organisation("commune"))
    cast.add_user("qs_secretary", "Trần Văn Chín", "cell_secretary", "Chi bộ Quân sự")
    user, ubkt = cast["vice_chair"], cast.organisation("ubkt")
    return Followed(cast, user, ubkt, taken(user, ubkt, corrected(), **{"kind:": "GSCD"}))


def test_debug(cast, following):
    print(following.counts)
    import collections

    print(collections.Counter((c.state, c.accepted_at is None) for c in Correction.objects.all()))
    for one in INVARIANTS:
        print(one.code, list(one.breaches(NOW))[:3])
    assert 0
