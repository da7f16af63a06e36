"""What is done from the board's lists by verbs that move processes: one monitor for many corrections, follow-up cases
of many overdue demands."""

import datetime
from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inspections.calendars.rules import days_after
from inspections.cases.models import CaseKind, Procedure
from inspections.cases.proposal_form import USUAL_DAYS
from inspections.cases.services.opening import body_of
from inspections.deadlines.models import Deadline
from inspections.forms import OneField, PersonField
from inspections.organisations.models import Person, User
from inspections.remedies.follow_ups import follow_ups, why_not_carried, with_demands
from inspections.remedies.models import Correction
from inspections.remedies.monitors import monitors_of_any, why_not_monitor, with_cases
from inspections.remedies.queries import rule_for
from inspections.reports.forms import ChosenForm
from inspections.reports.services.actions import Action, Rows, board_actions
from permissions import policy
from workflows import starts


def _corrections(user: User, clocks: list[Deadline], rows: "QuerySet[Correction]") -> Rows:
    """The corrections that clocks are about, of those that the user sees."""
    kind = ContentType.objects.get_for_model(Correction)
    about = {one.pk: one.item_id for one in clocks if one.item_type_id == kind.pk}
    found = {one.pk: one for one in policy.visible(user, rows).filter(pk__in=set(about.values()))}
    return {clock: found[item] for clock, item in about.items() if item in found}


class MonitorChoice(forms.Form):
    """Whom the watching is given to, sent in the address: the next page says of each correction whether it can be."""

    monitor = PersonField(label=gettext_lazy("New monitor"), queryset=Person.objects.none())

    def __init__(self, data: Any, *, rows: list[Correction], today: datetime.date) -> None:
        super().__init__(data)
        self.fields["monitor"].queryset = monitors_of_any(rows, today)  # type: ignore[attr-defined]

    @staticmethod
    def is_made(given: Mapping[str, Any]) -> bool:
        return "monitor" in given


def _why_not_watch(rows: list[Correction], said: Mapping[str, Any], user: User, today: datetime.date) -> dict[int, str]:
    return why_not_monitor(rows, said["monitor"], today) if said else {}


class MonitorsForm(ChosenForm):
    """Gives the watching over all that were chosen to one person."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}), strip=True
    )

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        return starts.assign_monitors(
            acting_user=acting_user,
            corrections=self.target.about,
            monitor=self.target.said["monitor"],
            reason=self.cleaned_data["reason"],
            now=now,
        )


def _why_not_follow(
    rows: list[Correction], said: Mapping[str, Any], user: User, today: datetime.date
) -> dict[int, str]:
    return why_not_carried(rows, getattr(user, "person", None), today)


class FollowUpsForm(ChosenForm):
    """Proposes the follow-up cases of the demands that were chosen; what is the same for all stands here."""

    known_template = "workflows/known_follow_ups.html"
    kind = OneField(label=gettext_lazy("Kind"), queryset=CaseKind.objects.none())
    starts_on = forms.DateField(label=gettext_lazy("Carried out from"))
    ends_on = forms.DateField(label=gettext_lazy("Carried out to"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.follow_ups = follow_ups(self.target.about)
        bodies = {one.cases[0].organisation.pk: one.cases[0].organisation for one in self.follow_ups}.values()
        procedures = Procedure.objects.filter(body__in={body_of(one) for one in bodies}, is_available=True)
        kinds = CaseKind.objects.filter(procedures__in=procedures, is_active=True).distinct()
        self.fields["kind"].queryset = kinds  # type: ignore[attr-defined]
        rule = rule_for(next(iter(bodies))) if bodies else None
        today = timezone.localdate(self.now)
        self.fields["kind"].initial = rule.kind if rule is not None else None
        self.fields["starts_on"].initial = today
        self.fields["ends_on"].initial = days_after(today, USUAL_DAYS)

    def known(self) -> dict[str, Any]:
        return {**super().known(), "follow_ups": self.follow_ups}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        first, last = cleaned.get("starts_on"), cleaned.get("ends_on")
        if first and last and last < first:
            raise ValidationError({"ends_on": _("The last day is before the first.")})
        return cleaned

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        return starts.open_follow_ups(
            acting_user=acting_user, corrections=self.target.about, now=now, **self.cleaned_data
        )


def offer() -> None:
    """Offers both on the board's lists; one row alone is done on its own page. Called once, from the `ready`."""
    board_actions.offer(
        Action(
            code="follow_up",
            label=gettext_lazy("Propose a follow-up case"),
            verb="propose_case",
            rows_of=lambda user, clocks: _corrections(user, clocks, with_demands(Correction.objects.all())),
            asked_of=lambda correction: correction.demand.notice.case,
            form=FollowUpsForm,
            why_not=_why_not_follow,
            page=lambda correction: reverse("workflows:follow_up", args=[correction.pk]),
        )
    )
    board_actions.offer(
        Action(
            code="assign_monitor",
            label=gettext_lazy("Name another monitor"),
            verb="verify_remedies",
            rows_of=lambda user, clocks: _corrections(user, clocks, with_cases(Correction.objects.all())),
            form=MonitorsForm,
            choice=MonitorChoice,
            why_not=_why_not_watch,
            page=lambda correction: reverse("workflows:assign_monitor", args=[correction.pk]),
        )
    )
