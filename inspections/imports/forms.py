"""The forms of imports: a file; where the header stands and what the columns mean; the doubts."""

import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from openpyxl.utils import get_column_letter

from inspections.forms import VerbForm
from inspections.imports import services
from inspections.imports.plans import KINDS
from inspections.imports.services import Preview
from inspections.organisations.models import User

HEADER_ROWS = [(1, _("one row")), (2, _("two rows"))]


class FileForm(VerbForm):
    """The file to take in; the target is the row it is taken into, `seed` the kind."""

    file = forms.FileField(
        label=_("Spreadsheet"), help_text=_("Excel (.xlsx) or CSV; at most 20 MB."), allow_empty_file=True
    )


class ColumnsForm(VerbForm):
    """The target is the import; `seed` its preview."""

    sheet = forms.ChoiceField(label=_("Sheet"))
    header_row = forms.IntegerField(label=_("Header in row"), min_value=1, max_value=20_000)
    header_rows = forms.TypedChoiceField(label=_("Rows of the header"), choices=HEADER_ROWS, coerce=int)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        preview: Preview = self.seed
        one = self.target
        self.fields["sheet"].choices = [(each.name, each.name) for each in preview.sheets]  # type: ignore[attr-defined]
        self.initial = {"sheet": one.sheet, "header_row": one.header_row, "header_rows": one.header_rows}
        columns: list[tuple[str, Any]] = [("", _("(none)"))]
        columns += [(str(at), f"{get_column_letter(at + 1)}: {text[:60]}") for at, text in enumerate(preview.headers)]
        for field in KINDS[one.kind].fields:
            name = f"column_{field.name}"
            self.fields[name] = forms.ChoiceField(label=field.label, choices=columns, required=False)
            at = preview.layout.columns.get(field.name)
            self.initial[name] = "" if at is None else str(at)

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        given = self.cleaned_data
        place = (given["sheet"], given["header_row"], given["header_rows"])
        moved = place != (self.target.sheet, self.target.header_row, self.target.header_rows)
        columns = {
            name.removeprefix("column_"): int(value)
            for name, value in given.items()
            if name.startswith("column_") and value
        }
        return services.choose_columns(
            acting_user=acting_user,
            one=self.target,
            sheet=given["sheet"],
            header_row=given["header_row"],
            header_rows=given["header_rows"],
            columns=None if moved else columns,
            now=now,
        )


class DoubtsForm(VerbForm):
    """One choice a doubt; the target is the import, `seed` its preview."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.keys: dict[str, str] = {}
        for number, (question, lines) in enumerate(self.seed.questions):
            name = f"doubt_{number}"
            self.keys[name] = question.key
            rows = ", ".join(str(line.record.number) for line in lines[:12])
            self.fields[name] = forms.ChoiceField(
                label=question.text,
                help_text=_("Row %(rows)s, cell %(cell)s: “%(text)s”")
                % {"rows": rows, "cell": question.cell.address, "text": question.cell.text},
                choices=[("", "—"), *((choice.value, choice.label) for choice in question.choices)],
                required=False,
                initial=question.answer or question.guess,
            )
        # the page may be older than the doubts: answers are taken by what they answer, not by their place
        self.fields["keys"] = forms.CharField(widget=forms.HiddenInput, initial=self._digest())

    def _digest(self) -> str:
        return "\n".join(self.keys.values())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("keys", "").split() != self._digest().split():
            raise forms.ValidationError(_("The doubts changed meanwhile; look at them again."))
        return cleaned

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        answers = {key: self.cleaned_data[name] for name, key in self.keys.items()}
        return services.settle(acting_user=acting_user, one=self.target, answers=answers, now=now)
