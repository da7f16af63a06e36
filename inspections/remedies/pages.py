"""The pages of corrections."""

import datetime
from typing import Any

from django import forms
from django.db.models import prefetch_related_objects
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from inspections.calendars.rules import SOON
from inspections.cases.pages import case_for, frame_of
from inspections.deadlines.queries import explain, why_told
from inspections.lists import Column, FilterForm, ListPage, is_export, place_among
from inspections.organisations.models import Organisation
from inspections.organisations.queries import passings_of
from inspections.pages import today_of, user_of
from inspections.remedies import queries
from inspections.remedies.models import Correction
from inspections.remedies.queries import (
    can_be_carried,
    carried_into,
    follow_ups_of,
    looks_of,
    to_carry,
)
from inspections.remedies.rules import is_overdue
from permissions import policy


class CorrectionFilter(FilterForm):
    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        choices=[
            ("", "—"),
            ("open", gettext_lazy("open")),
            ("soon", format_lazy(gettext_lazy("due within {days} days"), days=SOON)),
            ("overdue", gettext_lazy("overdue")),
            ("sent_back", gettext_lazy("returned before, still open")),
            ("recurred", gettext_lazy("recurred after the acceptance")),
            *Correction.State.choices,
        ],
        required=False,
    )
    organisation = forms.ModelChoiceField(
        label=gettext_lazy("Who corrects"), queryset=Organisation.objects.none(), required=False
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        seen = policy.visible(user_of(self.request), Correction.objects.all())
        self.fields["organisation"].queryset = queries.who_corrects(seen)  # type: ignore[attr-defined]

    def narrow(self, rows: Any) -> Any:
        rows = super().narrow(rows)
        given = self.given
        state = given.get("state")
        kinds = Correction.objects.kinds_of_open(today_of(self.request))
        if state in kinds:
            rows = rows.open().filter(kinds[state])
        elif state == "recurred":
            rows = rows.filter(times_recurred__gt=0)
        elif state:
            rows = rows.filter(state=state)
        return rows.filter(queries.corrected_by(given["organisation"])) if given.get("organisation") else rows


LIST = ListPage(
    template="remedies/list.html",
    filters=CorrectionFilter,
    sorts={
        # what is due at no time comes last
        "due": (Coalesce("due_on", datetime.date.max),),
        "organisation": ("organisation__path",),
        "state": (place_among("state", Correction.State.values),),
        "returned": ("-times_returned",),
    },
    columns=[
        Column(gettext_lazy("Notice"), lambda correction: correction.demand.notice.number),
        Column(gettext_lazy("Demand"), lambda correction: correction.demand.text),
        Column(gettext_lazy("Who corrects"), lambda correction: correction.doer),
        Column(gettext_lazy("Monitor"), lambda correction: str(correction.monitor)),
        Column(gettext_lazy("Last day in time"), lambda correction: correction.due_on),
        Column(gettext_lazy("Why this day"), lambda correction: why_told(correction.clock)),
        Column(gettext_lazy("State"), lambda correction: correction.get_state_display()),
        Column(gettext_lazy("Times returned"), lambda correction: correction.times_returned),
    ],
    file_name="corrections",
)


@require_safe
def correction_list(request: HttpRequest) -> HttpResponse:
    """The corrections the reader may see."""
    told = "clocks__changes" if is_export(request) else "clocks"
    return LIST.respond(request, queries.corrections_for(user_of(request)).prefetch_related(told))


@require_safe
def of_case(request: HttpRequest, case_pk: int) -> HttpResponse:
    """The corrections that follow from one case."""
    case = case_for(request, case_pk)
    rows = queries.corrections_for(user_of(request)).filter(demand__notice__case=case).order_by("demand__position")
    rows = rows.prefetch_related("clocks")
    frame = frame_of(request, case, "corrections")
    corrections = list(rows)
    counts = {
        "accepted": sum(one.state == Correction.State.ACCEPTED for one in corrections),
        "overdue": sum(is_overdue(one.due_on, one.is_owed, frame["today"]) for one in corrections),
    }
    user = user_of(request)
    may_carry = bool(policy.may(user, "propose_case", case))
    carry = {
        "carried_in": carried_into(case, user),
        "first_late": to_carry(case, user, frame["today"]).first() if may_carry else None,
    }
    return render(request, "remedies/of_case.html", {**frame, "corrections": corrections, **counts, **carry})


def correction_for(request: HttpRequest, pk: int) -> Correction:
    """The correction, if the reader may see it. Raises Http404."""
    return get_object_or_404(queries.corrections_for(user_of(request)), pk=pk)


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One correction: demand, the five-column plan with every wording, verdict and proof, its clock."""
    correction = correction_for(request, pk)
    prefetch_related_objects([correction], "clocks__changes")
    today = today_of(request)
    clock = correction.clock
    user = user_of(request)
    looks = list(looks_of(correction))
    is_watched = correction.state != Correction.State.ACCEPTED or any(not look.judged_at for look in looks)
    context = {
        "correction": correction,
        "actions": correction.actions.exclude(state="draft", wordings__isnull=True)
        .select_related("finding")
        .prefetch_related(
            "wordings__submitted_by__person",
            "verdicts__given_by__person",
            "reports__attachments__file",
            "reports__reported_by__person",
        )
        .distinct(),
        "findings": correction.demand.findings.all(),
        "passings": passings_of(correction),
        "clock": clock,
        "explanation": explain(clock, today) if clock else None,
        "today": today,
        "looks": looks,
        "may_assign": is_watched and bool(policy.may(user, "verify_remedies", correction)),
        "follow_ups": follow_ups_of(correction, user),
        "may_follow_up": bool(policy.may(user, "propose_case", correction.demand.notice.case))
        and can_be_carried(correction, today),
        "trail": [(_("Corrections"), reverse("remedies:list")), (correction.demand.notice.number, "")],
    }
    return render(request, "remedies/detail.html", context)
