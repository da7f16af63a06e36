"""Database triggers that refuse to change or delete what was recorded."""

from typing import Any

TABLES = ("permissions_auditentry", "permissions_auditseal")


def create(connection: Any) -> None:
    """Makes the triggers on the connection's database (SQLite or PostgreSQL)."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "create or replace function audit_refuses_change() returns trigger language plpgsql as "
                "$$ begin raise exception 'the audit trail is append-only'; end $$"
            )
        for table in TABLES:
            for event in ("update", "delete"):
                name = f"{table}_no_{event}"
                if connection.vendor == "postgresql":
                    cursor.execute(
                        f"create trigger {name} before {event} on {table} "
                        "for each row execute function audit_refuses_change()"
                    )
                else:
                    cursor.execute(
                        f"create trigger {name} before {event} on {table} "
                        "begin select raise(abort, 'the audit trail is append-only'); end"
                    )


def drop(connection: Any) -> None:
    """Takes the triggers away: for tests that flush the tables, and for the migration backwards."""
    with connection.cursor() as cursor:
        for table in TABLES:
            for event in ("update", "delete"):
                name = f"{table}_no_{event}"
                on = f" on {table}" if connection.vendor == "postgresql" else ""
                cursor.execute(f"drop trigger if exists {name}{on}")
