"""The table of the access matrix, one file a room. Its rows are proved by `test_access_matrix.py`."""

from tests.permissions.matrix import (
    cases,
    findings,
    meetings,
    members,
    organisations,
    programmes,
    quality,
    reminders,
    schemes,
    session,
    superiors,
    work,
)
from tests.permissions.matrix.route import ACTORS, THROUGH, Route

ROUTES: tuple[Route, ...] = (
    *session.ROUTES,
    *organisations.ROUTES,
    *members.ROUTES,
    *programmes.ROUTES,
    *schemes.ROUTES,
    *meetings.ROUTES,
    *superiors.ROUTES,
    *cases.ROUTES,
    *findings.ROUTES,
    *quality.ROUTES,
    *reminders.ROUTES,
    *work.ROUTES,
)

__all__ = ["ACTORS", "ROUTES", "THROUGH", "Route"]
