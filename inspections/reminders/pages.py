"""The pages of reminders: what one was told, what one wants to receive, the calendar feed, reminding by hand."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from inspections.deadlines.models import Deadline
from inspections.deadlines.queries import why_told
from inspections.lists import Column, ListPage, is_export
from inspections.pages import Trail, form_page, must, today_of, user_of
from inspections.reminders.feed import calendar_of, owner_of
from inspections.reminders.forms import MessageFilter, RemindForm, WishesForm
from inspections.reminders.mail import absolute
from inspections.reminders.models import Message
from inspections.reminders.queries import feed_of, messages_for
from inspections.reminders.services import own
from permissions import policy

form_methods = require_http_methods(["GET", "HEAD", "POST"])

LIST = ListPage(
    template="reminders/list.html",
    filters=MessageFilter,
    sorts={"newest": ("-made_at", "-pk"), "due": ("reminder__deadline__due_on",)},
    columns=[
        Column(gettext_lazy("Told"), lambda message: timezone.localtime(message.made_at).date()),
        Column(gettext_lazy("Reminder"), lambda message: message.reminder.name),
        Column(gettext_lazy("What is owed"), lambda message: message.reminder.deadline.title),
        Column(gettext_lazy("Who owes"), lambda message: message.reminder.deadline.organisation.name),
        Column(gettext_lazy("Due"), lambda message: message.reminder.deadline.due_on),
        Column(gettext_lazy("Why this day"), lambda message: why_told(message.reminder.deadline)),
        Column(gettext_lazy("State"), lambda message: message.reminder.deadline.get_state_display()),
    ],
    file_name="reminders",
)


def _trail(last: Any = "") -> Trail:
    trail: Trail = [(_("Reminders"), reverse("reminders:list") if last else "")]
    return [*trail, (last, "")] if last else trail


@require_safe
def message_list(request: HttpRequest) -> HttpResponse:
    """What the user was told, the newest first."""
    rows = messages_for(user_of(request)).select_related(
        "reminder__rung", "reminder__sent_by__person", "reminder__deadline__organisation"
    )
    if is_export(request):
        rows = rows.prefetch_related("reminder__deadline__changes")
    # who is told that a case should follow, and may propose one, is led to the proposal
    return LIST.respond(request, rows, trail=_trail(), may_propose=policy.holds(user_of(request), "propose_case"))


@require_POST
def read(request: HttpRequest, pk: int) -> HttpResponse:
    """Marks one message as read."""
    message = get_object_or_404(policy.visible(user_of(request), Message.objects.all()), pk=pk)
    own.mark_read(acting_user=user_of(request), messages=[message.pk], now=timezone.now())
    return HttpResponseRedirect(reverse("reminders:list"))


@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Marks all messages as read."""
    own.mark_read(acting_user=user_of(request), now=timezone.now())
    return HttpResponseRedirect(reverse("reminders:list"))


@form_methods
def settings(request: HttpRequest) -> HttpResponse:
    """What the user wants to receive, and the address of his calendar feed."""
    user = user_of(request)
    person = getattr(user, "person", None)
    return form_page(
        request,
        WishesForm,
        target=user,
        heading=_("What reaches me"),
        button=_("Save"),
        back=reverse("reminders:settings"),
        trail=_trail(_("What reaches me")),
        done=_("Your choice is kept."),
        template="reminders/settings.html",
        context={"feed": feed_of(user), "address": person.email if person is not None else ""},
    )


@require_POST
def make_feed(request: HttpRequest) -> HttpResponse:
    """Makes a new address of the calendar feed and shows it, this once."""
    token = own.make_feed(acting_user=user_of(request), now=timezone.now())
    url = absolute(reverse("reminders:feed", args=[token]))
    context = {"url": url, "trail": _trail(_("Address of my calendar feed"))}
    return render(request, "reminders/feed_address.html", context)


@require_POST
def revoke_feed(request: HttpRequest) -> HttpResponse:
    """Ends the address of the calendar feed."""
    own.revoke_feed(acting_user=user_of(request), now=timezone.now())
    messages.success(request, _("The address has ended; nothing can be read at it any more."))
    return HttpResponseRedirect(reverse("reminders:settings"))


@login_not_required
@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """The calendar at a secret address, for calendar programs, which cannot log in."""
    owner = owner_of(token)
    if owner is None:
        raise Http404
    response = HttpResponse(calendar_of(owner, timezone.now()), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="thoi-han.ics"'
    response["Cache-Control"] = "private, no-store"
    return response


@form_methods
def remind(request: HttpRequest, pk: int) -> HttpResponse:
    """The page on which those who owe a deadline are reminded of it by hand."""
    rows = policy.visible(user_of(request), Deadline.objects.select_related("organisation"))
    deadline = get_object_or_404(rows, pk=pk)
    must(request, "remind", deadline)
    back = reverse("deadlines:explanation", args=[deadline.pk])
    return form_page(
        request,
        RemindForm,
        target=deadline,
        heading=_("Remind: %(title)s") % {"title": deadline.title},
        button=_("Remind them"),
        back=back,
        trail=[(_("Deadline"), back), (_("Remind"), "")],
        done=_("Those who owe it are reminded."),
        context={"intro": deadline.organisation.name, "today": today_of(request)},
    )
