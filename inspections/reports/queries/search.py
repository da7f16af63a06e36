"""The search: numbers, names and texts of all rooms, of what the reader may see."""

from typing import Any

from inspections.cases.models import Case
from inspections.findings.models import Finding
from inspections.organisations.models import Organisation, Person, User
from inspections.programmes.models import Programme, ProgrammeLine
from inspections.remedies.models import Correction
from permissions import policy

LIMIT = 20


def search(user: User, words: str) -> dict[str, Any]:
    """What matches every word, accents aside, of what the reader may see: kind -> the first rows and their count."""
    found: dict[str, Any] = {}
    rooms: list[tuple[str, Any]] = [
        ("cases", Case.objects.select_related("kind")),
        ("findings", Finding.objects.select_related("case", "severity")),
        ("corrections", Correction.objects.select_related("demand__notice", "organisation")),
        ("programmes", Programme.objects.exclude(state="abandoned").select_related("organisation")),
        (
            "lines",
            ProgrammeLine.objects.exclude(programme__state="abandoned").select_related("programme__organisation"),
        ),
        ("organisations", Organisation.objects.select_related("type")),
        ("people", Person.objects.select_related("organisation")),
    ]
    for name, rows in rooms:
        matching = policy.visible(user, rows.matching(words))
        shown = list(matching[: LIMIT + 1])
        found[name] = {"rows": shown[:LIMIT], "more": len(shown) > LIMIT}
    return found
