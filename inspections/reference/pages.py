"""The pages of all reference tables: the tables, one of them, a row, and the forms that add, change and end rows."""

from functools import partial
from typing import Any

from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from inspections.lists import Column, ListPage
from inspections.pages import Trail, form_page, today_of, user_of
from inspections.reference.access import may_keep
from inspections.reference.forms import EndForm, RowForm, WordsFilter
from inspections.reference.queries import Teller, has_ended, history_of, uses_of
from inspections.reference.tables import Ends, Table, all_tables, table_of
from permissions import policy
from permissions.verdicts import Denied, Refused

form_methods = require_http_methods(["GET", "HEAD", "POST"])
FILTERED_FROM = 25


def _table(code: str) -> Table:
    table = table_of(code)
    if table is None:
        raise Http404
    return table


def _trail(table: Table | None = None, row: Model | None = None) -> Trail:
    trail: Trail = [(_("Reference tables"), reverse("reference:list"))]
    if table is not None:
        trail.append((table.label, reverse("reference:table", args=[table.code])))
    if table is not None and row is not None:
        trail.append((str(row), reverse("reference:row", args=[table.code, row.pk])))
    return trail


def _must_keep(request: HttpRequest) -> None:
    verdict = may_keep(user_of(request), timezone.now())
    if isinstance(verdict, Denied):
        raise Refused(verdict)


@require_safe
def tables(request: HttpRequest) -> HttpResponse:
    """The tables there are, each with what it is for."""
    shown = [(table, table.all().count()) for table in all_tables()]
    return render(request, "reference/list.html", {"tables": shown})


def _list_of(table: Table, teller: Teller) -> ListPage:
    ordering = tuple(table.model._meta.ordering or ())
    return ListPage(
        template="reference/table.html",
        filters=type("Filter", (WordsFilter,), {"table": table}),
        sorts={"order": tuple(str(name) for name in ordering) or ("pk",)},
        columns=[Column(table.label_of(name), partial(_cell, teller, name)) for name in table.shown],
        file_name=table.code,
    )


def _cell(teller: Teller, name: str, row: Model) -> str:
    return teller.told(row, name)


@require_safe
def table(request: HttpRequest, code: str) -> HttpResponse:
    """The rows of one table, with their sources."""
    one = _table(code)
    rows, teller = one.all(), Teller(one)
    return _list_of(one, teller).respond(
        request,
        rows,
        table=one,
        teller=teller,
        heads=[one.label_of(name) for name in one.shown],
        is_long=rows.count() > FILTERED_FROM,
        may_keep=bool(may_keep(user_of(request), timezone.now())),
        trail=[*_trail(), (one.label, "")],
    )


def _row(table: Table, pk: int) -> Model:
    found: Model = get_object_or_404(table.all(), pk=pk)
    return found


@require_safe
def row(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """One row: its values and history; what uses it, counted over the whole tree, for who keeps the tables."""
    one = _table(code)
    found = _row(one, pk)
    user, today, teller = user_of(request), today_of(request), Teller(one)
    keeps = bool(may_keep(user, timezone.now()))
    reads = keeps or policy.holds(user, "read_audit")
    context = {
        "table": one,
        "row": found,
        "fixed": teller.cells(found, one.fixed),
        "values": teller.cells(found, one.editable),
        "uses": uses_of(one, found) if keeps else [],
        "ended": has_ended(one, found, today),
        "may_keep": keeps,
        "ends": one.ends is not Ends.NEVER,
        "history": [(entry, _changes(one, entry)) for entry in history_of(found)[:30]] if reads else [],
        "reads": reads,
        "trail": [*_trail(one), (str(found), "")],
    }
    return render(request, "reference/row.html", context)


def _changes(table: Table, entry: Any) -> list[tuple[str, str, str]]:
    """What an entry changed: words of the field, old, new."""
    labels = {field.name: table.label_of(field.name) for field in table.model._meta.fields}
    labels |= {name: table.label_of(name) for name in table.fields}
    labels["former_last_day"] = _("Last day of the row before")
    told_of = [name for name in dict.fromkeys([*entry.old, *entry.new]) if name in labels]
    return [(labels[name], entry.old.get(name, ""), entry.new.get(name, "")) for name in told_of]


@form_methods
def add(request: HttpRequest, code: str) -> HttpResponse:
    """The page on which a row is added."""
    one = _table(code)
    _must_keep(request)
    if not one.may_add:
        raise Http404
    back = reverse("reference:table", args=[one.code])
    return form_page(
        request,
        partial(RowForm, table=one),
        target=None,
        heading=_("Add to: %(table)s") % {"table": one.label},
        button=_("Add it"),
        back=back,
        trail=_trail(one),
        done=_("It is in the table."),
        to=lambda made: reverse("reference:row", args=[one.code, made.pk]),
    )


@form_methods
def change(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """The page on which a row is changed."""
    one = _table(code)
    found = _row(one, pk)
    _must_keep(request)
    return form_page(
        request,
        partial(RowForm, table=one),
        target=found,
        heading=_("Change: %(row)s") % {"row": found},
        button=_("Save"),
        back=reverse("reference:row", args=[one.code, found.pk]),
        trail=_trail(one, found),
        done=_("The change is saved."),
        to=lambda kept: reverse("reference:row", args=[one.code, kept.pk]),
    )


@form_methods
def end(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """The page on which a row is ended, or taken out while nothing uses it; none where rows never end."""
    one = _table(code)
    found = _row(one, pk)
    _must_keep(request)
    if one.ends is Ends.NEVER:
        raise Http404
    heading = {
        Ends.ON_A_DAY: _("End: %(row)s"),
        Ends.NOT_CHOSEN: _("No longer to be chosen: %(row)s"),
        Ends.TAKEN_OUT: _("Take out: %(row)s"),
    }[one.ends]
    is_gone = one.ends is Ends.TAKEN_OUT
    place = reverse("reference:table", args=[one.code]) if is_gone else reverse("reference:row", args=[one.code, pk])
    return form_page(
        request,
        partial(EndForm, table=one),
        target=found,
        heading=heading % {"row": found},
        button=_("Take it out") if is_gone else _("End it"),
        back=reverse("reference:row", args=[one.code, pk]),
        trail=_trail(one, found),
        done=_("It is out of the table.") if is_gone else _("It has ended."),
        to=lambda nothing: place,
    )
