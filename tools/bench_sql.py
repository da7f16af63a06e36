"""SQL by hand, beside which our own questions are measured."""

from collections.abc import Callable
from typing import Any

from django.db import connection

# what the table of the board shows of every place below: the same columns as `counts_by_place`
BOARD = """
SELECT substr(org_path, 1, %s), count(*),
  count(CASE WHEN state = 'running' THEN 1 END),
  count(CASE WHEN state = 'running' AND due_on >= %s AND due_on <= %s THEN 1 END),
  count(CASE WHEN state = 'running' AND due_on >= %s AND due_on <= %s THEN 1 END),
  count(CASE WHEN state = 'running' AND due_on >= %s AND due_on <= %s THEN 1 END),
  count(CASE WHEN state = 'running' AND due_on < %s THEN 1 END),
  count(CASE WHEN state = 'waiting' THEN 1 END), count(CASE WHEN state = 'suspended' THEN 1 END),
  count(CASE WHEN times_returned > 1 THEN 1 END), count(CASE WHEN times_extended > 0 THEN 1 END),
  count(DISTINCT CASE WHEN state = 'running' AND due_on < %s THEN organisation_id END),
  min(CASE WHEN state = 'running' AND due_on < %s THEN due_on END)
FROM deadlines_deadline
WHERE state IN ('running', 'waiting', 'suspended') AND org_path >= %s AND org_path <= %s GROUP BY 1
"""


def bare(sql: str, *parameters: Any) -> Callable[[], int]:
    def ask() -> int:
        with connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            return len(cursor.fetchall())

    return ask
