"""A review ready to print, the rows behind what it kept, and the forms about it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from inspections.deadlines.queries import running_clock
from inspections.documents.queries import issuer_of
from inspections.lists import Column, ListPage
from inspections.organisations.text import on_paper
from inspections.pages import form_page, must, today_of, user_of
from inspections.schemes.forms.common import ReasonForm
from inspections.schemes.forms.reviews import MoveReviewForm, PlanReviewForm
from inspections.schemes.models import KeptFigure, Review, Scheme
from inspections.schemes.models.reviews import HOLD_REVIEW
from inspections.schemes.pages.common import form_methods, seen, trail_to
from inspections.schemes.pages.indicators import RowFilter
from inspections.schemes.queries import figures, lists
from inspections.schemes.queries.reviews import kept_of, rows_kept
from inspections.schemes.services import reviews
from permissions import policy

OF_REVIEW = "scheme"


@require_safe
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """One review: planned with its clock, or held with what it kept, ready to print."""
    rows = Review.objects.select_related("held_by__person", "cancelled_by__person", "planned_by__person")
    row = seen(request, rows.prefetch_related("attachments__file"), pk, OF_REVIEW)
    scheme, user = row.scheme, user_of(request)
    is_planned = row.state == Review.State.PLANNED
    evidence = row.kept_kinds or []
    if row.held_at is not None and row.kept_kinds is None:
        with on_paper():
            evidence = lists.evidence_by_kind(scheme, row.held_at)
    context = {
        "review": row,
        "scheme": scheme,
        "kept": kept_of(row, user),
        "kept_tasks": row.kept_tasks.order_by("task__group__position", "task__position"),
        "clock": running_clock(row, HOLD_REVIEW) if is_planned else None,
        "may_keep": is_planned and bool(policy.may(user, "keep_schemes", scheme)),
        "evidence": evidence,
        "issuer": issuer_of(scheme.organisation, ""),
        "today": today_of(request),
        "trail": trail_to(scheme, (row, "")),
    }
    return render(request, "schemes/review.html", context)


ROWS = ListPage(
    template="schemes/kept_rows.html",
    filters=RowFilter,
    sorts={"place": ("path",), "row": ("told",)},
    columns=[
        Column(gettext_lazy("Organisation"), lambda row: str(row.organisation)),
        Column(gettext_lazy("Row"), lambda row: row.told),
        Column(gettext_lazy("Counts"), lambda row: _("yes") if row.counts else _("no")),
    ],
    file_name="kept-rows",
)


@require_safe
def kept_rows(request: HttpRequest, pk: int) -> HttpResponse:
    """The rows behind a figure that a review kept, as they were told then."""
    figure = get_object_or_404(KeptFigure.objects.select_related("indicator", "organisation"), pk=pk)
    row = seen(request, Review.objects.all(), figure.review_id, OF_REVIEW)
    user = user_of(request)
    if not figures.is_led(policy.viewer_for(user), row.scheme, figure.organisation):
        raise Http404
    shown = policy.visible(user, rows_kept(figure).select_related("organisation"))
    return ROWS.respond(
        request,
        shown,
        review=row,
        figure=figure,
        words=row.indicators.get(indicator=figure.indicator_id),
        hidden=figure.total - shown.count(),
        trail=trail_to(row.scheme, (row, row.get_absolute_url()), (_("Rows behind the figure"), "")),
    )


@form_methods
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """The page on which a review is planned."""
    scheme = seen(request, Scheme.objects.all(), pk)
    must(request, "keep_schemes", scheme)
    return form_page(
        request,
        PlanReviewForm,
        target=scheme,
        heading=_("Plan a review"),
        button=_("Plan the review"),
        back=scheme.get_absolute_url(),
        to=lambda one: one.get_absolute_url(),
        trail=trail_to(scheme, (_("Plan a review"), "")),
        done=_("The review is planned; it stands on the work list until it is held."),
    )


@form_methods
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """The page on which a planned review gets another day."""
    row = seen(request, Review.objects.all(), pk, OF_REVIEW)
    must(request, "keep_schemes", row)
    return form_page(
        request,
        MoveReviewForm,
        target=row,
        heading=_("Set another day"),
        button=_("Set the day"),
        back=row.get_absolute_url(),
        trail=trail_to(row.scheme, (row, row.get_absolute_url()), (_("Set another day"), "")),
        done=_("The review has another day."),
    )


@form_methods
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """The page on which a planned review is cancelled."""
    row = seen(request, Review.objects.all(), pk, OF_REVIEW)
    must(request, "keep_schemes", row)
    return form_page(
        request,
        ReasonForm,
        target=row,
        heading=_("Cancel the review"),
        button=_("Cancel the review"),
        back=row.get_absolute_url(),
        trail=trail_to(row.scheme, (row, row.get_absolute_url()), (_("Cancel the review"), "")),
        done=_("The review is cancelled; it stays readable with the reason."),
        perform=lambda form, user, now: reviews.cancel_review(
            acting_user=user, review=row, reason=form.cleaned_data["reason"], now=now
        ),
    )
