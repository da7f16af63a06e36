"""Bad input as tables: a good form with one thing wrong is refused beside its field, nothing lost, nothing stored."""

from dataclasses import dataclass, field
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings

from project.demo.drive import item_of
from tests.browse import as_typed, logged_in, on, words_of
from tests.filled import beside, stored, values_of

NOT_IN_LIST = "Hãy chọn trong danh sách: giá trị đã gửi không có, hoặc không còn trong danh sách."
FUTURE = "Ngày này còn chưa đến; hãy nhập ngày đã diễn ra."
NEEDED = "Trường này là bắt buộc."
NO_DATE = "Nhập một ngày hợp lệ"
SIGNED = "Ngày này trước ngày ký quyết định."
PAST = "Ngày này đã qua."
BLANK = "Hãy viết nội dung vào đây."
AHEAD = "Mốc thời gian kiểm tra còn chưa đến. Hãy chọn ngày cuối không sau hôm nay."
NOT_A_CHOICE = "Hãy chọn một lựa chọn hợp lệ."
FORGED = [999_999, "abc", -1, 2**70, "²"]
NO = ""


@dataclass
class Bad:
    """What is changed in a good form, at which field which sentence stands (no field: on top)."""

    changes: dict[str, Any]
    field: str
    sentence: str
    files: dict[str, Any] = field(default_factory=dict)


def wrong(name: str, value: Any, sentence: str, at_field: str | None = None) -> Bad:
    return Bad({name: value}, name if at_field is None else at_field, sentence)


def forged(name: str, *more: Any) -> list[Bad]:
    """A picker that gets what its list does not have."""
    return [wrong(name, value, NOT_IN_LIST) for value in [*FORGED, *more]]


def bad_files(name: str) -> list[Bad]:
    """An empty file, one of a kind that is not taken under a name that is, one too large."""
    uploads = [
        (SimpleUploadedFile("trong.pdf", b""), "trong.pdf là tệp rỗng."),
        (SimpleUploadedFile("bien-ban.pdf", b"MZ\x90\x00\x03\x00\x00\x00 program"), "không thuộc loại tệp được nhận"),
        (SimpleUploadedFile("trang.pdf", b"<html><script>alert(1)</script>"), "không thuộc loại tệp được nhận"),
        (SimpleUploadedFile("to.pdf", b"%PDF-1.4\n" + b"0" * 3000), "lớn hơn"),
    ]
    return [Bad({}, name, sentence, {name: upload}) for upload, sentence in uploads]


def send(browser: Client, address: str, fields: dict[str, Any], files: Any = None) -> Any:
    typed = {name: as_typed(value) for name, value in fields.items()}
    return browser.post(address, {**typed, **(files or {})})


def complaints(cast, who: str, address: str, good: dict[str, Any], row: Bad, files: Any = None) -> list[str]:
    """What is wrong with the way a bad form is refused; nothing, when it is refused as it should."""
    fields = {name: value for name, value in {**good, **row.changes}.items() if value is not None}
    browser = logged_in(cast[who])
    before = stored()
    for upload in row.files.values():
        upload.seek(0)
    for upload in (files or {}).values():
        upload.seek(0)
    response = send(browser, address, fields, {**(files or {}), **row.files})
    told = f"{address} {row.changes or list(row.files.values())}"
    if response.status_code != 422:
        return [f"{told}: {response.status_code}"]
    found = []
    place = beside(response, row.field) if row.field else words_of(response)
    if row.sentence not in place:
        found.append(f"{told}: “{row.sentence}” not beside {row.field or 'the form'}: {place[:300]}")
    if stored() != before:
        found.append(f"{told}: something is stored")
    shown = values_of(response)
    for name, value in fields.items():
        values = [str(one) for one in (as_typed(value) if isinstance(value, list) else [as_typed(value)])]
        is_forged = name in row.changes and row.sentence in (NOT_IN_LIST, NOT_A_CHOICE)
        # a password is never written into a page
        if values != [""] and not is_forged and name != "password" and sorted(shown.get(name, [])) != sorted(values):
            found.append(f"{told}: {name} was typed as {values} and shows {shown.get(name)}")
    return found


@dataclass
class Walk:
    """One case on its way; what is refused in the wrong way is gathered."""

    cast: Any
    found: list[str] = field(default_factory=list)

    def page(
        self,
        who: str,
        day: str,
        address: str,
        good: dict[str, Any],
        bad: list[Bad],
        files: Any = None,
        hour: int = 9,
    ) -> None:
        with on(day, hour), override_settings(FILE_SIZE_LIMIT=2000):
            for row in bad:
                self.found += complaints(self.cast, who, address, good, row, files)
            for upload in (files or {}).values():
                upload.seek(0)
            response = send(logged_in(self.cast[who]), address, good, files)
        assert response.status_code == 302, f"{address}: {words_of(response)}"

    def step(self, who: str, day: str, about: Any, node: str, good: Any, bad: list[Bad], **options: Any) -> None:
        self.page(who, day, item_of(about, node).get_absolute_url(), good, bad, **options)
