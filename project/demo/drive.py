"""Doing tasks as the task page does: the form of the step, filled in, through workflows.services.submit."""

import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models
from django.utils.datastructures import MultiValueDict

from inspections.cases.models import Case
from inspections.organisations.models import User
from permissions import policy
from workflows import access, services
from workflows.models import WorkItem

PDF = b"%PDF-1.4\n%invented\n"


def pdf(name: str = "chung-tu.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="application/pdf")


def item_of(about: models.Model, node: str) -> WorkItem:
    """The open piece of work at a step about a row."""
    found = [
        item
        for item in WorkItem.objects.filter(done_at__isnull=True, about_id=about.pk).select_related("task__process")
        if item.task.flow_task.name == node and item.about == about
    ]
    assert len(found) == 1, f"{len(found)} open tasks {node} about {about!r}; open: {open_steps(about)}"
    return found[0]


def open_steps(about: models.Model) -> list[str]:
    """The names of the open steps about a row (for a case: about it and its subjects)."""
    items = WorkItem.objects.filter(done_at__isnull=True).select_related("task")
    if isinstance(about, Case):
        items = items.filter(case=about)
    else:
        items = items.filter(about_type=ContentType.objects.get_for_model(about), about_id=about.pk)
    return sorted(item.task.flow_task.name for item in items)


def do(user: User, about: models.Model, node: str, now: datetime.datetime, files: Any = None, **data: Any) -> WorkItem:
    """Submits a step with typed data (dates as dates, lists as lists). Raises as `submit`."""
    item = item_of(about, node)
    typed: MultiValueDict[str, str] = MultiValueDict()
    for name, value in data.items():
        values = value if isinstance(value, list) else [value]
        typed.setlist(
            name, [one.strftime("%d/%m/%Y") if isinstance(one, datetime.date) else str(one) for one in values]
        )
    uploads = MultiValueDict({name: one if isinstance(one, list) else [one] for name, one in (files or {}).items()})
    return services.submit(
        acting_user=User.objects.get(pk=user.pk),
        task=item.task,
        build_form=lambda locked: locked.task.flow_task.form_class(
            typed, uploads, target=locked.about, user=user, now=now
        ),
        now=now,
    )


def inbox(user: User, now: datetime.datetime) -> list[str]:
    """What the user may do now, as step names."""
    user = User.objects.get(pk=user.pk)
    items = access.for_me(policy.viewer_for(user, now)).select_related("task")
    return sorted(item.task.flow_task.name for item in items)
