"""Forms of members: admitting, correcting, and where and how they take part."""

import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inspections.forms import FactsForm, OneField, VerbForm
from inspections.members import services
from inspections.members.models import Member, Membership
from inspections.members.queries import cells_to_go
from inspections.organisations.models import Organisation, Person, User

PAPER = _("Legal paper (number, date)")
UNKNOWN = _("Empty: since when is not known.")
OPEN = _("Empty: until it is ended.")


def paper_field(label: Any = PAPER, required: bool = True) -> forms.CharField:
    return forms.CharField(label=label, max_length=100, required=required)


def reason_field() -> forms.CharField:
    return forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 3}))


class MemberForm(VerbForm):
    """A new member of the target cell."""

    full_name = forms.CharField(label=_("Full name"), max_length=150)
    born_on = forms.DateField(label=_("Date of birth"), required=False)
    sex = forms.ChoiceField(label=_("Sex"), choices=[("", "—"), *Member.Sex.choices], required=False)
    card_number = forms.CharField(
        label=_("Number of the Party card"), max_length=20, required=False, help_text=_("Empty while there is none.")
    )
    standing = forms.ChoiceField(label=_("Standing"), choices=Member.Standing.choices)
    admitted_on = forms.DateField(label=_("Admitted to the Party on"), required=False)
    full_on = forms.DateField(label=_("Full member since"), required=False)

    starts_on = forms.DateField(label=_("In the cell since"), required=False, help_text=UNKNOWN)
    paper = paper_field(required=False)

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        return services.admit_member(acting_user=acting_user, now=now, cell=self.target, **self.cleaned_data)


class HeldForm(FactsForm):
    """A form about facts of a member, or of a row of his: what is watched is locked as the verbs lock it."""

    def lock_watched(self) -> None:
        services.hold([self.target if isinstance(self.target, Person) else self.target.person])


class CorrectMemberForm(HeldForm, MemberForm):
    """Corrects facts of the target member."""

    reason = reason_field()
    starts_on = None  # type: ignore[assignment]
    paper = None  # type: ignore[assignment]

    def facts(self) -> dict[str, str]:
        return {name: name for name in self.fields if name != "reason"}

    def chain(self) -> Organisation | None:
        return self.target.organisation  # type: ignore[no-any-return]

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        facts = dict(self.cleaned_data)
        if facts["admitted_on"] != self.target.admitted_on:
            facts["admitted_precision"] = Organisation.Precision.DAY
        return services.correct_member(acting_user=acting_user, member=self.target, now=now, **facts)


class MakeFullForm(VerbForm):
    """Makes the target member a full one."""

    on = forms.DateField(label=_("Full member since"))
    card_number = forms.CharField(
        label=_("Number of the Party card"), max_length=20, required=False, help_text=_("Empty while there is none.")
    )
    paper = paper_field()

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        return services.make_full(acting_user=acting_user, member=self.target, now=now, **self.cleaned_data)


class _ToCellForm(VerbForm):
    """A form about the target member and a cell that was chosen before. to: that cell."""

    beside = {"cell": ""}

    cell = OneField(queryset=Organisation.objects.none(), widget=forms.HiddenInput)

    def __init__(self, *args: Any, to: Organisation | None, **options: Any) -> None:
        super().__init__(*args, **options)
        cells = cells_to_go(self.user, self.target, timezone.localdate(self.now))
        self.fields["cell"].queryset = cells  # type: ignore[attr-defined]
        self.fields["cell"].initial = to


class TransferForm(_ToCellForm):
    """Transfers the target member to another cell."""

    on = forms.DateField(
        label=_("Member of it from"), help_text=_("Until the day before he is on the roll of the cell he leaves.")
    )
    paper = paper_field()

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        return services.transfer_member(acting_user=acting_user, member=self.target, now=now, **self.cleaned_data)


class ReleaseForm(VerbForm):
    """Takes the target member off the list of his cell."""

    last_day = forms.DateField(label=_("Last day"))
    paper = paper_field(_("Paper, or what happened"))

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        return services.release_member(acting_user=acting_user, member=self.target, now=now, **self.cleaned_data)


class SendForm(_ToCellForm):
    """Lets the target member take part elsewhere for a time: in a cell of the list, or where words tell."""

    place = forms.CharField(label=_("Where it is, in words"), max_length=200)
    starts_on = forms.DateField(label=_("From"), required=False, help_text=UNKNOWN)
    ends_on = forms.DateField(label=_("Last day"), required=False, help_text=OPEN)
    paper = paper_field()

    def __init__(self, *args: Any, to: Organisation | None, **options: Any) -> None:
        super().__init__(*args, to=to, **options)
        self.fields["cell"].required = to is not None
        if to is not None:
            del self.fields["place"]

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        return services.send_temporarily(acting_user=acting_user, member=self.target, now=now, **self.cleaned_data)


class ExemptForm(VerbForm):
    """Exempts the target member from attending."""

    starts_on = forms.DateField(label=_("From"), required=False, help_text=UNKNOWN)
    ends_on = forms.DateField(label=_("Last day"), required=False, help_text=OPEN)
    paper = paper_field()

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        return services.exempt_member(acting_user=acting_user, member=self.target, now=now, **self.cleaned_data)


class _EndForm(HeldForm):
    last_day = forms.DateField(label=_("Last day"), help_text=_("Yesterday ends it at once."))
    paper = paper_field(_("Paper that ended it"), required=False)

    def facts(self) -> dict[str, str]:
        return {"last_day": "ends_on"}

    def chain(self) -> Organisation | None:
        return self.target.person.organisation  # type: ignore[no-any-return]


class EndStayForm(_EndForm):
    """Ends the target stay elsewhere."""

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        return services.end_temporary(acting_user=acting_user, stay=self.target, now=now, **self.cleaned_data)


class EndExemptionForm(_EndForm):
    """Ends the target exemption."""

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        return services.end_exemption(acting_user=acting_user, exemption=self.target, now=now, **self.cleaned_data)


class CorrectMembershipForm(HeldForm):
    """Corrects the days and the paper of the target membership."""

    starts_on = forms.DateField(label=_("From"), required=False, help_text=UNKNOWN)
    ends_on = forms.DateField(label=_("Last day"), required=False)
    paper = paper_field(required=False)
    reason = reason_field()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.target.kind == Membership.Kind.HOME and self.target.ends_on is None:
            del self.fields["ends_on"]  # it ends by a transfer, or when he is taken off the list

    def facts(self) -> dict[str, str]:
        return {name: name for name in self.fields if name != "reason"}

    def chain(self) -> Organisation | None:
        return self.target.person.organisation  # type: ignore[no-any-return]

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        return services.correct_membership(
            acting_user=acting_user, membership=self.target, now=now, **self.cleaned_data
        )
