"""The form of a proposal: what, about whom, when, by which team."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inspections.calendars.rules import days_after
from inspections.cases.forms import CaseForm, long_text
from inspections.cases.models import Case, CaseKind, Procedure
from inspections.cases.services.opening import Proposal, SubjectChoice, body_of
from inspections.cases.services.people import Mate, team_of
from inspections.cases.watched import watched_proposal
from inspections.forms import OneField, PeopleField, PersonField, SeveralField, VerbForm, Watched
from inspections.organisations.models import Organisation, Person
from inspections.organisations.queries import answering, in_place_of
from inspections.organisations.text import whole_number
from inspections.programmes.models import Programme, ProgrammeLine

USUAL_DAYS = 60
NO_PEOPLE = Person.objects.none()


def candidates(organisation: Organisation) -> QuerySet[Person]:
    """Who may be put into a team: members of the cell, or people with a log-in in the committee's tree."""
    people = Person.objects.below(organisation.overseer.path or "").filter(is_active=True)
    return (people if organisation.type.is_cell else people.filter(user__isnull=False)).select_related("organisation")


class TeamFields(forms.Form):
    """Who plays which part."""

    leader = PersonField(label=_("Team leader"), queryset=NO_PEOPLE, required=False)
    deputy = PersonField(label=_("Deputy team leader"), queryset=NO_PEOPLE, required=False)
    mates = PeopleField(label=_("Team members"), queryset=NO_PEOPLE, required=False)
    team_secretary = PersonField(label=_("Team secretary"), queryset=NO_PEOPLE, required=False)

    def offer(self, organisation: Organisation) -> None:
        """Fills the choices with the candidates of the body."""
        people = candidates(organisation)
        for name in ("leader", "deputy", "mates", "team_secretary"):
            self.fields[name].queryset = people  # type: ignore[attr-defined]

    def fill(self, team: list[Mate]) -> None:
        """Shows a team as it stands."""
        by_part = {mate.part: mate.person for mate in team}
        for name in ("leader", "deputy", "team_secretary"):
            self.fields[name].initial = by_part.get(name)
        self.fields["mates"].initial = [mate.person for mate in team if mate.part == "member"]

    def mates_given(self) -> list[Mate]:
        """The team as chosen."""
        given = self.cleaned_data
        team = [Mate(given[name], name) for name in ("leader", "deputy", "team_secretary") if given[name]]
        return team + [Mate(person, "member") for person in given["mates"]]


class ProposalForm(TeamFields, VerbForm):
    """The target is the proposing body, or the case when a returned proposal is revised."""

    beside = {"subjects": "organisations", "team": "leader"}
    kind = OneField(label=_("Kind"), queryset=CaseKind.objects.none())
    line = OneField(
        label=_("From which line of the programme"),
        queryset=ProgrammeLine.objects.none(),
        required=False,
        empty_label=_("outside the programme"),
    )
    reason = long_text(
        _("Reason, when outside the programme"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    content = long_text(_("Content"), widget=forms.Textarea(attrs={"rows": 3}))
    organisations = SeveralField(
        label=_("Subjects: organisations"), queryset=Organisation.objects.none(), required=False
    )
    members = PeopleField(label=_("Subjects: members"), queryset=NO_PEOPLE, required=False)
    examined_from = forms.DateField(label=_("Period examined, from"))
    examined_to = forms.DateField(label=_("Period examined, to"))
    starts_on = forms.DateField(label=_("Carried out from"))
    ends_on = forms.DateField(label=_("Carried out to"))
    method = long_text(_("Method"), required=False, widget=forms.Textarea(attrs={"rows": 3}))

    field_order = [
        "kind",
        "line",
        "reason",
        "content",
        "organisations",
        "members",
        "examined_from",
        "examined_to",
        "starts_on",
        "ends_on",
        "method",
        "leader",
        "deputy",
        "mates",
        "team_secretary",
    ]

    def __init__(self, *args: Any, line: str | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        case = self.target if isinstance(self.target, Case) else None
        self.organisation: Organisation = case.organisation if case else self.target
        self._offer()
        if case is not None:
            self._fill_from_case(case)
        else:
            today = timezone.localdate(self.now)
            self.fields["starts_on"].initial = today
            self.fields["ends_on"].initial = days_after(today, USUAL_DAYS)
            chosen = self.fields["line"].queryset.filter(pk=whole_number(line or "")).first()  # type: ignore[attr-defined]
            if chosen is not None:
                self._fill_from_line(chosen)

    def watched(self) -> Watched:
        return watched_proposal(self.target) if isinstance(self.target, Case) else {}

    def watched_row(self) -> Case | None:
        return self.target if isinstance(self.target, Case) else None

    def _offer(self) -> None:
        procedures = Procedure.objects.filter(body=body_of(self.organisation), is_available=True)
        below = Organisation.objects.at_or_below(self.organisation.scope_path).filter(type__is_body=False)
        below = below.in_force(timezone.localdate(self.now))
        members = Person.objects.below(self.organisation.scope_path).filter(is_active=True)
        lines = ProgrammeLine.objects.filter(
            programme__organisation__in=in_place_of([self.organisation, self.organisation.overseer]),
            programme__state=Programme.State.ADOPTED,
            dropped_at__isnull=True,
            kind__has_case=True,
        )
        choices: dict[str, QuerySet[Any]] = {
            "kind": CaseKind.objects.filter(procedures__in=procedures, is_active=True),
            "organisations": below.exclude(path=self.organisation.scope_path),
            "members": members.select_related("organisation"),
            "line": lines,
        }
        for name, rows in choices.items():
            self.fields[name].queryset = rows  # type: ignore[attr-defined]
        self.offer(self.organisation)

    def _fill_from_line(self, line: ProgrammeLine) -> None:
        organisations = list(line.organisations.all())
        if line.all_below:
            organisations = list(self.fields["organisations"].queryset)  # type: ignore[attr-defined]
        values = {
            "line": line,
            "kind": line.kind,
            "content": line.content,
            "organisations": organisations,
            "members": list(line.members.all()),
            "examined_from": line.examined_from,
            "examined_to": line.examined_to,
        }
        for name, value in values.items():
            self.fields[name].initial = value

    def _fill_from_case(self, case: Case) -> None:
        for name in (
            "kind",
            "line",
            "reason",
            "content",
            "examined_from",
            "examined_to",
            "starts_on",
            "ends_on",
            "method",
        ):
            self.fields[name].initial = getattr(case, name)
        subjects = list(case.subjects.select_related("organisation", "person"))
        self.fields["organisations"].initial = [
            answering(one, one.organisation) for one in subjects if one.person is None
        ]
        self.fields["members"].initial = [one.person for one in subjects if one.person is not None]
        self.fill(team_of(case))

    def proposal(self) -> Proposal:
        """The proposal as the service takes it."""
        given = self.cleaned_data
        subjects = [SubjectChoice(organisation) for organisation in given["organisations"]]
        subjects += [SubjectChoice(person.organisation, person) for person in given["members"]]
        return Proposal(
            organisation=self.organisation,
            kind=given["kind"],
            line=given["line"],
            reason=given["reason"],
            content=given["content"],
            subjects=subjects,
            examined_from=given["examined_from"],
            examined_to=given["examined_to"],
            starts_on=given["starts_on"],
            ends_on=given["ends_on"],
            method=given["method"],
            team=self.mates_given(),
        )


class TeamChangeForm(TeamFields, CaseForm):
    """Asks for other people in the team."""

    beside = {"team": "leader"}
    reason = long_text(_("Reason"), widget=forms.Textarea(attrs={"rows": 3}))
    field_order = ["leader", "deputy", "mates", "team_secretary", "reason"]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.offer(self.case.organisation)
        self.fill(team_of(self.case))

    def proposal(self) -> dict[str, Any]:
        """What is asked for, as `request_change` takes it."""
        return {"team": [[mate.person.pk, mate.part] for mate in self.mates_given()]}
