"""What the forms of schemes share: figures as they are typed, long texts, a reason."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from inspections.forms import VerbForm

NO_FIGURE = _("Enter a figure, in digits.")
TOO_LARGE = _("Enter at most ten digits before the comma and two behind.")


class FigureField(forms.DecimalField):
    """A figure of at most ten digits before the comma and two behind, with comma or point."""

    default_error_messages = {
        "invalid": NO_FIGURE,
        "max_digits": TOO_LARGE,
        "max_decimal_places": TOO_LARGE,
        "max_whole_digits": TOO_LARGE,
    }

    def __init__(self, **options: Any) -> None:
        options = {"max_digits": 12, "decimal_places": 2, "localize": True} | options
        super().__init__(**options)
        self.widget.attrs["inputmode"] = "decimal"


def long_text(label: Any, rows: int = 3, **options: Any) -> forms.CharField:
    """A field of several lines."""
    return forms.CharField(label=label, widget=forms.Textarea(attrs={"rows": rows}), **options)


def choose_from(form: VerbForm, name: str, rows: Any) -> None:
    form.fields[name].queryset = rows  # type: ignore[attr-defined]


class ReasonForm(VerbForm):
    reason = long_text(_("Reason"))
