"""Forms of groups of tasks, of tasks, and of what was done for them."""

import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inspections.forms import OneField, SeveralField, VerbForm, Watched, choosable, files_field, last_entry_about
from inspections.organisations.models import Organisation, User
from inspections.schemes.forms.common import choose_from, long_text
from inspections.schemes.models import EventKind, Scheme, SchemeTask, TaskGroup
from inspections.schemes.queries import lists
from inspections.schemes.services import tasks
from permissions.models import AuditEntry


class GroupForm(VerbForm):
    """A group of tasks; the target is the scheme (a new one), or the group."""

    name = forms.CharField(label=_("Name of the group"), max_length=300)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if not isinstance(self.target, Scheme):
            self.fields["name"].initial = self.target.name

    def watched(self) -> Watched:
        if isinstance(self.target, Scheme):
            return {}
        return {"name": (self.fields["name"].label, type(self.target).objects.get(pk=self.target.pk).name)}

    def watched_row(self) -> Scheme | None:
        # whose lock comes before that of all rows of it
        return self.target.scheme if isinstance(self.target, TaskGroup) else None

    def last_change(self) -> AuditEntry | None:
        return None

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        name = self.cleaned_data["name"]
        if isinstance(self.target, Scheme):
            return tasks.add_group(acting_user=acting_user, scheme=self.target, name=name, now=now)
        return tasks.change_group(acting_user=acting_user, group=self.target, name=name, now=now)


class TaskForm(VerbForm):
    """A task; the target is its group (a new one), or the task."""

    text = long_text(_("What is to be done"))
    owners = SeveralField(label=_("Owners"), queryset=Organisation.objects.none())
    due_on = forms.DateField(
        label=_("To be done by"), required=False, help_text=_("Where no day is set, the last day of the scheme counts.")
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        group = self.target.group if isinstance(self.target, SchemeTask) else self.target
        rows = lists.next_below(group.scheme, timezone.localdate(self.now))
        if isinstance(self.target, SchemeTask):
            chosen = [one.pk for one in self.target.owners.all()]
            self.fields["text"].initial, self.fields["owners"].initial = self.target.text, chosen
            self.fields["due_on"].initial = self.target.due_on
            rows = rows | Organisation.objects.filter(pk__in=chosen).select_related("type", "parent")
        choose_from(self, "owners", rows)

    def watched(self) -> Watched:
        if not isinstance(self.target, SchemeTask):
            return {}
        fresh = SchemeTask.objects.get(pk=self.target.pk)
        owners = "; ".join(str(one) for one in fresh.owners.order_by("path"))
        due_on = fresh.due_on.strftime("%d/%m/%Y") if fresh.due_on is not None else ""
        return {
            "text": (self.fields["text"].label, fresh.text),
            "owners": (self.fields["owners"].label, owners),
            "due_on": (self.fields["due_on"].label, due_on),
        }

    def watched_row(self) -> Scheme | None:
        # whose lock comes before that of all rows of it
        return self.target.group.scheme if isinstance(self.target, SchemeTask) else None

    def last_change(self) -> AuditEntry | None:
        return last_entry_about(self.target, self.target.group.scheme.organisation)

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        given = self.cleaned_data
        facts = tasks.TaskFacts(given["text"], list(given["owners"]), given["due_on"])
        if isinstance(self.target, SchemeTask):
            return tasks.change_task(acting_user=acting_user, task=self.target, facts=facts, now=now)
        return tasks.add_task(acting_user=acting_user, group=self.target, facts=facts, now=now)


class SettleForm(VerbForm):
    outcome = forms.ChoiceField(label=_("What became of it?"), choices=[], widget=forms.RadioSelect)
    on = forms.DateField(label=_("On"), required=False, help_text=_("Not needed when it is set under way again."))
    note = long_text(_("What was reached, or why"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        choices = [one for one in SchemeTask.State.choices if one[0] != self.target.state]
        self.fields["outcome"].choices = choices  # type: ignore[attr-defined]

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        return tasks.settle_task(acting_user=acting_user, task=self.target, now=now, **self.cleaned_data)


class EventForm(VerbForm):
    """What was done for the target task."""

    kind = OneField(label=_("Kind"), queryset=EventKind.objects.none())
    held_on = forms.DateField(label=_("Day"))
    title = forms.CharField(label=_("What was done"), max_length=300)
    organisation = OneField(label=_("Organisation"), queryset=Organisation.objects.none())
    people = forms.IntegerField(label=_("Number of people"), min_value=0, max_value=1_000_000)
    paper = forms.CharField(label=_("Document (number, date)"), max_length=100, required=False)
    files = files_field()  # type: ignore[assignment]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        choose_from(self, "kind", choosable(EventKind))
        may = [one.pk for one in lists.recording_for(self.user, self.target, self.now)]
        choose_from(self, "organisation", Organisation.objects.filter(pk__in=may).order_by("path"))
        if len(may) == 1:
            self.fields["organisation"].initial = may[0]

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        given = dict(self.cleaned_data)
        files = given.pop("files")
        facts = tasks.EventFacts(**given)
        return tasks.record_event(acting_user=acting_user, task=self.target, facts=facts, files=files, now=now)
