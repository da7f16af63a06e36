"""Database triggers that refuse to change or delete what was recorded."""

from collections.abc import Iterator
from typing import Any

TABLES = ("permissions_auditentry", "permissions_auditseal")


def _triggers(connection: Any) -> Iterator[tuple[str, str, str]]:
    """Name, table and event of each trigger; emptying a whole table at once is an event of its own on PostgreSQL."""
    events = ("update", "delete", "truncate") if connection.vendor == "postgresql" else ("update", "delete")
    for table in TABLES:
        for event in events:
            yield f"{table}_no_{event}", table, event


def create(connection: Any) -> None:
    """Makes the triggers on the connection's database (SQLite or PostgreSQL)."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "create or replace function audit_refuses_change() returns trigger language plpgsql as "
                "$$ begin raise exception 'the audit trail is append-only'; end $$"
            )
        for name, table, event in _triggers(connection):
            if connection.vendor == "postgresql":
                each = "statement" if event == "truncate" else "row"
                cursor.execute(
                    f"create trigger {name} before {event} on {table} "
                    f"for each {each} execute function audit_refuses_change()"
                )
            else:
                cursor.execute(
                    f"create trigger {name} before {event} on {table} "
                    "begin select raise(abort, 'the audit trail is append-only'); end"
                )


def drop(connection: Any) -> None:
    """Takes the triggers away: for tests that flush the tables, and for the migration backwards."""
    with connection.cursor() as cursor:
        for name, table, _event in _triggers(connection):
            on = f" on {table}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"drop trigger if exists {name}{on}")
