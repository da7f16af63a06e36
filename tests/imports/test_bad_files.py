"""Files that cannot be taken in: each is refused beside its field with what to do, and nothing is kept of it."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook

from inspections.documents.models import StoredFile
from inspections.imports.models import Import
from inspections.imports.sheets import BIGGEST, LONGEST
from tests.imports.books import ORGANISATIONS, book, sent

pytestmark = pytest.mark.django_db
OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PARTS = "[Content_Types].xml", "_rels/.rels", "xl/workbook.xml"


def zipped(**parts: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return target.getvalue()


def bomb() -> bytes:
    """A workbook of some kilobytes whose sheet is too large once unpacked."""
    target = io.BytesIO(book([ORGANISATIONS]).read())
    with zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet9.xml", b" " * (BIGGEST + 1))
    return target.getvalue()


def long_sheet() -> bytes:
    made = Workbook()
    made.active.append(["Tên tổ chức đảng"])
    made.active.cell(LONGEST + 1, 1).value = "Chi bộ"
    return sent(made).read()


def part(name: str, content: bytes) -> dict[str, bytes]:
    return {name: content}


BAD = {
    "a picture": ("a.png", b"\x89PNG\r\n\x1a\n" + b"0" * 64, "không phải bảng tính"),
    "a picture named as a workbook": ("a.xlsx", b"\x89PNG\r\n\x1a\n" + b"0" * 64, "không phải bảng tính"),
    "a program": ("a.xlsx", b"MZ\x90\x00" + b"\x00" * 64, "không thuộc loại tệp"),
    "a page": ("a.csv", b"<html><script>1</script></html>", "không thuộc loại tệp"),
    "an empty file": ("a.xlsx", b"", "tệp rỗng"),
    "an old workbook": ("a.xls", OLD + b"\x00" * 2048, ".xls"),
    "an old workbook under a new name": ("a.xlsx", OLD + b"\x00" * 2048, ".xls"),
    "a workbook with a password": ("a.xlsx", OLD + b"\x00" * 600 + "EncryptedPackage".encode("utf-16-le"), "mật khẩu"),
    "a zip of something": ("a.xlsx", zipped(**part("a.txt", b"a")), "không thuộc loại tệp"),
    "a Word document": ("a.xlsx", zipped(**part("word/document.xml", b"<a/>")), "không phải bảng tính"),
    "a broken workbook": ("a.xlsx", zipped(**part("xl/workbook.xml", b"<workbook")), "Không mở được"),
    "half a workbook": ("a.xlsx", book([ORGANISATIONS]).read()[:2000], "không thuộc loại tệp"),
    "an empty workbook": ("a.xlsx", book([]).read(), "không có dòng nào"),
    "a text of blanks": ("a.csv", b"  \r\n;;\r\n", "không có dòng nào"),
    "letters that nobody knows": ("a.csv", bytes(range(128, 256)) * 20, "Không đọc được chữ"),
    "a bomb": ("a.xlsx", bomb(), "quá lớn"),
    "more rows than are taken": ("a.xlsx", long_sheet(), "20000"),
}  # fmt: skip


@pytest.mark.parametrize("what", BAD)
def test_a_file_that_is_none_is_refused_beside_its_field(place, what):
    name, content, words = BAD[what]
    address = reverse("imports:begin", args=["organisations", place.commune.pk])
    answer = place.admin.post(address, {"file": SimpleUploadedFile(name, content)})
    assert answer.status_code == 422
    (complaint,) = answer.context["form"].errors["file"]
    assert words in complaint.lower() or words in complaint
    assert (Import.objects.count(), StoredFile.objects.count()) == (0, 0)


def test_a_file_of_thirty_megabytes_is_refused(place):
    address = reverse("imports:begin", args=["organisations", place.commune.pk])
    answer = place.admin.post(address, {"file": SimpleUploadedFile("a.csv", b"Ten;Ma\r\n" * (30 * 1024 * 1024 // 8))})
    assert answer.status_code == 422
    assert "20" in answer.context["form"].errors["file"][0]


def test_no_file_is_refused_beside_its_field(place):
    answer = place.admin.post(reverse("imports:begin", args=["organisations", place.commune.pk]))
    assert answer.status_code == 422
    assert "file" in answer.context["form"].errors


def test_entities_in_a_workbook_are_not_unfolded(place):
    with zipfile.ZipFile(book([ORGANISATIONS, (1, "", "Chi bộ A")])) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    evil = f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY e0 "aaaaaaaaaa">{entities}]>'.encode()
    sheet = parts["xl/worksheets/sheet1.xml"]
    told = sheet[sheet.index(b"<worksheet") :].replace("Chi bộ A".encode(), b"&e9;")
    assert b"&e9;" in told
    parts["xl/worksheets/sheet1.xml"] = evil + told
    address = reverse("imports:begin", args=["organisations", place.commune.pk])
    answer = place.admin.post(address, {"file": SimpleUploadedFile("a.xlsx", zipped(**parts))})
    assert answer.status_code == 422
    assert "Không mở được" in answer.context["form"].errors["file"][0]


def test_a_workbook_of_another_kind_says_which_columns_it_lacks(place):
    address = reverse("imports:begin", args=["offices", place.commune.pk])
    answer = place.admin.post(address, {"file": book([("Ngày", "Số tiền"), ("1/1/2026", 3)])}, follow=True)
    assert answer.status_code == 200
    assert [str(one) for one in answer.context["preview"].missing] == ["Họ và tên", "Chức vụ", "Tổ chức"]
    assert "Họ và tên, Chức vụ, Tổ chức" in answer.content.decode()
