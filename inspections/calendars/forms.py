"""What is typed to change calendar and time limits; a form asks, it does not write: the page shows first what would
move."""

import datetime
from typing import Any

from django import forms
from django.core import signing
from django.db import models
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inspections.calendars import library
from inspections.calendars.queries import history_of
from inspections.calendars.services import ADD, CHANGE, CORRECT, END, YEAR, Asked, planned, stamp_of, stamp_of_year
from inspections.calendars.tables import DAYS, TABLES
from inspections.forms import VerbForm, Watched, guard
from inspections.organisations.models import Organisation, User
from inspections.reference.forms import field_for
from inspections.reference.queries import Teller
from inspections.reference.tables import Ends, Table
from permissions.models import AuditEntry

# how long what was asked for may be looked through before it is saved, in seconds
KEPT = 24 * 60 * 60
SALT = "calendars.asked"


def _reason() -> forms.CharField:
    return forms.CharField(
        label=gettext_lazy("Reason, or the paper it follows"), max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )


class KeepForm(VerbForm):
    """A row of the table for the tree of an organisation (None: for the country); the target is the row, or None for a
    new one. `perform` plans only, and returns what is asked for."""

    known_template = "reference/known.html"

    def __init__(
        self,
        *args: Any,
        table: Table,
        organisation: Organisation | None,
        values: dict[str, Any] | None = None,
        **options: Any,
    ) -> None:
        self.table, self.organisation = table, organisation
        super().__init__(*args, **options)
        if self.target is not None and table is not DAYS:
            self.fields["how"] = forms.ChoiceField(
                label=_("What this is"),
                choices=[
                    (CHANGE, _("Something new, from a day on: what runs by a limit keeps its date")),
                    (CORRECT, _("A mistake is corrected: dates that rest on it are counted again")),
                ],
                widget=forms.RadioSelect,
                initial=CHANGE,
            )
        for name in table.editable if self.target is not None else table.fields:
            self.fields[name] = _weekdays() if name == "weekdays" else field_for(table, name)
            given = getattr(self.target, name, None) if self.target is not None else None
            if given is not None:
                self.fields[name].initial = list(given) if name == "weekdays" else given
        self.fields["reason"] = _reason()
        _begin_with(self.fields, values)
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

    @property
    def asked(self) -> Asked:
        values = dict(self.cleaned_data)
        reason, action = values.pop("reason"), values.pop("how", ADD if self.target is None else CHANGE)
        if "weekdays" in values:
            values["weekdays"] = "".join(sorted(values["weekdays"]))
        return Asked(
            table=self.table,
            action=action,
            organisation=self.organisation,
            row=self.target,
            values=values,
            reason=reason,
            stamp=stamp_of(self.target) if self.target is not None else "",
        )

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Asked:
        planned(self.asked, now)
        return self.asked


def _begin_with(fields: dict[str, forms.Field], values: dict[str, Any] | None) -> None:
    """Shows what was typed before, or stands in a row like it."""
    for name, value in (values or {}).items():
        if name in fields:
            fields[name].initial = list(value) if name == "weekdays" else value


def _weekdays() -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=_("Weekdays that are worked"),
        choices=[(str(number), name) for number, name in WEEKDAYS.items()],
        widget=forms.CheckboxSelectMultiple,
        initial=list("01234"),
    )


class EndForm(VerbForm):
    """Ends the target row after a day, or takes a day out."""

    def __init__(self, *args: Any, table: Table, values: dict[str, Any] | None = None, **options: Any) -> None:
        self.table = table
        super().__init__(*args, **options)
        if table.ends is Ends.ON_A_DAY:
            self.fields["last_day"] = forms.DateField(label=_("Last day on which it counts"))
        self.fields["reason"] = _reason()
        _begin_with(self.fields, values)
        guard(self.fields)

    @property
    def asked(self) -> Asked:
        values = dict(self.cleaned_data)
        reason = values.pop("reason")
        return Asked(
            table=self.table,
            action=END,
            organisation=self.target.organisation,
            row=self.target,
            values=values,
            reason=reason,
            stamp=stamp_of(self.target),
        )

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Asked:
        planned(self.asked, now)
        return self.asked


class YearForm(VerbForm):
    """The days of a national year beside those of the library; the target is the year."""

    known_template = "calendars/compared.html"

    days = forms.MultipleChoiceField(
        label=gettext_lazy("Days that stand in the calendar"), widget=forms.CheckboxSelectMultiple, required=False
    )
    legal_basis = forms.CharField(
        label=gettext_lazy("Legal basis"),
        max_length=200,
        help_text=gettext_lazy("The decree or decision that sets the days of the year."),
    )
    reason = _reason()

    def __init__(self, *args: Any, values: dict[str, Any] | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.compared = library.compared(self.target)
        field = self.fields["days"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(one.key, str(one)) for one in self.compared]
        field.initial = [one.key for one in self.compared if one.is_proposed]
        if values:
            before = set(values["days"])
            values = {**values, "days": [one.key for one in self.compared if (one.day, one.kind, one.name) in before]}
        _begin_with(self.fields, values)

    def known(self) -> dict[str, Any]:
        return {"compared": self.compared, "year": self.target}

    @property
    def asked(self) -> Asked:
        chosen = set(self.cleaned_data["days"])
        days = [(one.day, one.kind, one.name) for one in self.compared if one.key in chosen]
        return Asked(
            table=DAYS,
            action=YEAR,
            organisation=None,
            values={"year": self.target, "days": days, "legal_basis": self.cleaned_data["legal_basis"]},
            reason=self.cleaned_data["reason"],
            stamp=stamp_of_year(self.target),
        )

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Asked:
        planned(self.asked, now)
        return self.asked


# what is asked for on its way from the form to the page that shows what would move


def sealed(asked: Asked) -> str:
    """What is asked for, as it goes through an address; nobody else can make it."""
    values = {
        name: value.pk if isinstance(value, models.Model) else _plain(value) for name, value in asked.values.items()
    }
    return signing.dumps(
        {
            "table": asked.table.code,
            "action": asked.action,
            "organisation": asked.organisation.pk if asked.organisation else None,
            "row": asked.row.pk if asked.row else None,
            "values": values,
            "reason": asked.reason,
            "stamp": asked.stamp,
        },
        salt=SALT,
        compress=True,
    )


def unsealed(text: str, *, organisation: Organisation | None, row: Any) -> Asked | None:
    """What `sealed` made, for this organisation and row; None for anything else, and for what is a day old."""
    try:
        given = signing.loads(text, salt=SALT, max_age=KEPT)
    except signing.BadSignature:
        return None
    places = (organisation.pk if organisation else None, row.pk if row else None)
    if (given["organisation"], given["row"]) != places:
        return None
    table = TABLES[given["table"]]
    values = {name: _value(table, name, value) for name, value in given["values"].items()}
    return Asked(
        table=table,
        action=given["action"],
        organisation=organisation,
        row=row,
        values=values,
        reason=given["reason"],
        stamp=given["stamp"],
    )


def _plain(value: Any) -> Any:
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    return value


def _value(table: Table, name: str, value: Any) -> Any:
    if name == "days":
        return [(datetime.date.fromisoformat(day), kind, text) for day, kind, text in value]
    if value is None or name in ("year",):
        return value
    if name == "last_day":
        return datetime.date.fromisoformat(value)
    field = table.field(name)
    if isinstance(field, models.DateField):
        return datetime.date.fromisoformat(value)
    if isinstance(field, models.ForeignKey):
        return field.related_model._default_manager.filter(pk=value).first()  # type: ignore[union-attr]
    return value
