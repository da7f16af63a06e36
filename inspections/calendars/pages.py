"""The pages of calendar and time limits: what counts for an organisation, and how it is changed, with what would move
shown first."""

import datetime
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from inspections.calendars.changes import Moves, recounting
from inspections.calendars.forms import EndForm, KeepForm, YearForm, sealed, unsealed
from inspections.calendars.models import CalendarDay, LegalInstrument, WorkingWeek
from inspections.calendars.queries import calendar_for, history_of, keeper_of, paths_above, rules_above, standings
from inspections.calendars.services import ADD, KEEP, YEAR, Asked, planned, save
from inspections.calendars.tables import DAYS, LIMITS, TABLES, told_of
from inspections.lists import SIZES
from inspections.organisations.models import Organisation
from inspections.organisations.rules import path_end
from inspections.organisations.text import whole_number
from inspections.pages import Trail, form_page, today_of, user_of
from inspections.reference.access import may_keep
from inspections.reference.queries import Teller, has_ended
from inspections.reference.tables import Ends, Table
from permissions import policy
from permissions.verdicts import Denied, NotNow, Refused

form_methods = require_http_methods(["GET", "HEAD", "POST"])
FIRST_YEAR, LAST_YEAR = 2000, 2100


def _seen(request: HttpRequest) -> Any:
    return policy.visible(user_of(request), Organisation.objects.all())


def _place(request: HttpRequest) -> Organisation | None:
    """The organisation whose calendar is looked at: the one asked for, else the first of one's own offices."""
    asked = whole_number(request.GET.get("organisation", ""))
    if asked is not None:
        found: Organisation = get_object_or_404(_seen(request), pk=asked)
        return found
    viewer = policy.viewer_for(user_of(request))
    own = [held.organisation_id for held in viewer.holdings if held.delegation_id is None]
    return _seen(request).filter(pk=own[0]).first() if own else None


def _places(request: HttpRequest, place: Organisation | None) -> list[Organisation]:
    """Those that can be chosen: of one's offices, and what stands above the one that is looked at and can be seen."""
    viewer = policy.viewer_for(user_of(request))
    own = {held.organisation_id for held in viewer.holdings}
    rows = _seen(request).filter(pk__in=own)
    if place is not None:
        rows = rows | _seen(request).filter(path__in=paths_above(place))
    return list(rows.distinct().order_by("path"))


def _year(request: HttpRequest) -> int:
    asked = whole_number(request.GET.get("year", ""))
    return asked if asked is not None and FIRST_YEAR <= asked <= LAST_YEAR else today_of(request).year


def _keeps(request: HttpRequest, organisation: Organisation | None) -> bool:
    """Whether the user keeps the calendar of the tree, or of the country."""
    if organisation is None:
        return bool(may_keep(user_of(request), timezone.now()))
    return bool(policy.may(user_of(request), KEEP, organisation))


@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """Days of a year, working weeks and legal instruments, as they count for an organisation."""
    place, year = _place(request), _year(request)
    above = paths_above(place) if place is not None else []
    counting = _above(CalendarDay.objects.filter(day__year=year), above)
    nearest: dict[datetime.date, CalendarDay] = {}
    for one in sorted(counting, key=lambda row: row.organisation.depth if row.organisation else -1):
        nearest[one.day] = one
    context = {
        "year": year,
        "place": place,
        "places": _places(request, place),
        "days": [(one, nearest[one.day]) for one in counting],
        "is_provisional": calendar_for(place).is_provisional_year(year),
        "weeks": _above(WorkingWeek.objects.all(), above),
        "instruments": LegalInstrument.objects.select_related("replaces"),
        "keeps": place if place is not None and _keeps(request, place) else None,
        "keeps_country": _keeps(request, None),
        "today": today_of(request),
    }
    return render(request, "calendars/list.html", context)


def _above(rows: Any, paths: list[str]) -> list[Any]:
    """The rows of the country and of the trees."""
    found = rows.filter(organisation=None) | rows.filter(organisation__path__in=paths)
    return list(found.select_related("organisation"))


@require_safe
def limits(request: HttpRequest) -> HttpResponse:
    """The time limits of an organisation: which counts, which it overrides, and what is not known."""
    place, today = _place(request), today_of(request)
    found = standings(rules_above(place), today)
    context = {
        "place": place,
        "places": _places(request, place),
        "standings": found,
        "keeper": keeper_of(place, today) if place is not None else None,
        "keeps": place if place is not None and _keeps(request, place) else None,
        "keeps_country": _keeps(request, None),
        "kinds": Teller(LIMITS).words.get("kind", {}),
        "today": today,
        "trail": [*_trail(), (_("Time limits"), "")],
    }
    return render(request, "calendars/limits.html", context)


def _table(code: str) -> Table:
    if code not in TABLES:
        raise Http404
    return TABLES[code]


def _trail(row: Any = None, table: Table | None = None) -> Trail:
    trail: Trail = [(_("Calendar and time limits"), reverse("calendars:list"))]
    if table is LIMITS:
        trail.append((_("Time limits"), reverse("calendars:limits")))
    if row is not None and table is not None:
        trail.append((told_of(row), reverse("calendars:row", args=[table.code, row.pk])))
    return trail


def _row(request: HttpRequest, table: Table, pk: int) -> Any:
    """A row of the country, or of a tree that the user sees anything of."""
    row = get_object_or_404(table.all(), pk=pk)
    if row.organisation is not None:
        path = row.organisation.path
        if not _seen(request).filter(path__gte=path, path__lte=path_end(path)).exists():
            raise Http404
    return row


@require_safe
def row(request: HttpRequest, table: str, pk: int) -> HttpResponse:
    """One row: its values, what it stands against, its history, and where it is changed."""
    one = _table(table)
    found = _row(request, one, pk)
    today, teller, keeps = today_of(request), Teller(one), _keeps(request, found.organisation)
    place = _place(request)
    user = user_of(request)
    tree = found.organisation
    reads = keeps or bool(
        policy.may(user, "read_audit", tree) if tree is not None else policy.holds(user, "read_audit")
    )
    context = {
        "table": one,
        "row": found,
        "title": told_of(found),
        "values": teller.cells(found, one.fields),
        "ended": has_ended(one, found, today),
        "keeps": keeps,
        "sets": place if one is LIMITS and place is not None and place != found.organisation else None,
        "is_limit": one is LIMITS,
        "history": [(entry, _changes(one, entry)) for entry in history_of(found)[:30]] if reads else [],
        "reads": reads,
        "trail": [*_trail(table=one), (told_of(found), "")],
    }
    if context["sets"] is not None and not _keeps(request, place):
        context["sets"] = None
    return render(request, "calendars/row.html", context)


def _changes(table: Table, entry: Any) -> list[tuple[str, str, str]]:
    """What an entry changed: words of the field, old, new."""
    labels = {name: table.label_of(name) for name in table.fields}
    labels["former_last_day"] = _("Last day of the row before")
    labels["moved_deadlines"] = _("Deadlines moved")
    told = [name for name in dict.fromkeys([*entry.old, *entry.new]) if name in labels]
    return [(labels[name], entry.old.get(name, ""), entry.new.get(name, "")) for name in told]


@form_methods
def add(request: HttpRequest, table: str) -> HttpResponse:
    """A row for the whole country."""
    return _add(request, _table(table), None)


@form_methods
def add_local(request: HttpRequest, table: str, organisation_pk: int) -> HttpResponse:
    """A row for the tree of an organisation."""
    return _add(request, _table(table), get_object_or_404(_seen(request), pk=organisation_pk))


def _add(request: HttpRequest, table: Table, organisation: Organisation | None) -> HttpResponse:
    headings = {
        "days": _("Add a day for %(place)s"),
        "weeks": _("Set a working week for %(place)s"),
        "limits": _("Set a time limit for %(place)s"),
    }
    heading = headings[table.code] % {"place": organisation or _("the whole country")}
    like = whole_number(request.GET.get("like", ""))
    values: dict[str, Any] = {}
    if table is LIMITS and like is not None:
        other = _row(request, table, like)
        values = {name: getattr(other, name) for name in table.fields if name not in ("valid_from", "valid_to")}
        values |= {"certainty": "D", "legal_basis": ""}
    form = partial(KeepForm, table=table, organisation=organisation)
    back = reverse("calendars:limits" if table is LIMITS else "calendars:list")
    if organisation is not None:
        back += f"?organisation={organisation.pk}"
    return _keep(request, form, table, organisation, None, heading, back, values)


@form_methods
def change(request: HttpRequest, table: str, pk: int) -> HttpResponse:
    """Changes a row from a day on, or corrects it."""
    one = _table(table)
    found = _row(request, one, pk)
    form = partial(KeepForm, table=one, organisation=found.organisation)
    heading = _("Change: %(row)s") % {"row": told_of(found)}
    back = reverse("calendars:row", args=[one.code, found.pk])
    return _keep(request, form, one, found.organisation, found, heading, back, {})


@form_methods
def end(request: HttpRequest, table: str, pk: int) -> HttpResponse:
    """Ends a row, or takes a day out."""
    one = _table(table)
    found = _row(request, one, pk)
    said = _("Take out: %(row)s") if one.ends is Ends.TAKEN_OUT else _("End: %(row)s")
    back = reverse("calendars:row", args=[one.code, found.pk])
    form = partial(EndForm, table=one)
    return _keep(request, form, one, found.organisation, found, said % {"row": told_of(found)}, back, {})


@form_methods
def year(request: HttpRequest) -> HttpResponse:
    """The days of a national year beside those of the library, to be saved with their paper."""
    number = _year(request)
    back = f"{reverse('calendars:list')}?year={number}"
    heading = _("Compare %(year)d with the library") % {"year": number}
    return _keep(request, YearForm, DAYS, None, None, heading, back, {}, target=number)


def _keep(
    request: HttpRequest,
    form: Callable[..., Any],
    table: Table,
    organisation: Organisation | None,
    row: Any,
    heading: str,
    back: str,
    values: dict[str, Any],
    *,
    target: Any = None,
) -> HttpResponse:
    """The form; then, with what is asked for in the address, what would move; then the verb.

    values: what the form shows at first."""
    _must_keep(request, organisation)
    here = request.path + (f"?year={target}" if target is not None else "")
    joint = "&" if "?" in here else "?"
    given = request.POST.get("asked") or request.GET.get("asked", "")
    trail = _trail(row, table)
    if given:
        asked = unsealed(given, organisation=organisation, row=row)
        if asked is None or asked.table is not table:
            raise Http404
        again = f"{here}{joint}{urlencode({'again': given})}"
        return _look_through(request, asked, given, heading=heading, again=again, back=back, trail=trail)
    earlier = unsealed(request.GET.get("again", ""), organisation=organisation, row=row)
    if earlier is not None:
        values = {**values, **earlier.values, "reason": earlier.reason, "how": earlier.action}
    form = partial(form, values=values)
    return form_page(
        request,
        form,
        target=row if target is None else target,
        heading=heading,
        button=_("See what would move"),
        back=back,
        trail=trail,
        to=lambda asked: f"{here}{joint}{urlencode({'asked': sealed(asked)})}",
    )


def _must_keep(request: HttpRequest, organisation: Organisation | None) -> None:
    user = user_of(request)
    verdict = may_keep(user, timezone.now()) if organisation is None else policy.may(user, KEEP, organisation)
    if isinstance(verdict, Denied):
        # no secret: the row counts for something that the user sees
        raise Refused(replace(verdict, stranger=lambda: False))


def _look_through(
    request: HttpRequest, asked: Asked, given: str, *, heading: str, again: str, back: str, trail: Trail
) -> HttpResponse:
    now, user = timezone.now(), user_of(request)
    problems: list[str] = []
    if request.method == "POST":
        try:
            plan, moves = save(acting_user=user, asked=asked, now=now, seen=request.POST.get("seen", ""))
        except ValidationError as problem:
            problems = problem.messages
        else:
            messages.success(request, _said(moves))
            return HttpResponseRedirect(_place_of(asked, plan, back))
    moves, now_planned = Moves(), None
    try:
        now_planned = planned(asked, now)
        moves = recounting().moves_of(now_planned.change, user)
    except (ValidationError, NotNow) as problem:
        problems = problems or list(getattr(problem, "messages", [str(problem)]))
    seen = [one for one in moves.all if one.row is not None]
    seen.sort(key=lambda one: (one.old, one.pk))
    context = {
        "heading": heading,
        "asked": given,
        "reason": asked.reason,
        "old": _told(asked, now_planned.old) if now_planned else [],
        "new": _told(asked, now_planned.new) if now_planned else [],
        # what cannot be planned cannot be saved, and moves nothing
        "can_be_saved": now_planned is not None,
        "moves": moves,
        "unseen": len(moves) - len(seen),
        "page": Paginator(seen, SIZES[0]).get_page(request.GET.get("page")),
        "page_sizes": SIZES[:1],
        "told": _told_names(request, moves),
        "problems": problems,
        "again": again,
        "back": back,
        "trail": trail,
    }
    return render(request, "calendars/preview.html", context, status=422 if problems else 200)


def _told(asked: Asked, values: dict[str, Any]) -> list[tuple[str, Any]]:
    labels = {name: asked.table.label_of(name) for name in asked.table.fields}
    labels["former_last_day"] = _("Last day of the row before")
    if asked.action == YEAR:
        labels |= {"days": _("New or changed"), "taken_out": _("Taken out")}
    return [
        (labels[name], "; ".join(value) if isinstance(value, list) else value)
        for name, value in values.items()
        if name in labels and value
    ]


def _told_names(request: HttpRequest, moves: Moves) -> dict[str, Any]:
    """Who is told: how many organisations, and the names of those that the user sees (the first of them)."""
    seen = _seen(request).filter(pk__in=sorted(moves.told)[:900]).order_by("path")
    return {"many": len(moves.told), "names": list(seen[:30])}


def _said(moves: Moves) -> str:
    if not len(moves):
        return _("Saved. No running deadline moves.")
    return ngettext(
        "Saved. %(n)d running deadline was moved; it says so itself.",
        "Saved. %(n)d running deadlines were moved; each says so itself.",
        len(moves),
    ) % {"n": len(moves)}


def _place_of(asked: Asked, plan: Any, back: str) -> str:
    """Where what was saved is read: the row that is new or changed, or the list it went from."""
    kept = [one for one in (*plan.added, *plan.changed) if one.pk]
    if asked.action == YEAR or not kept:
        return back if asked.action in (YEAR, ADD) else reverse("calendars:list")
    return reverse("calendars:row", args=[asked.table.code, kept[0].pk])
