"""A spreadsheet to fill in, for those who start from nothing."""

from io import BytesIO

from django.utils.translation import gettext as _
from xlsxwriter import Workbook

from inspections.imports.plans import Kind


def blank_workbook(kind: Kind) -> bytes:
    """An .xlsx whose header the import of this kind understands, with an example line on a sheet of its own."""
    target = BytesIO()
    book = Workbook(target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    head = book.add_format({"bold": True, "text_wrap": True, "bottom": 1, "valign": "top"})
    text = book.add_format({"num_format": "@"})
    sheet = book.add_worksheet(_("To fill in"))
    example = book.add_worksheet(_("Example"))
    for column, field in enumerate(kind.fields):
        for one in (sheet, example):
            one.write_string(0, column, str(field.label), head)
        sheet.set_column(column, column, 26, text)
        example.set_column(column, column, 26)
        example.write_string(1, column, field.example)
    sheet.freeze_panes(1, 0)
    book.close()
    return target.getvalue()
