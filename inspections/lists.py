"""The one way of list pages: filters in the address, sort, pages, counts, export of exactly what is filtered."""

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.db.models import Case as CaseWhen
from django.db.models import Expression, IntegerField, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from xlsxwriter import Workbook

from inspections.forms import NOT_IN_LIST, guard

SIZES = (25, 50, 100)


class FilterForm(forms.Form):
    """Filters that live in the address; `narrow` applies those that are set. Beside one that cannot be understood
    stands why, and it narrows nothing."""

    q = forms.CharField(label=_("Words"), required=False, widget=forms.TextInput(attrs={"type": "search"}))

    def __init__(self, data: Any, *, request: HttpRequest) -> None:
        self.request = request
        super().__init__(data, auto_id="filter_%s")
        guard(self.fields)
        for field in self.fields.values():
            if isinstance(field, forms.ModelChoiceField):
                field.empty_label = "—"
                field.error_messages["invalid_choice"] = NOT_IN_LIST

    @property
    def given(self) -> dict[str, Any]:
        """What is set and understood, whatever else is not."""
        self.is_valid()
        return self.cleaned_data

    def narrow(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """The rows that pass the filters."""
        return rows.matching(self.given["q"]) if self.given.get("q") else rows  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Column:
    """One column of an export: its head and how a row fills it."""

    label: Any
    value: Callable[[Any], Any]


@dataclass(frozen=True)
class ListPage:
    """What a list is made of. sorts: key in the address -> ordering, turned round by a minus before the key; the
    first is the default. tell: what the template shows for a row, where it is not the row itself."""

    template: str
    filters: Callable[..., FilterForm]
    sorts: dict[str, tuple[str | Expression, ...]]
    columns: list[Column]
    file_name: str
    tell: Callable[[Any], Any] | None = None

    def respond(
        self,
        request: HttpRequest,
        rows: QuerySet[Any],
        of_page: Callable[[list[Any]], dict[str, Any]] | None = None,
        **context: Any,
    ) -> HttpResponse:
        """The page, or the workbook when `export=xlsx` stands in the address; with 422 the page, when a filter in the
        address cannot be understood.

        rows: what the user may see. context: what else the template shows; of_page: more of it, read for the rows of
        the page."""
        filters = self.filters(request.GET, request=request)
        sort = request.GET.get("sort", "")
        ordering = self.sorts.get(sort.removeprefix("-"))
        if ordering is None:
            sort, ordering = "", next(iter(self.sorts.values()))
        if sort.startswith("-"):
            ordering = tuple(_turned(name) for name in ordering)
        found = filters.narrow(rows).order_by(*ordering, "pk")
        if is_export(request) and filters.is_valid():
            return workbook(self.file_name, self.columns, found)
        size = int(request.GET["size"]) if request.GET.get("size", "") in map(str, SIZES) else SIZES[0]
        page = Paginator(found, size).get_page(request.GET.get("page"))
        if self.tell is not None:
            page.object_list = [self.tell(row) for row in page.object_list]
        shown = {
            "page": page,
            "page_sizes": SIZES,
            "filters": filters,
            "sort": sort,
            "today": timezone.localdate(),
            **context,
            **(of_page(list(page.object_list)) if of_page is not None else {}),
        }
        return render(request, self.template, shown, status=200 if filters.is_valid() else 422)


def is_export(request: HttpRequest) -> bool:
    """Whether the workbook is asked for, and not the page."""
    return request.GET.get("export") == "xlsx"


def _turned(key: str | Expression) -> Any:
    if isinstance(key, str):
        return key[1:] if key.startswith("-") else f"-{key}"
    return key.desc()


def place_among(field: str, values: Iterable[str]) -> Expression:
    """For sorting: the place of the field's value among the values, which are in the order of the course."""
    places = [When(**{field: value}, then=Value(place)) for place, value in enumerate(values)]
    return CaseWhen(*places, output_field=IntegerField())


def workbook(file_name: str, columns: list[Column], rows: QuerySet[Any]) -> HttpResponse:
    """The rows as an .xlsx file; every text is written as text, never as a formula or a link."""
    response = HttpResponse(content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    response["Content-Disposition"] = f'attachment; filename="{file_name}.xlsx"'
    book = Workbook(response, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet()
    bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "dd/mm/yyyy"})
    for number, column in enumerate(columns):
        sheet.write_string(0, number, str(column.label), bold)
        sheet.set_column(number, number, 24)
    for line, row in enumerate(rows, start=1):
        for number, column in enumerate(columns):
            value = column.value(row)
            if isinstance(value, datetime.date):
                sheet.write_datetime(line, number, datetime.datetime.combine(value, datetime.time()), day)
            elif isinstance(value, int):
                sheet.write_number(line, number, value)
            else:
                sheet.write_string(line, number, "" if value is None else str(value))
    sheet.freeze_panes(1, 0)
    book.close()
    return response
