"""What is stored, all of it, to be compared before and after."""

from django.db import connection

# what a request may write whoever asks: the session itself
HOUSEKEEPING = ("django_session", "axes_")


def everything_stored() -> dict[str, int]:
    """Table -> digest of all its rows, of every table but the session's and the guard's against guessing."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            if not table.startswith(HOUSEKEEPING):
                cursor.execute(f"select * from {connection.ops.quote_name(table)}")
                found[table] = hash(tuple(sorted(map(repr, cursor.fetchall()))))
    return found
