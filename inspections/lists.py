"""The one way of list pages: filters in the address, sort, pages, counts, export of exactly what is filtered."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from xlsxwriter import Workbook

SIZES = (25, 50, 100)


class FilterForm(forms.Form):
    """Filters that live in the address; `narrow` applies those that are set."""

    q = forms.CharField(label=_("Words"), required=False, widget=forms.TextInput(attrs={"type": "search"}))

    def __init__(self, data: Any, *, request: HttpRequest) -> None:
        self.request = request
        super().__init__(data, auto_id="filter_%s")
        for field in self.fields.values():
            if isinstance(field, forms.ModelChoiceField):
                field.empty_label = "—"

    def narrow(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """The rows that pass the filters."""
        given = self.cleaned_data if self.is_valid() else {}
        return rows.matching(given["q"]) if given.get("q") else rows  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Column:
    """One column of an export: its head and how a row fills it."""

    label: Any
    value: Callable[[Any], Any]


@dataclass(frozen=True)
class ListPage:
    """What a list is made of. sorts: key in the address -> ordering, turned round by a minus before the key; the
    first is the default."""

    template: str
    filters: type[FilterForm]
    sorts: dict[str, tuple[str, ...]]
    columns: list[Column]
    file_name: str

    def respond(self, request: HttpRequest, rows: QuerySet[Any], **context: Any) -> HttpResponse:
        """The page, or the workbook when `export=xlsx` stands in the address.

        rows: what the user may see. context: what else the template shows."""
        filters = self.filters(request.GET, request=request)
        sort = request.GET.get("sort", "")
        ordering = self.sorts.get(sort.removeprefix("-")) or next(iter(self.sorts.values()))
        if sort.startswith("-"):
            ordering = tuple(_turned(name) for name in ordering)
        found = filters.narrow(rows).order_by(*ordering, "pk")
        if request.GET.get("export") == "xlsx":
            return workbook(self.file_name, self.columns, found)
        size = int(request.GET["size"]) if request.GET.get("size", "") in map(str, SIZES) else SIZES[0]
        page = Paginator(found, size).get_page(request.GET.get("page"))
        shown = {
            "page": page,
            "page_sizes": SIZES,
            "filters": filters,
            "sort": sort,
            "today": timezone.localdate(),
            **context,
        }
        return render(request, self.template, shown)


def _turned(name: str) -> str:
    return name[1:] if name.startswith("-") else f"-{name}"


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
