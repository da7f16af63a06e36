"""One task with what was done for it, and the forms about both."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from inspections.lists import Column, FilterForm, ListPage
from inspections.pages import form_page, must, today_of, user_of
from inspections.schemes.forms.common import ReasonForm
from inspections.schemes.forms.tasks import EventForm, SettleForm, TaskForm
from inspections.schemes.models import Scheme, SchemeEvent, SchemeTask, TaskGroup
from inspections.schemes.pages.common import form_methods, seen, trail_to
from inspections.schemes.queries import lists
from inspections.schemes.services import tasks
from permissions import policy

OF_TASK = "group__scheme"


@require_safe
def task(request: HttpRequest, pk: int) -> HttpResponse:
    """One task: its owners, and what was done for it, struck out or not."""
    row = seen(request, SchemeTask.objects.prefetch_related("owners"), pk, OF_TASK)
    scheme, user = row.group.scheme, user_of(request)
    events = row.events.select_related("kind", "organisation__type", "recorded_by__person", "struck_by__person")
    found = list(events.prefetch_related("attachments__file"))
    # who may strike out: whoever records in the name of the organisation
    places = list({one.organisation_id: one.organisation for one in found}.values())
    verdicts = policy.may_each(user, "carry_out_schemes", places)
    mine = {one.pk for one, verdict in zip(places, verdicts, strict=True) if verdict and not scheme.is_over}
    context = {
        "task": row,
        "scheme": scheme,
        "events": [(one, one.struck_at is None and one.organisation_id in mine) for one in found],
        "people": sum(one.people for one in found if one.struck_at is None),
        "may_keep": not scheme.is_over and bool(policy.may(user, "keep_schemes", scheme)),
        "may_record": not scheme.is_over
        and row.state == SchemeTask.State.OPEN
        and bool(lists.recording_for(user, row)),
        "today": today_of(request),
        "trail": trail_to(scheme, (row, "")),
    }
    return render(request, "schemes/task.html", context)


class MineFilter(FilterForm):
    q = None  # type: ignore[assignment]
    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        choices=[("", gettext_lazy("under way")), ("late", gettext_lazy("late")), ("all", gettext_lazy("all"))],
        required=False,
    )

    def narrow(self, rows: Any) -> Any:
        state = self.given.get("state")
        if state == "all":
            return rows
        rows = rows.filter(state=SchemeTask.State.OPEN)
        return rows.filter(by_day__lt=today_of(self.request)) if state == "late" else rows


MINE = ListPage(
    template="schemes/mine.html",
    filters=MineFilter,
    sorts={
        "due": ("by_day", "group__scheme", "group__position", "position"),
        "scheme": ("group__scheme__folded", "group__position", "position"),
    },
    columns=[
        Column(gettext_lazy("Task"), lambda task: f"{task.group.position}.{task.position}. {task.text}"),
        Column(gettext_lazy("Scheme"), lambda task: task.group.scheme.name),
        Column(gettext_lazy("Owners"), lambda task: "; ".join(str(one) for one in task.owners.all())),
        Column(gettext_lazy("To be done by"), lambda task: task.by_day),
        Column(gettext_lazy("State"), lambda task: task.get_state_display()),
        Column(gettext_lazy("Events"), lambda task: task.many),
        Column(gettext_lazy("The last on"), lambda task: task.last),
    ],
    file_name="tasks-of-schemes",
)


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """The tasks of running schemes that the reader's organisations own, the next due first."""
    rows = lists.tasks_owned(user_of(request)).select_related("group__scheme").prefetch_related("owners")
    trail = [(_("Schemes"), reverse("schemes:list")), (_("My tasks of schemes"), "")]
    return MINE.respond(request, rows, trail=trail)


@form_methods
def add_task(request: HttpRequest, pk: int) -> HttpResponse:
    """The page on which a group gets a task."""
    visible = policy.visible(user_of(request), Scheme.objects.select_related("organisation__type"))
    scheme = get_object_or_404(visible, groups__pk=pk)
    must(request, "keep_schemes", scheme)
    group = TaskGroup.objects.select_related("scheme__organisation__type", "scheme__organisation__parent").get(pk=pk)
    return form_page(
        request,
        TaskForm,
        target=group,
        heading=_("Add a task to “%(group)s”") % {"group": group},
        button=_("Add the task"),
        back=scheme.get_absolute_url(),
        trail=trail_to(scheme, (_("Add a task"), "")),
        done=_("The task is added."),
    )


@form_methods
def change_task(request: HttpRequest, pk: int) -> HttpResponse:
    """The page on which a task is changed."""
    row = seen(request, SchemeTask.objects.prefetch_related("owners"), pk, OF_TASK)
    must(request, "keep_schemes", row)
    tasks.check_open(row)
    return form_page(
        request,
        TaskForm,
        target=row,
        heading=_("Change the task"),
        button=_("Save the task"),
        back=row.get_absolute_url(),
        trail=trail_to(row.group.scheme, (row, row.get_absolute_url()), (_("Change the task"), "")),
        done=_("The task is changed."),
    )


@form_methods
def settle_task(request: HttpRequest, pk: int) -> HttpResponse:
    """The page on which a task is done, dropped, or set under way again."""
    row = seen(request, SchemeTask.objects.all(), pk, OF_TASK)
    must(request, "keep_schemes", row)
    return form_page(
        request,
        SettleForm,
        target=row,
        heading=_("What became of the task"),
        button=_("Save what became of it"),
        back=row.get_absolute_url(),
        trail=trail_to(row.group.scheme, (row, row.get_absolute_url()), (_("What became of the task"), "")),
        done=_("It is recorded what became of the task."),
    )


@form_methods
def record_event(request: HttpRequest, pk: int) -> HttpResponse:
    """The page on which an owner records what was done for a task."""
    row = seen(request, SchemeTask.objects.all(), pk, OF_TASK)
    if not lists.recording_for(user_of(request), row):
        must(request, "carry_out_schemes", row)
    tasks.check_open(row)
    return form_page(
        request,
        EventForm,
        target=row,
        heading=_("Record what was done"),
        button=_("Record it"),
        back=row.get_absolute_url(),
        trail=trail_to(row.group.scheme, (row, row.get_absolute_url()), (_("Record what was done"), "")),
        done=_("It is recorded."),
    )


@form_methods
def strike_event(request: HttpRequest, pk: int) -> HttpResponse:
    """The page on which an event is struck out that was entered by mistake."""
    event = seen(request, SchemeEvent.objects.select_related("organisation__type"), pk, "task__group__scheme")
    must(request, "carry_out_schemes", event)
    row = event.task
    return form_page(
        request,
        ReasonForm,
        target=event,
        heading=_("Strike out “%(event)s”") % {"event": event},
        button=_("Strike it out"),
        back=row.get_absolute_url(),
        trail=trail_to(row.group.scheme, (row, row.get_absolute_url()), (_("Strike out"), "")),
        done=_("It is struck out; it stays readable with the reason."),
        perform=lambda form, user, now: tasks.strike_event(
            acting_user=user, event=event, reason=form.cleaned_data["reason"], now=now
        ),
    )
