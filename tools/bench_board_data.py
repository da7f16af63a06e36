"""The database on which the board is measured: the tree, its leaders, clocks now and in former months, the trail."""

import random

COMMUNES, CELLS, OPEN, MONTHS = 100, 100, 2, 18
ENTRIES = 100  # of the audit trail for each cell's case
REST_OF_HASH = "0" * 57


def fill() -> None:
    """The tree, its leaders, a case and two open clocks a cell, and the past of every cell."""
    from django.contrib.contenttypes.models import ContentType
    from django.db import transaction
    from django.utils import timezone

    from inspections.calendars.rules import days_after
    from inspections.cases.models import Case, CaseKind, Procedure
    from inspections.deadlines.models import Deadline, DeadlineSpan
    from inspections.organisations.models import Organisation, OrganisationType, User
    from project.demo.cast import Cast
    from project.demo.history import add_history
    from project.demo.province import _add

    now = timezone.now()
    today = timezone.localdate(now)
    drawn = random.Random(3)
    with transaction.atomic():
        cast = Cast(root=User.objects.create(username="root", is_superuser=True), now=now)
        cast.add_organisation("province", "Đảng bộ tỉnh Sơn Hải", "province_party", None, "97.000.000.000.000", "TU")
        types = {one.code: one for one in OrganisationType.objects.all()}
        communes = [
            _add(
                Organisation(name=f"Đảng bộ xã Bãi Ngang {number}", type=types["commune_party"], symbol="ĐU"),
                cast.organisation("province"),
            )
            for number in range(COMMUNES)
        ]
        cells = [
            _add(Organisation(name=f"Chi bộ thôn {number}.{cell}", type=types["cell"], symbol="CB"), commune)
            for number, commune in enumerate(communes)
            for cell in range(CELLS)
        ]
        cast.organisations["x1"] = communes[1]
        cast.add_user("root_leader", "Lê Quang Sơn", "committee_secretary", "province")
        cast.add_user("branch_leader", "Đỗ Hữu Thành", "committee_secretary", "x1")
        facts = {
            "kind": CaseKind.objects.first(), "procedure": Procedure.objects.first(), "content": "Việc đo",
            "examined_from": today, "examined_to": today, "starts_on": today, "ends_on": today,
            "proposed_by": cast.root, "proposed_at": now, "signed_at": now, "signed_by": None, "stepped_at": now,
            "stage": "ordered", "number": "01",
        }  # fmt: skip
        cases = Case.objects.bulk_create(
            [Case(organisation=cell, org_path=str(cell.path), **facts) for cell in cells], batch_size=2000
        )
        kind = ContentType.objects.get_for_model(Case)
        clocks = [
            Deadline(
                organisation=case.organisation, org_path=case.org_path, holder=case.organisation, held_since=today,
                case_id=case.pk, item_type=kind, item_id=case.pk, duty=f"duty{number}", title="Việc phải làm",
                start_on=today, due_on=days_after(today, drawn.randint(-30, 60)), started_at=now,
                state=drawn.choice(["running", "running", "running", "waiting"]),
                times_returned=drawn.choice([0, 0, 0, 1, 2]), times_extended=drawn.choice([0, 0, 0, 1]),
            )
            for case in cases
            for number in range(OPEN)
        ]  # fmt: skip
        made = Deadline.objects.bulk_create(clocks, batch_size=2000)
        DeadlineSpan.objects.bulk_create(
            [
                DeadlineSpan(
                    deadline=one, organisation_id=one.organisation_id, org_path=one.org_path,
                    holder_id=one.holder_id, state=one.state, due_on=one.due_on, first_on=today, began_at=now,
                )
                for one in made
            ],
            batch_size=2000,
        )  # fmt: skip
        add_history(cells, now, report=print, months=MONTHS)


TRAIL = """
INSERT INTO permissions_auditentry (chain, seq, at, user_id, person_name, office_name, for_name, verb, about_type,
  about_id, about_name, old, new, reason, previous_hash, hash)
WITH RECURSIVE place(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM place WHERE n < %s)
SELECT 'case:' || cases_case.id, n, proposed_at, proposed_by_id, 'Lê Quang Sơn', 'Bí thư', '', 'add_paper',
  'cases.case', cases_case.id, substr(content, 1, 300), '{}', '{}', '',
  CAST(1000000 + n AS text) || %s, CAST(1000001 + n AS text) || %s
FROM cases_case CROSS JOIN place
WHERE NOT EXISTS (SELECT 1 FROM permissions_auditentry WHERE chain = 'case:' || cases_case.id)
"""


def add_trail() -> bool:
    """Entries for every case that has none; whether there were such.

    Plain rows, as long as real ones and each in its place, without the hash that chains them: the board reads none of
    them, and a million verbs would take an hour."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(TRAIL, [ENTRIES, REST_OF_HASH, REST_OF_HASH])
        return cursor.rowcount > 0
