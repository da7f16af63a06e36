"""The form of a row, made from what its table declares."""

import datetime
from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from inspections.forms import OneField, SeveralField, VerbForm, Watched, guard
from inspections.lists import FilterForm
from inspections.organisations.models import User
from inspections.reference import services
from inspections.reference.queries import Teller, history_of, matching
from inspections.reference.tables import Ends, Table
from permissions.models import AuditEntry


def _reason() -> forms.CharField:
    return forms.CharField(
        label=_("Reason, or the paper it follows"), max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )


def field_for(table: Table, name: str) -> forms.Field:
    """The field in which a value of the table is typed or chosen."""
    field = table.field(name)
    choices = table.choices().get(name)
    if choices is not None:
        return forms.ChoiceField(
            label=table.label_of(name),
            choices=[("", "—"), *choices],
            required=not field.blank,
            help_text=field.help_text,
        )
    if field.many_to_many:
        made: forms.Field = field.formfield(form_class=SeveralField, widget=forms.CheckboxSelectMultiple)
    elif isinstance(field, models.ForeignKey):
        made = field.formfield(form_class=OneField)  # type: ignore[assignment]
    else:
        made = field.formfield()
    return made


class RowForm(VerbForm):
    """A row of a table; the target is the row, or None for a new one."""

    known_template = "reference/known.html"

    def __init__(self, *args: Any, table: Table, **options: Any) -> None:
        self.table = table
        super().__init__(*args, **options)
        for name in table.editable if self.target is not None else table.fields:
            self.fields[name] = field_for(table, name)
            if self.target is not None:
                is_several = table.field(name).many_to_many
                value = getattr(self.target, name)
                self.fields[name].initial = list(value.all()) if is_several else value
        self.fields["reason"] = _reason()
        guard(self.fields)

    def known(self) -> dict[str, Any]:
        return {
            "table": self.table,
            "fixed": [] if self.target is None else Teller(self.table).cells(self.target, self.table.fixed),
        }

    def watched(self) -> Watched:
        if self.target is None:
            return {}
        fresh = self.table.model._default_manager.get(pk=self.target.pk)
        told = Teller(self.table).cells(fresh, self.table.editable)
        return dict(zip(self.table.editable, told, strict=True))

    def watched_row(self) -> models.Model | None:
        row: models.Model | None = self.target
        return row

    def last_change(self) -> AuditEntry | None:
        return history_of(self.target).first()

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        values = dict(self.cleaned_data)
        reason = values.pop("reason")
        given: dict[str, Any] = {"acting_user": acting_user, "table": self.table, "reason": reason, "now": now}
        if self.target is None:
            return services.add_row(values=values, **given)
        return services.change_row(row=self.target, values=values, **given)


class EndForm(VerbForm):
    """Ends the target row in the way of its table."""

    def __init__(self, *args: Any, table: Table, **options: Any) -> None:
        self.table = table
        super().__init__(*args, **options)
        if table.ends is Ends.ON_A_DAY:
            self.fields["last_day"] = forms.DateField(label=_("Last day on which it counts"))
        self.fields["reason"] = _reason()
        guard(self.fields)

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        return services.end_row(
            acting_user=acting_user, table=self.table, row=self.target, now=now, **self.cleaned_data
        )


class WordsFilter(FilterForm):
    """Words looked for in all columns of the table."""

    table: Table

    def narrow(self, rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
        return matching(self.table, rows, self.given["q"]) if self.given.get("q") else rows
