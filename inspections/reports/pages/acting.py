"""What a leader does from a list, for one row or many; and the report that was asked for."""

import datetime
from dataclasses import dataclass, field, replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from inspections.deadlines.models import Deadline
from inspections.organisations.models import User
from inspections.organisations.text import whole_number
from inspections.pages import form_page, must, today_of, user_of
from inspections.reports.forms import ActForm, AnswerForm
from inspections.reports.models import AskedReport
from inspections.reports.pages.board import for_leaders
from inspections.reports.pages.lists import page_at
from inspections.reports.services.actions import Action, Outcome, board_actions, why_not
from permissions import policy
from permissions.verdicts import NotNow

form_methods = require_http_methods(["GET", "HEAD", "POST"])
AT_MOST = 100  # rows at once: a page of a list
CHOSEN_FROM = "reports:clocks"  # the list, with its filters, to which one comes back
LINKED = 10  # of what was done, so many are linked


@dataclass(frozen=True)
class Row:
    """A clock that was chosen, and the row that the deed is about; why_not: why nothing will be done about it."""

    clock: Deadline
    about: Any
    why_not: str


@dataclass(frozen=True)
class Chosen:
    """A deed and the clocks about which it shall be done. said: what was chosen for all of them before."""

    action: Action
    rows: list[Row]
    said: dict[str, Any] = field(default_factory=dict)
    pk: int = 0

    @property
    def allowed(self) -> list[Deadline]:
        return [row.clock for row in self.rows if not row.why_not]

    @property
    def about(self) -> list[Any]:
        """What the deed is about where it may be done, each once."""
        return list({row.about.pk: row.about for row in self.rows if not row.why_not}.values())

    def after(self, said: dict[str, Any], user: User, today: datetime.date) -> "Chosen":
        """As it is once something was chosen for all rows."""
        if self.action.why_not is None:
            return replace(self, said=said)
        problems = self.action.why_not(self.about, said, user, today)
        rows = [row if row.why_not else replace(row, why_not=problems.get(row.about.pk, "")) for row in self.rows]
        return replace(self, rows=rows, said=said)


def _chosen(request: HttpRequest) -> Chosen:
    action = board_actions.get(request.GET.get("action", ""))
    if action is None:
        raise NotNow(_("Choose what to do first."))
    keys = [key for text in request.GET.getlist("rows")[:AT_MOST] if (key := whole_number(text)) is not None]
    user = user_of(request)
    seen = policy.visible(user, Deadline.objects.live()).filter(pk__in=keys).select_related("organisation", "item_type")
    clocks = list(seen.order_by("due_on", "pk"))
    if not clocks:
        raise NotNow(_("Choose the rows first; what is done by now cannot be chosen."))
    about = action.rows_of(user, clocks)
    problems = why_not(action, user, clocks, about)
    return Chosen(action, [Row(one, about.get(one.pk), problems.get(one.pk, "")) for one in clocks])


@form_methods
@for_leaders
def act(request: HttpRequest) -> HttpResponse:
    """What will be done about the rows that were chosen, and why not about some; then it is done."""
    chosen, user, today = _chosen(request), user_of(request), today_of(request)
    action = chosen.action
    if action.page is not None and len(chosen.rows) == 1 and chosen.allowed:
        return HttpResponseRedirect(action.page(chosen.about[0]))
    back = request.GET.get("back", "")
    if page_at(back) != CHOSEN_FROM:
        back = reverse(CHOSEN_FROM)
    trail = [(_("Leader's page"), reverse("reports:leader")), (_("List"), back), (action.label, "")]
    said: dict[str, Any] = {}
    if action.choice is not None and chosen.allowed:
        form = action.choice(
            request.GET if action.choice.is_made(request.GET) else None, rows=chosen.about, today=today
        )
        if not form.is_valid():
            context = {"chosen": chosen, "form": form, "trail": trail, "known": {"rows": chosen.rows}, "back": back}
            return render(request, "reports/act_choice.html", context, status=422 if form.is_bound else 200)
        said = form.cleaned_data
    return form_page(
        request,
        action.form or ActForm,
        target=chosen.after(said, user, today),
        heading=action.label,
        button=action.label,
        back=back,
        trail=trail,
        # what was done meanwhile, or today already, is left out
        done=lambda made: _told(request, made),
    )


def _told(request: HttpRequest, made: Any) -> str:
    """What was done, with links to it; what was not is told beside it, with the reason."""
    if isinstance(made, Outcome):
        done = made.done
        for what, reason in made.left:
            messages.warning(request, _("Not done: %(what)s. %(why)s") % {"what": what, "why": reason})
    else:
        done = [(str(one), one.get_absolute_url()) for one in made if hasattr(one, "get_absolute_url")]
    many = len(made.done) if isinstance(made, Outcome) else len(made)
    if not many:
        return ""
    text = ngettext("Done for %(n)d row.", "Done for %(n)d rows.", many) % {"n": many}
    links = format_html_join(", ", '<a href="{}">{}</a>', ((address, what) for what, address in done[:LINKED]))
    return format_html("{} {}", text, links) if done else text


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
