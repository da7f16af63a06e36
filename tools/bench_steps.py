"""The candidates of one submit: the least by hand, the same by plain Django, and the page of a task.

The least is what any step writes that others can see and check: the task is locked and done, its successor is there,
what was written is kept, and the record has one entry more. No form, no rights, no clock, no chain.
"""

from collections.abc import Callable
from typing import Any

from django.db import connection, models, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from viewflow.workflow.models import Task

from inspections.cases.models import Paper
from inspections.organisations.models import User
from permissions.models import AuditEntry
from workflows.models import WorkItem

NODE = "workflows/flows.formal_case.FormalCaseFlow.self_report"


def open_self_reports() -> list[tuple[int, User]]:
    """The work items of self-reports that wait, each with the log-in of the cell's secretary."""
    items = WorkItem.objects.filter(done_at__isnull=True, task__flow_task=NODE).select_related("organisation")
    secretaries = {
        user.person.offices.all()[0].organisation_id: user
        for user in User.objects.filter(person__offices__role="cell_secretary", username__startswith="x")
        .select_related("person")
        .prefetch_related("person__offices")
    }
    return [(one.pk, secretaries[one.organisation_id]) for one in items if one.organisation_id in secretaries]


def page() -> Callable[[int], None]:
    """POST of the task's form by a secretary who is logged in; the log-in itself is not measured."""
    client = Client()
    waiting = []
    for pk, user in open_self_reports()[:400]:
        client.force_login(user, backend="permissions.backend.OfficeBackend")
        waiting.append((reverse("workflows:task", args=[pk]), client.cookies["sessionid"].value))
        client.cookies.clear()

    def step(number: int) -> None:
        url, session = waiting[number]
        client.cookies.clear()
        client.cookies["sessionid"] = session
        response = client.post(url, {"text": "Chi bộ báo cáo theo đề cương."})
        if response.status_code != 302:
            raise RuntimeError(f"{url}: {response.status_code}")

    return step


def _done() -> list[int]:
    """Tasks that nobody needs any more, for the candidates to write on."""
    return list(Task.objects.filter(status="DONE", flow_task=NODE).order_by("pk").values_list("pk", flat=True)[:1000])


def _insert(model: type[models.Model], **changed: Any) -> tuple[str, Callable[..., list[Any]]]:
    """An INSERT with the values of some row there is, and how its parameters are made; `changed`: column -> value."""
    fields = [one for one in model._meta.concrete_fields if not one.primary_key]
    row = model._base_manager.order_by("pk").last()
    values = [one.get_db_prep_save(changed.get(one.attname, getattr(row, one.attname)), connection) for one in fields]
    places = {one.attname: number for number, one in enumerate(fields)}
    marks = ", ".join(["%s"] * len(fields))

    def parameters(**now: Any) -> list[Any]:
        given = list(values)
        for name, value in now.items():
            given[places[name]] = value
        return given

    quoted = ", ".join(connection.ops.quote_name(str(one.column)) for one in fields)
    return f"INSERT INTO {model._meta.db_table} ({quoted}) VALUES ({marks})", parameters


def bare() -> Callable[[int], None]:
    """Five statements by hand in one transaction."""
    tasks = _done()
    lock = "" if connection.vendor == "sqlite" else " FOR UPDATE"
    next_task, task_values = _insert(Task)
    paper, paper_values = _insert(Paper)
    entry, entry_values = _insert(AuditEntry)

    def step(number: int) -> None:
        pk = tasks[number]
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SELECT id, status FROM viewflow_task WHERE id = %s{lock}", [pk])
            cursor.execute(
                "UPDATE viewflow_task SET status = 'DONE', finished = %s WHERE id = %s", [timezone.now(), pk]
            )
            cursor.execute(next_task, task_values())
            cursor.execute(paper, paper_values(version=1000 + number))
            cursor.execute(entry, entry_values(chain=f"bare:{number}", seq=1, previous_hash=""))

    return step


def orm() -> Callable[[int], None]:
    """The same five by plain Django."""
    tasks = _done()
    task = Task.objects.order_by("pk").last()
    paper = Paper.objects.order_by("pk").last()
    entry = AuditEntry.objects.order_by("pk").last()

    def again(row: Any, **changed: Any) -> None:
        values = {one.attname: getattr(row, one.attname) for one in row._meta.concrete_fields if not one.primary_key}
        type(row)._base_manager.create(**{**values, **changed})

    def step(number: int) -> None:
        with transaction.atomic():
            done = Task.objects.select_for_update().get(pk=tasks[-1 - number])
            done.status, done.finished = "DONE", timezone.now()
            done.save(update_fields=["status", "finished"])
            again(task)
            again(paper, version=5000 + number)
            again(entry, chain=f"orm:{number}", seq=1, previous_hash="")

    return step
