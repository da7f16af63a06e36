"""Forms of organisations, people and offices."""

import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inspections.forms import (
    FactsForm,
    OneField,
    PeopleField,
    SeveralField,
    VerbForm,
    choosable,
)
from inspections.organisations import services
from inspections.organisations.models import DeputySigns, Organisation, OrganisationType, Person, User
from inspections.organisations.queries import office_holders_without_log_in
from permissions import policy
from permissions.catalogue import ROLES

BY_TYPE = _("Empty: as for its type.")


class OrganisationForm(VerbForm):
    """A new organisation; the target is the one it will belong to."""

    name = forms.CharField(label=_("Name"), max_length=200)
    type = OneField(label=_("Type"), queryset=choosable(OrganisationType).select_related("level"))
    code = forms.CharField(
        label=_("Organisation code"),
        max_length=20,
        required=False,
        help_text=_("For example 97.101.001.000.000."),
    )
    symbol = forms.CharField(label=_("Symbol on documents"), max_length=20, required=False)
    place = forms.CharField(label=_("Place named on documents"), max_length=100, required=False)
    starts_on = forms.DateField(label=_("Founded on"), required=False)
    full_members = forms.IntegerField(label=_("Full members"), min_value=0, max_value=100000, required=False)
    probationary_members = forms.IntegerField(
        label=_("Probationary members"), min_value=0, max_value=100000, required=False
    )

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        return services.add_organisation(acting_user=acting_user, now=now, parent=self.target, **self.cleaned_data)


class CorrectOrganisationForm(FactsForm, OrganisationForm):
    """Corrects facts; the target is the organisation."""

    ends_on = forms.DateField(
        label=_("Last day"), required=False, help_text=_("Empty: the end is taken back, it goes on.")
    )

    committee_name = forms.CharField(
        label=_("Name of its committee on documents"), max_length=200, required=False, help_text=BY_TYPE
    )
    on_behalf = forms.CharField(
        label=_("Documents are signed on behalf of"),
        max_length=100,
        required=False,
        help_text=_("For example Chi uỷ. Empty: as for its type."),
    )
    deputy_signs = forms.ChoiceField(
        label=_("A deputy signs"), choices=[("", _("as for its type")), *DeputySigns.choices], required=False
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        types = choosable(OrganisationType, self.target.type_id).select_related("level")
        self.fields["type"].queryset = types  # type: ignore[attr-defined]
        self.fields["type"].help_text = _("The level is that of the type.")
        if self.target.ends_on is None:
            del self.fields["ends_on"]

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        return services.correct_organisation(
            acting_user=acting_user, organisation=self.target, now=now, **self.cleaned_data
        )


class EndOrganisationForm(VerbForm):
    """Ends the target organisation."""

    last_day = forms.DateField(label=_("Last day"))
    paper = forms.CharField(label=_("Paper that ends it"), max_length=100)

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        return services.end_organisation(
            acting_user=acting_user, organisation=self.target, now=now, **self.cleaned_data
        )


class PersonForm(VerbForm):
    """A new member of the target organisation."""

    full_name = forms.CharField(label=_("Full name"), max_length=150)
    born_on = forms.DateField(label=_("Date of birth"), required=False)
    standing = forms.ChoiceField(label=_("Standing"), choices=Person.Standing.choices)
    email = forms.EmailField(label=_("Mail address"), required=False)

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        return services.add_person(acting_user=acting_user, now=now, organisation=self.target, **self.cleaned_data)


class CorrectPersonForm(FactsForm, PersonForm):
    """Corrects facts of the target person."""

    def chain(self) -> Organisation | None:
        return self.target.organisation  # type: ignore[no-any-return]

    def lock_watched(self) -> None:
        services.hold_person(self.target)

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        return services.correct_person(acting_user=acting_user, person=self.target, now=now, **self.cleaned_data)


class ActivityForm(VerbForm):
    """Ends the target person's access, or gives it again."""

    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 3}))

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        change = services.deactivate_person if self.target.is_active else services.reactivate_person
        return change(acting_user=acting_user, person=self.target, reason=self.cleaned_data["reason"], now=now)


class OfficeHoldersField(PeopleField):
    """People without a log-in, told with the offices they hold."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.full_name} – {'; '.join(str(office) for office in obj.offices.all())}"


class LogInsForm(VerbForm):
    """Gives log-ins to those who hold an office at or below the target organisation and have none."""

    people = OfficeHoldersField(
        label=_("Office holders without a log-in"),
        queryset=Person.objects.none(),
        help_text=_("The next page shows user names and first passwords, once. Print it and hand it out."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        holders = office_holders_without_log_in(self.target, timezone.localdate(self.now))
        self.fields["people"].queryset = policy.visible(self.user, holders)  # type: ignore[attr-defined]
        self.fields["people"].initial = [person.pk for person in holders]

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        return services.give_log_ins(acting_user=acting_user, people=self.cleaned_data["people"], now=now)


class LogInForm(VerbForm):
    """Gives the target person a log-in."""

    username = forms.CharField(label=_("User name"), max_length=150)
    password = forms.CharField(
        label=_("First password"),
        widget=forms.PasswordInput,
        help_text=_("The person changes it after the first log-in."),
    )

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        return services.give_log_in(acting_user=acting_user, person=self.target, now=now, **self.cleaned_data)


class OfficeForm(VerbForm):
    """Gives the target person an office."""

    role = forms.ChoiceField(label=_("Role"), choices=[(role.code, role.label) for role in ROLES.values()])
    title = forms.CharField(label=_("Title as written"), max_length=200, required=False)
    organisation = OneField(label=_("Organisation"), queryset=Organisation.objects.none())
    areas = SeveralField(
        label=_("Area followed"),
        queryset=Organisation.objects.none(),
        required=False,
        help_text=_("For an area officer."),
    )
    starts_on = forms.DateField(label=_("From"))
    ends_on = forms.DateField(label=_("Last day"), required=False)
    paper = forms.CharField(label=_("Legal paper (number, date)"), max_length=100, required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        seen = policy.visible(self.user, Organisation.objects.not_ended(timezone.localdate(self.now)))
        for name in ("organisation", "areas"):
            self.fields[name].queryset = seen  # type: ignore[attr-defined]
        self.fields["organisation"].initial = self.target.organisation_id

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        return services.give_office(acting_user=acting_user, person=self.target, now=now, **self.cleaned_data)


class LastDayForm(FactsForm):
    """Ends the target after a last day, whatever its last day was to be."""

    last_day = forms.DateField(label=_("Last day"), help_text=_("Yesterday ends it at once."))

    def facts(self) -> dict[str, str]:
        return {"last_day": "ends_on"}


class EndOfficeForm(LastDayForm):
    paper = forms.CharField(label=_("Paper that ends it"), max_length=100, required=False)

    def chain(self) -> Organisation:
        return self.target.organisation  # type: ignore[no-any-return]

    def lock_watched(self) -> None:
        services.hold_office(self.target)

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        return services.end_office(acting_user=acting_user, office=self.target, now=now, **self.cleaned_data)


class DelegateForm(VerbForm):
    """Lets a deputy act for the holder of the target office."""

    deputy = OneField(label=_("Deputy"), queryset=Person.objects.none())
    starts_on = forms.DateField(label=_("From"))
    ends_on = forms.DateField(label=_("Last day"), required=False)
    paper = forms.CharField(label=_("Legal paper (number, date)"), max_length=100, required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        people = policy.visible(self.user, Person.objects.filter(user__isnull=False, is_active=True))
        self.fields["deputy"].queryset = people  # type: ignore[attr-defined]

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        return services.delegate(acting_user=acting_user, office=self.target, now=now, **self.cleaned_data)


class EndDelegationForm(LastDayForm):
    def chain(self) -> Organisation:
        return self.target.office.organisation  # type: ignore[no-any-return]

    def lock_watched(self) -> None:
        services.hold_delegation(self.target)

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        return services.end_delegation(acting_user=acting_user, delegation=self.target, now=now, **self.cleaned_data)


class InterestForm(VerbForm):
    """Declares an interest of the target person."""

    nature = forms.CharField(label=_("Nature of the tie"), max_length=200)
    about_person = OneField(label=_("Tie to a person"), queryset=Person.objects.none(), required=False)
    about_organisation = OneField(
        label=_("Tie to an organisation"), queryset=Organisation.objects.none(), required=False
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        organisations = Organisation.objects.not_ended(timezone.localdate(self.now))
        self.fields["about_person"].queryset = policy.visible(self.user, Person.objects.exclude(pk=self.target.pk))  # type: ignore[attr-defined]
        self.fields["about_organisation"].queryset = policy.visible(self.user, organisations)  # type: ignore[attr-defined]

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        return services.declare_interest(acting_user=acting_user, person=self.target, now=now, **self.cleaned_data)


class EndInterestForm(VerbForm):
    """Ends the target interest."""

    last_day = forms.DateField(label=_("Last day"))
    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 3}))

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        return services.end_interest(acting_user=acting_user, interest=self.target, now=now, **self.cleaned_data)
