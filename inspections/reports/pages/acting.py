"""What a leader does from a list, for one row or many; and the report that was asked for."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from inspections.deadlines.models import Deadline
from inspections.organisations.text import whole_number
from inspections.pages import form_page, must, today_of, user_of
from inspections.reports.forms import ActForm, AnswerForm
from inspections.reports.models import AskedReport
from inspections.reports.pages.board import for_leaders
from inspections.reports.services.actions import Action, board_actions, may_do
from permissions import policy
from permissions.verdicts import Denied, NotNow

form_methods = require_http_methods(["GET", "HEAD", "POST"])
AT_MOST = 100  # rows at once: a page of a list


@dataclass(frozen=True)
class Row:
    """A clock that was chosen; why_not: why nothing will be done about it."""

    clock: Deadline
    why_not: str
    page: str


@dataclass(frozen=True)
class Chosen:
    """A deed and the clocks about which it shall be done."""

    action: Action
    rows: list[Row]
    pk: int = 0

    @property
    def allowed(self) -> list[Deadline]:
        return [row.clock for row in self.rows if not row.why_not]


def _chosen(request: HttpRequest) -> Chosen:
    action = board_actions.get(request.GET.get("action", ""))
    if action is None:
        raise NotNow(_("Choose what to do first."))
    keys = [key for text in request.GET.getlist("rows")[:AT_MOST] if (key := whole_number(text)) is not None]
    user = user_of(request)
    viewer = policy.viewer_for(user)
    seen = policy.visible(user, Deadline.objects.live()).filter(pk__in=keys).select_related("organisation", "item_type")
    rows = []
    for clock in seen.prefetch_related("item").order_by("due_on", "pk"):
        viewer.seen[Deadline, clock.pk] = True
        verdict = may_do(action, user, clock)
        if verdict is None:
            why_not = _("This has nothing to do with that.")
        else:
            why_not = verdict.reason if isinstance(verdict, Denied) else ""
        rows.append(Row(clock, why_not, action.page(clock) if action.page is not None and not why_not else ""))
    if not rows:
        raise NotNow(_("Choose the rows first; what is done by now cannot be chosen."))
    return Chosen(action, rows)


@form_methods
@for_leaders
def act(request: HttpRequest) -> HttpResponse:
    """What will be done about the rows that were chosen, and why not about some; then it is done."""
    chosen = _chosen(request)
    back = reverse("reports:clocks")
    trail = [(_("Leader's page"), reverse("reports:leader")), (chosen.action.label, "")]
    if chosen.action.perform is None:
        pages = [row.page for row in chosen.rows if row.page]
        if len(chosen.rows) == 1 and pages:
            return HttpResponseRedirect(pages[0])
        return render(request, "reports/act_pages.html", {"chosen": chosen, "trail": trail, "today": today_of(request)})
    return form_page(
        request,
        ActForm,
        target=chosen,
        heading=chosen.action.label,
        button=chosen.action.label,
        back=back,
        trail=trail,
        # what was done meanwhile, or today already, is left out
        done=lambda made: ngettext("Done for %(n)d row.", "Done for %(n)d rows.", len(made)) % {"n": len(made)},
    )


def _asked(request: HttpRequest, pk: int) -> AskedReport:
    rows = AskedReport.objects.select_related(
        "organisation", "asked_for", "asked_by__person", "answered_by__person", "about"
    )
    return get_object_or_404(policy.visible(user_of(request), rows), pk=pk)


@require_safe
def asked(request: HttpRequest, pk: int) -> HttpResponse:
    """A report that was asked for, and its answer."""
    one = _asked(request, pk)
    user = user_of(request)
    context = {
        "asked": one,
        "about": policy.visible(user, Deadline.objects.filter(pk=one.about_id)).first(),
        "may_answer": one.answered_at is None and bool(policy.may(user, "give_report", one)),
        "today": today_of(request),
        "trail": [(_("Report asked for"), "")],
    }
    return render(request, "reports/asked.html", context)


@form_methods
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """The page on which the organisation gives the report."""
    one = _asked(request, pk)
    must(request, "give_report", one)
    return form_page(
        request,
        AnswerForm,
        target=one,
        heading=_("Give the report"),
        button=_("Give the report"),
        back=one.get_absolute_url(),
        trail=[(_("Report asked for"), one.get_absolute_url()), (_("Give the report"), "")],
        done=_("The report is given."),
    )
