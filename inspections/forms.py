"""The one kind of form that writes: it reads what was typed and performs one verb."""

import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from inspections.organisations.models import User


class VerbForm(forms.Form):
    """A form about one row (`target`) that performs one verb.

    Subclasses declare fields and `perform`, which calls a service with the cleaned values and lets its errors
    through. `template_name` may name a partial that shows what is known beside the fields."""

    known_template: str = ""

    def __init__(
        self,
        data: Any = None,
        files: Any = None,
        *,
        target: Any,
        user: User,
        now: datetime.datetime,
        seed: Any = None,
        **options: Any,
    ) -> None:
        self.target = target
        self.user = user
        self.now = now
        self.seed = seed
        super().__init__(data, files, **options)
        for field in self.fields.values():
            if isinstance(field, forms.DateField):
                field.widget.attrs["class"] = "date"

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        """Does the verb; raises Refused, NotNow, ValidationError as its service does."""
        raise NotImplementedError

    def known(self) -> dict[str, Any]:
        """What `known_template` shows, by name."""
        return {}

    def take_errors(self, problem: ValidationError) -> None:
        """Puts the errors of a service beside the fields of their names; others on top."""
        if not hasattr(problem, "error_dict"):
            self.add_error(None, problem)
            return
        for name, errors in problem.error_dict.items():
            self.add_error(name if name in self.fields else None, errors)


class PersonField(forms.ModelChoiceField):
    """One person, told with the organisation; the queryset brings it along."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.full_name} – {obj.organisation}"


class PeopleField(forms.ModelMultipleChoiceField):
    """Several people, told with their organisations."""

    label_from_instance = PersonField.label_from_instance  # type: ignore[assignment]


class SeveralFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class SeveralFilesField(forms.FileField):
    """Any number of files; the clean value is a list."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", SeveralFilesInput())
        super().__init__(**options)

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = data if isinstance(data, list | tuple) else [data] if data else []
        if not given:
            super().clean(None, initial)
            return []
        return [super(SeveralFilesField, self).clean(one, initial) for one in given]
