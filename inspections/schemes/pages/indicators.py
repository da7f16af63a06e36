"""An indicator with plan against fact, the rows behind a figure, and the forms."""

from decimal import Decimal
from functools import partial
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from inspections.lists import Column, FilterForm, ListPage
from inspections.pages import form_page, must, today_of, user_of
from inspections.schemes.forms.indicators import IndicatorForm, TargetsForm, TypedForm
from inspections.schemes.measures import COUNTS, Measure
from inspections.schemes.models import Indicator, Scheme
from inspections.schemes.pages.common import form_methods, seen, trail_to
from inspections.schemes.queries import figures
from inspections.schemes.rules import bar_of, columns_of
from permissions import policy

WIDTH = 240  # of a picture of bars
SLOT, TOP, HEIGHT, FOOT = 72, 24, 150, 26  # of a picture of columns
OF_INDICATOR = "scheme"


def largest_of(rows: list[figures.Figure], *more: Decimal | None) -> Decimal:
    """The largest number that is drawn."""
    numbers = [*more, *(number for one in rows for number in (one.value, one.target))]
    return max((number for number in numbers if number is not None), default=Decimal(0))


def bars_of(rows: list[figures.Figure]) -> list[dict[str, Any]]:
    """Figures with their pictures: a bar for the fact, a line for the target, on one scale."""
    largest = largest_of(rows)
    return [
        {
            "figure": one,
            "bar": bar_of(one.value, largest, WIDTH),
            "line": bar_of(one.target, largest, WIDTH) if one.target is not None else None,
        }
        for one in rows
    ]


def chart_of(rows: list[figures.Figure], base: Decimal | None) -> dict[str, Any]:
    """The picture of the years: a column for the fact, a line for the target, a broken line for the baseline."""
    largest = largest_of(rows, base)
    pairs = [(one.value, one.target) for one in rows]
    columns = columns_of(pairs, largest, slot=SLOT, top=TOP, height=HEIGHT)
    baseline = None if base is None else TOP + HEIGHT - bar_of(base, largest, HEIGHT)
    return {
        "columns": list(zip(rows, columns, strict=True)),
        "baseline": baseline,
        "width": SLOT * len(rows),
        "height": TOP + HEIGHT + FOOT,
        "floor": TOP + HEIGHT,
    }


def year_of_address(request: HttpRequest, scheme: Scheme) -> int:
    """The year in the address, where it is one of the scheme's; else the nearest to today's."""
    text = request.GET.get("year", "")
    year = int(text) if text.isdecimal() and len(text) == 4 else 0
    return year if year in scheme.years else figures.year_shown(scheme, today_of(request))


@require_safe
def indicator(request: HttpRequest, pk: int) -> HttpResponse:
    """One indicator: plan against fact by organisation in a year, and year by year; each figure opens its rows."""
    row = seen(request, Indicator.objects.all(), pk, OF_INDICATOR)
    scheme, user, today = row.scheme, user_of(request), today_of(request)
    year = year_of_address(request, scheme)
    places = figures.places_for(user, scheme, year, today)
    by_place = figures.figures_of([(row, year)], places, today)[0]
    top = places[0] if places else None
    by_year = figures.by_year(row, top, today) if top is not None else []
    # the baseline is that of who made the scheme
    baseline = row.baseline if top == scheme.organisation else None
    context = {
        "indicator": row,
        "scheme": scheme,
        "year": year,
        "by_place": bars_of(by_place),
        "by_year": by_year,
        "chart": chart_of(by_year, baseline),
        "top": top,
        "has_baseline": baseline is not None,
        "measure": row.measure,
        "parameters": row.parameters_told,
        "width": WIDTH,
        "typed": figures.typed_history(user, row) if row.is_typed else [],
        "may_keep": not scheme.is_over and bool(policy.may(user, "keep_schemes", scheme)),
        "may_type": row.is_typed and not scheme.is_over and figures.typing_places(user, scheme, today).exists(),
        "trail": trail_to(scheme, (row, "")),
    }
    return render(request, "schemes/indicator.html", context)


class RowFilter(FilterForm):
    """Which rows behind a figure: all, those that count, those that do not."""

    q = None  # type: ignore[assignment]
    counts = forms.ChoiceField(
        label=gettext_lazy("Counts"),
        choices=[("", "—"), ("yes", gettext_lazy("is counted")), ("no", gettext_lazy("is not counted"))],
        required=False,
    )

    def narrow(self, rows: Any) -> Any:
        counts = self.given.get("counts")
        return rows.filter(**{COUNTS: counts == "yes"}) if counts else rows


def rows_page(measure: Measure, file_name: str) -> ListPage:
    """The list of the rows behind the figures of a measure."""

    def told(row: Any) -> dict[str, Any]:
        return {
            "owner": measure.owner(row),
            "told": measure.tell(row),
            "address": measure.address(row),
            "counts": getattr(row, COUNTS),
        }

    return ListPage(
        template="schemes/rows.html",
        filters=RowFilter,
        sorts={"place": (measure.place,)},
        columns=[
            Column(gettext_lazy("Organisation"), lambda row: str(measure.owner(row))),
            Column(gettext_lazy("Row"), measure.tell),
            Column(gettext_lazy("Counts"), lambda row: _("yes") if getattr(row, COUNTS) else _("no")),
        ],
        file_name=file_name,
        tell=told,
    )


@require_safe
def rows(request: HttpRequest, pk: int, year: int) -> HttpResponse:
    """The rows behind the figure of the organisation in the address (else the highest) in a year, as far as the reader
    may open them."""
    row = seen(request, Indicator.objects.all(), pk, OF_INDICATOR)
    scheme, user, today = row.scheme, user_of(request), today_of(request)
    measure = row.measure
    places = figures.places_for(user, scheme, year, today) if year in scheme.years else []
    key = request.GET.get("organisation")
    organisation = next((one for one in places if key is None or str(one.pk) == key), None)
    if measure is None or organisation is None:
        raise Http404
    figure = figures.figures_of([(row, year)], [organisation], today)[0][0]
    behind = figures.rows_behind(row, measure, year, today, [figures.place_of(scheme, organisation)])
    shown = policy.visible(user, behind.select_related(*measure.related))
    return rows_page(measure, "rows").respond(
        request,
        shown,
        indicator=row,
        measure=measure,
        figure=figure,
        hidden=figure.count.total - shown.count(),
        trail=trail_to(scheme, (row, f"{row.get_absolute_url()}?year={year}"), (_("Rows behind the figure"), "")),
    )


@form_methods
def add_indicator(request: HttpRequest, pk: int) -> HttpResponse:
    """The page on which a scheme gets an indicator."""
    scheme = seen(request, Scheme.objects.all(), pk)
    must(request, "keep_schemes", scheme)
    return form_page(
        request,
        IndicatorForm,
        target=scheme,
        heading=_("Add an indicator"),
        button=_("Add the indicator"),
        back=scheme.get_absolute_url(),
        to=lambda one: one.get_absolute_url(),
        trail=trail_to(scheme, (_("Add an indicator"), "")),
        done=_("The indicator is added. Set its targets."),
    )


@form_methods
def change_indicator(request: HttpRequest, pk: int) -> HttpResponse:
    """The page on which an indicator is changed."""
    row = seen(request, Indicator.objects.all(), pk, OF_INDICATOR)
    must(request, "keep_schemes", row)
    return form_page(
        request,
        IndicatorForm,
        target=row,
        heading=_("Change the indicator"),
        button=_("Save the indicator"),
        back=row.get_absolute_url(),
        trail=trail_to(row.scheme, (row, row.get_absolute_url()), (_("Change the indicator"), "")),
        done=_("The indicator is changed."),
    )


@form_methods
def set_targets(request: HttpRequest, pk: int, year: int) -> HttpResponse:
    """The page on which the targets of a year are set, by organisation."""
    row = seen(request, Indicator.objects.all(), pk, OF_INDICATOR)
    must(request, "keep_schemes", row)
    if year not in row.scheme.years:
        raise Http404
    back = f"{row.get_absolute_url()}?year={year}"
    return form_page(
        request,
        partial(TargetsForm, seed=year),
        target=row,
        heading=_("Targets of %(year)s") % {"year": year},
        button=_("Save the targets"),
        back=back,
        trail=trail_to(row.scheme, (row, back), (_("Targets of %(year)s") % {"year": year}, "")),
        done=_("The targets are set."),
        context={"intro": _("In %(unit)s. An empty field: no target.") % {"unit": row.unit_told}},
    )


@form_methods
def type_figure(request: HttpRequest, pk: int) -> HttpResponse:
    """The page on which a figure is typed with its proof, or corrected."""
    row = seen(request, Indicator.objects.all(), pk, OF_INDICATOR)
    if not figures.typing_places(user_of(request), row.scheme, today_of(request)).exists():
        must(request, "carry_out_schemes", row)
    return form_page(
        request,
        TypedForm,
        target=row,
        heading=_("Enter a figure with its proof"),
        button=_("Enter the figure"),
        back=row.get_absolute_url(),
        trail=trail_to(row.scheme, (row, row.get_absolute_url()), (_("Enter a figure"), "")),
        done=_("The figure is recorded."),
    )
