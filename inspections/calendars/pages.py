"""The page of the calendar, the time limits and the legal instruments."""

import datetime
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from inspections.calendars import services
from inspections.calendars.models import CalendarDay, LegalInstrument, TimeLimitRule
from inspections.forms import VerbForm
from inspections.organisations.models import Organisation, User
from inspections.pages import form_page, must, today_of, user_of
from permissions import policy


class DayForm(VerbForm):
    """A local day for the tree of the target organisation."""

    day = forms.DateField(label=gettext_lazy("Day"))
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=CalendarDay.Kind.choices, widget=forms.RadioSelect)
    name = forms.CharField(label=gettext_lazy("Name"), max_length=150)
    legal_basis = forms.CharField(label=gettext_lazy("Legal basis"), max_length=200)

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        return services.add_day(acting_user=acting_user, organisation=self.target, now=now, **self.cleaned_data)


@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """Days of rest and worked days of a year, time limits with their law, instruments with their validity."""
    today = today_of(request)
    given = request.GET.get("year", "")
    year = int(given) if given.isdecimal() and 2000 <= int(given) <= 2100 else today.year
    viewer = policy.viewer_for(user_of(request))
    seen = policy.visible(user_of(request), Organisation.objects.all())
    days = CalendarDay.objects.filter(day__year=year).select_related("organisation")
    context = {
        "year": year,
        "days": [day for day in days if day.organisation_id is None] + list(days.filter(organisation__in=seen)),
        "rules": TimeLimitRule.objects.select_related("level", "organisation").filter(organisation__isnull=True),
        "instruments": LegalInstrument.objects.select_related("replaces"),
        "today": today,
        "keeps": Organisation.objects.filter(pk__in=viewer.organisation_ids("keep_calendars")),
    }
    return render(request, "calendars/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def add_day(request: HttpRequest, organisation_pk: int) -> HttpResponse:
    """The page on which a local day is added."""
    organisation = get_object_or_404(policy.visible(user_of(request), Organisation.objects.all()), pk=organisation_pk)
    must(request, "keep_calendars", organisation)
    back = reverse("calendars:list")
    return form_page(
        request,
        DayForm,
        target=organisation,
        heading=_("Add a day for %(organisation)s") % {"organisation": organisation},
        button=_("Add the day"),
        back=back,
        trail=[(_("Calendar and time limits"), back)],
        done=_("The day is in the calendar."),
    )
