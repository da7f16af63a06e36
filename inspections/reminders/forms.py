"""What is typed about reminders: what one wants to receive, a note to those who owe, filters of the list."""

import datetime
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from inspections.forms import VerbForm, guard
from inspections.lists import FilterForm
from inspections.organisations.models import User
from inspections.organisations.text import fold
from inspections.reminders.models import Concern, Effect, Preference, Reminder
from inspections.reminders.queries import preferences_of
from inspections.reminders.services.by_hand import NOTE_LENGTH, remind
from inspections.reminders.services.own import set_wishes

IN_APP = {
    Concern.OWES: _("What I owe: show it in the application"),
    Concern.WATCHES: _("What I watch over: show it in the application"),
    Concern.LEADS: _("What I lead above: show it in the application"),
}
MAILS = {
    Concern.OWES: _("What I owe: mails"),
    Concern.WATCHES: _("What I watch over: mails"),
    Concern.LEADS: _("What I lead above: mails"),
}


class WishesForm(VerbForm):
    """What the user wants to receive; the target is the user."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        kept = preferences_of(self.user)
        for concern in Concern:
            wanted = kept[concern.value]
            self.fields[f"{concern.value}_app"] = forms.BooleanField(
                label=IN_APP[concern], required=False, initial=wanted.in_app
            )
            self.fields[f"{concern.value}_mails"] = forms.ChoiceField(
                label=MAILS[concern], choices=Preference.Mails.choices, initial=wanted.mails
            )
        guard(self.fields)

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        given = self.cleaned_data
        wishes = {one: (given[f"{one}_app"], given[f"{one}_mails"]) for one in Concern.values}
        return set_wishes(acting_user=acting_user, wishes=wishes, now=now)


class RemindForm(VerbForm):
    """A reminder by hand; the target is the deadline."""

    note = forms.CharField(
        label=_("Note to those who owe it"),
        required=False,
        max_length=NOTE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It is read in the application only, never in a mail."),
    )

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        return remind(acting_user=acting_user, deadlines=[self.target], note=self.cleaned_data["note"], now=now)


class MessageFilter(FilterForm):
    """Messages by whether they were read, by what the rung does, by what one has to do with it."""

    q = forms.CharField(label=_("Organisation"), required=False, widget=forms.TextInput(attrs={"type": "search"}))
    unread = forms.ChoiceField(label=_("Read"), choices=[("", "—"), ("yes", _("not yet read only"))], required=False)
    effect = forms.ChoiceField(label=_("Kind"), choices=[("", "—"), *Effect.choices], required=False)
    concern = forms.ChoiceField(label=_("My part"), choices=[("", "—"), *Concern.choices], required=False)

    def narrow(self, rows: Any) -> Any:
        given = self.given
        for word in fold(given.get("q", "")).split():
            rows = rows.filter(reminder__deadline__organisation__folded__contains=word)
        if given.get("unread"):
            rows = rows.filter(read_at__isnull=True)
        silent = Q(reminder__why=Reminder.Why.SILENCE)
        if given.get("effect") == Effect.REMIND:
            others = [one for one in Effect.values if one != Effect.REMIND]
            rows = rows.exclude(Q(reminder__rung__effect__in=others) | silent)
        elif given.get("effect"):
            of_rung = Q(reminder__rung__effect=given["effect"])
            rows = rows.filter(of_rung | silent if given["effect"] == Effect.REPORT else of_rung)
        return rows.filter(concern=given["concern"]) if given.get("concern") else rows
