"""The pages people open most, each beside our own question of its rows and the bare SQL of the same rows."""

from collections.abc import Callable
from dataclasses import dataclass

from bench_sql import BOARD, bare
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from inspections.calendars.rules import days_after
from inspections.cases.queries import cases_for
from inspections.organisations.models import User
from inspections.organisations.rules import STEP, path_end
from inspections.reports.queries.board import Asked, board
from inspections.reports.rules import STEPS
from workflows.queries import work_for

PAGE = 25


@dataclass(frozen=True)
class Question:
    """name: of page and reader. page answers its bytes, rows and bare the number of rows."""

    name: str
    page: Callable[[], int]
    rows: Callable[[], int]
    bare: Callable[[], int]


def _user(name: str) -> User:
    return User.objects.select_related("person").get(username=name)


def _page(username: str, address: str) -> Callable[[], int]:
    client = Client()
    client.force_login(_user(username), backend="permissions.backend.OfficeBackend")

    def ask() -> int:
        response = client.get(reverse(address))
        if response.status_code != 200:
            raise RuntimeError(f"{address} for {username}: {response.status_code}")
        return len(response.content)

    return ask


IN_FORCE = "g.user_id = %s AND g.starts_on <= %s AND (g.ends_on IS NULL OR g.ends_on >= %s)"
WORK = f"""
SELECT w.task_id, w.about_name, w.opened_at, d.due_on FROM (
  SELECT g.content_object_id AS place, g.permission_id FROM permissions_organisationgrant g WHERE {IN_FORCE}
) h JOIN workflows_workitem w
  ON w.organisation_id = h.place AND w.permission_id = h.permission_id
  AND w.done_at IS NULL AND NOT w.is_for_case_people
LEFT JOIN deadlines_deadline d ON d.id = w.deadline_id
UNION
SELECT w.task_id, w.about_name, w.opened_at, d.due_on FROM (
  SELECT g.content_object_id AS place, g.permission_id FROM cases_casegrant g WHERE {IN_FORCE}
) h JOIN workflows_workitem w
  ON w.case_id = h.place AND w.permission_id = h.permission_id AND w.done_at IS NULL AND w.is_for_case_people
LEFT JOIN deadlines_deadline d ON d.id = w.deadline_id
ORDER BY 4, 3
"""
CASES = """
SELECT id, number, content, stage, starts_on, ends_on FROM cases_case
WHERE org_path >= %s AND org_path <= %s ORDER BY proposed_at DESC, id LIMIT 25
"""


def _work(name: str, username: str) -> Question:
    pk, today = _user(username).pk, timezone.localdate()
    by_hand = bare(WORK, pk, today, today, pk, today, today)
    return Question(
        f"my work: {name}", _page(username, "workflows:my_work"), lambda: len(work_for(_user(username))), by_hand
    )


def _cases(name: str, username: str) -> Question:
    path = _tree(username)
    return Question(
        f"case list: {name}",
        _page(username, "cases:list"),
        lambda: len(cases_for(_user(username)).order_by("-proposed_at", "pk")[:PAGE]),
        bare(CASES, path, path_end(path)),
    )


def _board(name: str, username: str) -> Question:
    path, today = _tree(username), timezone.localdate()
    soon = [day for days in STEPS for day in (today, days_after(today, days))]
    return Question(
        f"board: {name}",
        _page(username, "reports:leader"),
        lambda: len(board(_user(username), Asked(today)).lines),
        bare(BOARD, len(path) + STEP, *soon, today, today, today, path, path_end(path)),
    )


def _tree(username: str) -> str:
    return str(_user(username).person.offices.all()[0].organisation.scope_path)


QUESTIONS = (
    _work("secretary of one cell", "x1.cb4"),
    _work("leader of a commune's teams", "x1.vice_chair"),
    _work("officer who follows 750 cells", "chuyenvien.tinh"),
    _cases("inspection chair of a commune", "x1.chair"),
    _cases("secretary of the province", "bithu.tinh"),
    _board("secretary of a commune", "x1.secretary"),
    _board("secretary of the province", "bithu.tinh"),
)
