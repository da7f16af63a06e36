"""The commune of the spreadsheets with the cells that their lists of members name; a member of one of two cells."""

from dataclasses import dataclass
from datetime import date as D
from typing import Any

import pytest
from django.test import Client

from inspections.members import services
from inspections.members.queries import roll_of
from inspections.organisations.models import Organisation, User
from tests.cast import NOW
from tests.imports.conftest import place as place
from tests.imports.taking import ORGANISATIONS, facts_of, file, read


@dataclass
class Lists:
    """The administrator, his browser, the commune, and its cells by the end of their code."""

    user: User
    admin: Client
    commune: Organisation
    cells: dict[str, Organisation]
    cast: Any

    def cell(self, number: int) -> Organisation:
        return self.cells[f"97.101.{number:03d}.000.000"]


@pytest.fixture
def lists(place) -> Lists:
    """The cells that the commune's list of organisations has, all below the commune."""
    shown = read(place.user, "organisations", place.commune, file(ORGANISATIONS))
    named = {}
    for line in shown.lines:
        facts = facts_of(line)
        code, name = facts.get("Mã tổ chức đảng"), facts.get("Tên")
        if code and name and name[1].startswith("Chi bộ"):
            named[code[1]] = name[1]
    cells = {
        code: place.cast.add_organisation(f"c{number}", name, "cell", "commune", code)
        for number, (code, name) in enumerate(sorted(named.items()))
    }
    return Lists(place.user, place.admin, place.commune, cells, place.cast)


TODAY = NOW.date()
PAPER = "12-GT/ĐU"


def names(cell, on=TODAY):
    return {one.person.full_name for one in roll_of(cell, on)}


@pytest.fixture
def by(cast):
    """Who acts: the commune's administrator."""
    return {"acting_user": cast["administrator"], "now": NOW}


@pytest.fixture
def home(cast):
    return cast.organisation("suoi_da")


@pytest.fixture
def other(cast):
    return cast.organisation("dong_muoi")


@pytest.fixture
def lan(by, home):
    """A full member of the cell since a day."""
    return services.admit_member(
        cell=home,
        full_name="Hồ  Thị Lan",
        born_on=D(1980, 2, 1),
        card_number="97000001",
        admitted_on=D(2010, 5, 3),
        full_on=D(2011, 5, 3),
        starts_on=D(2026, 1, 5),
        **by,
    )
