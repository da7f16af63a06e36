"""The page of one cell, of a remark with what came of it, and the list of regular supervisions."""

from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from inspections.lists import Column, ListPage
from inspections.meetings.models import Meeting
from inspections.meetings.rules import plain
from inspections.organisations.models import Organisation
from inspections.pages import today_of, user_of
from inspections.reminders.models import Reminder
from inspections.reports.models import AskedReport
from inspections.superiors.access import ASSIGN, SUPERVISE, VISIT, may_act_on, may_supervise, may_visit, seen_cells
from inspections.superiors.forms import FLAGS, SupervisionFilter
from inspections.superiors.models import Remark
from inspections.superiors.queries import cell as queries
from inspections.superiors.queries.flags import settings_now
from inspections.superiors.queries.following import followers_of
from inspections.superiors.queries.supervisions import counted_by_topic, proposals_about, supervisions_for
from inspections.superiors.services.remarks import why_no_remark, why_no_visit
from permissions import policy

# the picture of scores: a point is a unit high, above the line at 120; a month is so wide
LINE, WIDE = 120, 52
BOARD = gettext_lazy("Cells and their meetings")


def seen_cell(request: HttpRequest, pk: int) -> Organisation:
    """The cell whose meetings the reader sees; 404 for any other."""
    user = user_of(request)
    rows = policy.visible(user, Organisation.objects.filter(type__is_cell=True).select_related("parent", "type"))
    return get_object_or_404(rows.filter(seen_cells(policy.viewer_for(user))), pk=pk)


@require_safe
def cell(request: HttpRequest, pk: int) -> HttpResponse:
    """One cell: its twelve months with flags and scores, who came, who follows it, visits and remarks."""
    user, today = user_of(request), today_of(request)
    one = seen_cell(request, pk)
    months = queries.months_of(user, one, settings_now(), today)
    attends = queries.sees_attendance(user, one)
    assigns, visits = bool(policy.may(user, ASSIGN, one)), queries.visits_of(user, one)
    filled = [month for month in reversed(months) if month.meetings or month.flags]
    context = {
        "cell": one,
        "months": months,
        "bars": _bars(months),
        "flagged": [(month, [(FLAGS[flag], many) for flag, many in month.flags.items()]) for month in filled],
        "is_some_month_bare": len(filled) < len(months),
        "sees_attendance": attends,
        "attendance": queries.attendance_of(one, [month.first for month in months]) if attends else [],
        "followers": [(row, row.is_in_force(today)) for row in followers_of(one, user)],
        "visits": [(row, row.struck_at is None and (assigns or row.visitor_id == user.pk)) for row in visits],
        "remarks": queries.remarks_of(user, Q(meeting__organisation=one)),
        "assigns": assigns,
        "today": today,
        "trail": [(BOARD, reverse("superiors:board")), (one.name, "")],
    }
    return render(request, "superiors/cell.html", context)


def seen_remark(request: HttpRequest, pk: int) -> Remark:
    """The remark, if the reader sees its meeting."""
    remark: Remark = get_object_or_404(queries.remarks_of(user_of(request), Q()), pk=pk)
    return remark


def _bars(months: list[queries.MonthOfCell]) -> list[dict[str, Any]]:
    """The scores of the regular meetings as bars; a month without one has none."""
    bars = []
    for place, month in enumerate(months):
        score = month.regular.total if month.regular is not None and month.regular.is_closed else None
        height = round(score) if score is not None else 0
        left = place * WIDE + 9
        bars.append(
            {
                "month": month.first,
                "told": plain(score) if score is not None else "",
                "height": height,
                "left": left,
                "middle": left + 17,
                "top": LINE - height,
                "above": LINE - height - 4,
            }
        )
    return bars


@require_safe
def remark(request: HttpRequest, pk: int) -> HttpResponse:
    """A remark, its answer, and what came of it: reminders, reports asked for, a regular supervision."""
    user, one = user_of(request), seen_remark(request, pk)
    viewer = policy.viewer_for(user)
    about = {"deadline__item_id": one.pk, "deadline__item_type__model": "remark"}
    reminders = Reminder.objects.filter(**about, why=Reminder.Why.BY_HAND).select_related("sent_by__person")
    asked = AskedReport.objects.filter(about__item_id=one.pk, about__item_type__model="remark")
    supervision, supervises = one.supervision, bool(may_supervise(user, one))
    proposals = list(proposals_about(user, one))
    waiting = next((row for row in proposals if row.decided_at is None), None)
    cells = Organisation.objects.filter(pk=one.meeting.organisation_id).filter(seen_cells(viewer))
    meeting_seen = policy.visible(user, Meeting.objects.filter(pk=one.meeting_id)).exists()
    meeting_page = reverse("meetings:detail", args=[one.meeting_id]) if meeting_seen else ""
    context = {
        "remark": one,
        "cell": one.meeting.organisation,
        # who answers in the place of another reads neither its page nor its meetings
        "sees_cell": cells.exists(),
        "meeting_page": meeting_page,
        "reminders": policy.visible(user, reminders).order_by("pk"),
        "asked": policy.visible(user, asked).order_by("pk"),
        "supervision": supervision,
        "struck": supervisions_for(user).filter(remark=one, struck_at__isnull=False).order_by("pk"),
        "proposes_case": supervision is not None
        and supervision.outcome.is_sign
        and viewer.is_at("propose_case", supervision.body_id),
        "proposals": proposals,
        "waiting": waiting,
        "may_answer": one.answered_at is None and bool(policy.may(user, "keep_meetings", one)),
        "may_remind": bool(may_act_on(user, "remind", one)),
        "may_ask": bool(may_act_on(user, "ask_report", one)),
        "may_supervise": supervision is None and supervises,
        "may_decline": waiting is not None and supervises,
        "may_propose": supervision is None
        and waiting is None
        and not supervises
        and bool(may_act_on(user, VISIT, one)),
        "today": today_of(request),
        "trail": [(str(one.meeting), meeting_page), (_("Remark"), "")],
    }
    return render(request, "superiors/remark.html", context)


SUPERVISIONS = ListPage(
    template="superiors/supervisions.html",
    filters=SupervisionFilter,
    sorts={"newest": ("-opened_at",), "cell": ("org_path", "-opened_at")},
    columns=[
        Column(gettext_lazy("Cell"), lambda row: str(row.organisation)),
        Column(gettext_lazy("Topic of supervision"), lambda row: str(row.topic)),
        Column(gettext_lazy("Sign"), lambda row: row.sign),
        Column(gettext_lazy("What follows from it"), lambda row: str(row.outcome)),
        Column(gettext_lazy("What was said or asked for"), lambda row: row.outcome_text),
        Column(gettext_lazy("Who supervises"), lambda row: str(row.body)),
        Column(gettext_lazy("Opened"), lambda row: timezone.localdate(row.opened_at)),
        Column(gettext_lazy("Why it was struck out"), lambda row: row.strike_reason),
    ],
    file_name="regular-supervisions",
)


@require_safe
def supervisions(request: HttpRequest) -> HttpResponse:
    """The regular supervisions of a period and place, counted by topic and outcome; each leads to the remark that was
    its sign. What is counted is what the filters leave, whatever topic and outcome are chosen."""
    user = user_of(request)
    rows = supervisions_for(user)
    filters = SupervisionFilter(without(request, "topic", "outcome"), request=request)
    return SUPERVISIONS.respond(
        request,
        rows,
        topics=counted_by_topic(filters.narrow(rows)),
        kept=without(request, "topic", "outcome", "page").urlencode(),
        may_strike=policy.holds(user, SUPERVISE),
        trail=[(BOARD, reverse("superiors:board")), (_("Regular supervisions"), "")],
    )


def without(request: HttpRequest, *names: str) -> QueryDict:
    """What stands in the address but for these."""
    kept = request.GET.copy()
    for name in names:
        kept.pop(name, None)
    return kept


def beside_meeting(request: HttpRequest, meeting: Meeting) -> dict[str, Any]:
    """What the page of a meeting shows of superiors: visits, remarks, and whether the reader may leave his own."""
    user = user_of(request)
    visits = policy.visible(user, meeting.visits.select_related("visitor__person"))
    is_superior, now = bool(may_visit(user, meeting)), timezone.now()
    was_there = any(one.visitor_id == user.pk and one.struck_at is None for one in visits)
    return {
        "visits": visits,
        "remarks": queries.remarks_of(user, Q(meeting=meeting)),
        "may_remark": is_superior and not why_no_remark(meeting, now),
        "may_visit": is_superior and not was_there and not why_no_visit(meeting, now),
    }
