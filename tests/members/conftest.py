"""The commune of the spreadsheets with the cells that their lists of members name."""

from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from inspections.organisations.models import Organisation, User
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
