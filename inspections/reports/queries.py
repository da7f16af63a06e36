"""The leader's page and the search: every figure equals the list it opens."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Min, Q

from inspections.calendars.rules import days_late
from inspections.cases.models import Case
from inspections.findings.models import Finding
from inspections.organisations.models import Organisation, Person, User
from inspections.programmes.models import Programme, ProgrammeLine
from inspections.remedies.models import Correction
from permissions import policy

LIMIT = 20


@dataclass
class OrganisationFigures:
    """Open and overdue corrections of one organisation."""

    organisation: Organisation
    open: int
    soon: int
    overdue: int
    sent_back: int
    days_late: int


def correction_figures(user: User, today: datetime.date) -> list[OrganisationFigures]:
    """Per organisation that the reader's corrections are of, most overdue first. Two queries."""
    kinds = Correction.objects.kinds_of_open(today)
    rows = (
        policy.visible(user, Correction.objects.open())
        .values("organisation")
        .annotate(
            **{name: Count("pk", filter=kind or None, distinct=True) for name, kind in kinds.items()},
            oldest=Min("due_on"),
        )
        .order_by()
    )
    found: list[Any] = list(rows)
    organisations = Organisation.objects.in_bulk([row["organisation"] for row in found])
    figures = [
        OrganisationFigures(
            organisation=organisations[row["organisation"]],
            open=row["open"],
            soon=row["soon"],
            overdue=row["overdue"],
            sent_back=row["sent_back"],
            days_late=days_late(row["oldest"], today) if row["oldest"] is not None else 0,
        )
        for row in found
    ]
    return sorted(figures, key=lambda one: (-one.overdue, -one.days_late, one.organisation.path or ""))


def case_figures(user: User) -> dict[str, int]:
    """How many cases run, wait for a signature, and were closed, of those the reader sees. One query."""
    return policy.visible(user, Case.objects.all()).aggregate(
        running=Count("pk", filter=~Q(stage__in=[*Case.ENDED, Case.Stage.PROPOSED])),
        proposed=Count("pk", filter=Q(stage=Case.Stage.PROPOSED)),
        closed=Count("pk", filter=Q(stage=Case.Stage.CLOSED)),
    )


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
