"""A calendar that stands still while a clock is started by it: a clock that is new is in nobody's count yet.

Whoever starts a clock keeps the calendar as it is to the end of his transaction; whoever changes the calendar waits
for all of them, and they for him. Clocks that are there already are held by their own rows."""

from django.db import connection

# one number for the calendar of all trees: a change of the country's moves clocks of each
KEY = 7_010_026
PATIENCE = 500


def hold_calendar() -> None:
    """Keeps the calendar as it is to the end of the transaction; before it is read. SQLite has one writer anyway."""
    _lock("pg_advisory_xact_lock_shared")


def hold_against_new_clocks() -> None:
    """Waits until nobody starts a clock, and lets nobody start one to the end of the transaction.

    Not for long: whoever starts a clock meanwhile waits behind this."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = '{PATIENCE} ms'")
    _lock("pg_advisory_xact_lock")


def _lock(function: str) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {function}(%s)", [KEY])
