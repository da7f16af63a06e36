"""The one kind of form that writes: it reads what was typed and performs one verb."""

import datetime
import hashlib
from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.forms.utils import ErrorDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inspections.organisations.models import User
from inspections.organisations.text import whole_number
from permissions import audit
from permissions.models import AuditEntry

SEEN = "seen"
# dates outside are slips of the hand, such as 24/11/0026
FIRST_DAY, LAST_DAY = datetime.date(1930, 1, 1), datetime.date(2100, 12, 31)
CHECK_YEAR = gettext_lazy("Check the year; this day cannot be meant.")
NOT_IN_LIST = gettext_lazy("Choose from the list: what was sent is not in it, or no longer.")
NO_NUMBER = gettext_lazy("Enter a whole number, in digits only.")

Watched = dict[str, tuple[Any, str]]


def guard(fields: dict[str, forms.Field]) -> None:
    """Marks date fields for the page and refuses days that cannot be meant; says in our words what is no number."""
    for field in fields.values():
        if isinstance(field, forms.IntegerField):
            field.error_messages["invalid"] = NO_NUMBER
        if isinstance(field, forms.DateField):
            field.widget.attrs["class"] = "date"
            field.validators += [MinValueValidator(FIRST_DAY, CHECK_YEAR), MaxValueValidator(LAST_DAY, CHECK_YEAR)]


class Rows(forms.BaseFormSet):  # type: ignore[type-arg]
    """The rows of a form; says in our words when a browser sent only part of them."""

    default_error_messages = {
        "missing_management_form": gettext_lazy(
            "Not all rows of the form arrived. Load the page again and send it once more."
        )
    }


class VerbForm(forms.Form):
    """A form about one row (`target`) that performs one verb.

    Subclasses declare fields and `perform`, which calls a service with the cleaned values and lets its errors
    through. `known_template` may name a partial that shows what is known beside the fields. `beside` says at which
    field the errors stand that a service gives under another name. `keeps_draft` False: what is typed is kept nowhere
    until it is sent, neither in the browser nor over an expired log-in, as protected matters need."""

    known_template: str = ""
    keeps_draft = True
    beside: dict[str, str] = {}

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
        guard(self.fields)

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        """Does the verb; raises Refused, NotNow, ValidationError as its service does."""
        raise NotImplementedError

    def known(self) -> dict[str, Any]:
        """What `known_template` shows, by name."""
        return {}

    # a page that was open while somebody else saved

    def watched(self) -> Watched:
        """What the page shows of stored rows and must not change unseen: field (or any name) -> label, text."""
        return {}

    def watched_row(self) -> models.Model | None:
        """The row whose lock keeps what is watched from changing; None when nothing is watched."""
        return None

    def last_change(self) -> AuditEntry | None:
        """The entry of who changed what is watched; None when that is not known for sure."""
        row = self.watched_row()
        return audit.entries_of(row).last() if row is not None else None

    @property
    def seen_token(self) -> str:
        """What is watched as it stands now, for the page to send back; empty when nothing is."""
        watched = self.watched()
        return signing.dumps({name: _digest(text) for name, (_label, text) in watched.items()}) if watched else ""

    def lock_watched(self) -> None:
        """Locks what is watched to the end of the transaction. Call before `is_valid` where a verb follows."""
        row = self.watched_row()
        if row is not None:
            type(row)._base_manager.select_for_update().get(pk=row.pk)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self._check_seen()
        return cleaned

    def _check_seen(self) -> None:
        try:
            seen = signing.loads(self.data.get(SEEN, ""))
        except signing.BadSignature:
            return
        moved = {name: one for name, one in self.watched().items() if seen.get(name) != _digest(one[1])}
        if not moved:
            return
        self.add_error(None, self._told_by_whom())
        for name, (label, text) in moved.items():
            if name in self.fields and not self.fields[name].widget.is_hidden:
                self.add_error(name, _("Saved meanwhile: “%(text)s”.") % {"text": text or "—"})
            else:
                self.add_error(None, _("%(what)s, as saved meanwhile: “%(text)s”.") % {"what": label, "text": text})

    def _told_by_whom(self) -> str:
        last = self.last_change()
        if last is None:
            return _("This was changed while your page was open. Compare, then send again what shall stand.")
        moment = timezone.localtime(last.at).strftime("%H:%M %d/%m/%Y")
        return _(
            "%(person)s changed this at %(moment)s, while your page was open. Both stand below: compare, then send "
            "again what shall stand."
        ) % {"person": last.person_name, "moment": moment}

    def take_errors(self, problem: ValidationError) -> None:
        """Puts the errors of a service beside the fields of their names; others on top."""
        if not hasattr(problem, "error_dict"):
            self.add_error(None, problem)
            return
        for name, errors in problem.error_dict.items():
            place = self.beside.get(name, name)
            self.add_error(place if place in self.fields else None, errors)

    def hush(self) -> None:
        """Shows a bound form without its errors: a draft is not wrong for being unfinished."""
        hush(self)


def hush(form: forms.BaseForm) -> None:
    """Takes the errors of a bound form away before they are looked for."""
    form._errors = ErrorDict()  # type: ignore[attr-defined]
    form.cleaned_data = {}


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def last_entry_about(row: models.Model, chain: models.Model | None) -> AuditEntry | None:
    """The last entry about the row in the chain of the case or organisation it belongs to."""
    if chain is None:
        return None
    return audit.entries_of(chain).filter(about_type=row._meta.label_lower, about_id=row.pk).last()


def _told(value: Any) -> str:
    if isinstance(value, datetime.date):
        return value.strftime("%d/%m/%Y")
    return "" if value is None else str(value)


def choosable(model: type[models.Model], *chosen: int | None) -> models.QuerySet[Any]:
    """Of a reference table, the rows that can be chosen: those not ended, and those chosen already (by key)."""
    return model._default_manager.filter(models.Q(is_active=True) | models.Q(pk__in=[key for key in chosen if key]))


class FactsForm(VerbForm):
    """A form about facts of its target: they stand in the fields to begin with, and what another saved meanwhile is
    shown before anything is saved over it."""

    def facts(self) -> dict[str, str]:
        """Field -> fact of the target."""
        return {name: name for name in self.fields}

    def chain(self) -> models.Model | None:
        """The organisation in whose record the changes of the target stand."""
        return self.target  # type: ignore[no-any-return]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, fact in self.facts().items():
            self.fields[name].initial = getattr(self.target, fact)

    def watched(self) -> Watched:
        # asked of the database afresh: the target is as the page read it
        fresh = type(self.target)._base_manager.get(pk=self.target.pk)
        return {name: (self.fields[name].label, _told(getattr(fresh, fact))) for name, fact in self.facts().items()}

    def watched_row(self) -> models.Model:
        return self.target  # type: ignore[no-any-return]

    def last_change(self) -> AuditEntry | None:
        return last_entry_about(self.target, self.chain())


class OneField(forms.ModelChoiceField):
    """One row of a list."""

    default_error_messages = {"invalid_choice": NOT_IN_LIST}


class SeveralField(forms.ModelMultipleChoiceField):
    """Several rows of a list. A key larger than the database's is not in it, rather than an error of the database."""

    default_error_messages = {"invalid_choice": NOT_IN_LIST, "invalid_pk_value": NOT_IN_LIST}

    def clean(self, value: Any) -> Any:
        given = value if isinstance(value, list | tuple) else []
        if any(str(one).isdecimal() and whole_number(str(one)) is None for one in given):
            raise ValidationError(NOT_IN_LIST, code="invalid_choice")
        return super().clean(value)


class PersonField(OneField):
    """One person, told with the organisation; the queryset brings it along."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.full_name} – {obj.organisation}"


class PeopleField(SeveralField):
    """Several people, told with their organisations."""

    label_from_instance = PersonField.label_from_instance  # type: ignore[assignment]


class SeveralFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class SeveralFilesField(forms.FileField):
    """Any number of files; the clean value is a list. What is wrong with a file, an empty one too, the verb tells."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", SeveralFilesInput())
        options.setdefault("allow_empty_file", True)
        super().__init__(**options)

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = data if isinstance(data, list | tuple) else [data] if data else []
        if not given:
            super().clean(None, initial)
            return []
        return [super(SeveralFilesField, self).clean(one, initial) for one in given]


FILES = gettext_lazy("Files")
FILES_HELP = gettext_lazy("PDF, Word, Excel, pictures or text; at most 20 MB each.")


def files_field(label: Any = FILES) -> SeveralFilesField:
    """A field for any number of files, none included."""
    return SeveralFilesField(label=label, required=False, help_text=FILES_HELP)
