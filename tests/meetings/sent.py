"""A criteria set as it is typed."""

from datetime import date as D
from decimal import Decimal
from typing import Any

from inspections.meetings.forms.criteria import lines_of
from inspections.meetings.models import CriteriaSet

VALUES = {
    "name": "Khung chấm điểm của tỉnh",
    "minutes": 90,
    "many": 30,
    "minutes_of_many": 120,
    "documents_hours": 24,
    "counts_probationary": True,
    "counts_temporary": True,
    "counts_exempt": False,
    "good_from": Decimal(90),
    "fair_from": Decimal(70),
    "average_from": Decimal(50),
    "margin": 10,
    "note": "",
    "legal_basis": "12-HD/BTCTU",
    "certainty": "D",
    "valid_from": D(2026, 12, 1),
}


def new_set(source: CriteriaSet, **changes: Any) -> dict[str, Any]:
    """The form of a new set as the browser sends it, filled with what the source has."""
    data: dict[str, Any] = {name: value for name, value in VALUES.items() if value is not False}
    data |= {"valid_from": "01/12/2026", "reason": "Theo 12-HD/BTCTU.", "organisation": ""}
    rows = lines_of(source)
    data |= {"line-TOTAL_FORMS": len(rows) + 1, "line-INITIAL_FORMS": len(rows)}
    for number, row in enumerate([*rows, {"certainty": "D"}]):
        data |= {f"line-{number}-{name}": value for name, value in row.items() if value is not None}
    return {**data, **changes}
