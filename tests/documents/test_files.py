"""Files: taken by what they contain, kept once by their hash, given out only to who sees the row they belong to."""

import hashlib
import os
import time
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings as configured
from django.contrib.staticfiles import finders
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from inspections.cases.models import Paper, PaperKind
from inspections.cases.services.fieldwork import add_paper
from inspections.documents import storage
from inspections.documents.models import Attachment, StoredFile
from inspections.documents.rules import ALLOWED, safe_name, type_by_content
from inspections.documents.services import attach
from project.demo import stories
from project.demo.drive import PDF, item_of
from project.settings import base
from tests.browse import logged_in, on, text_of
from tests.cast import NOW, at
from tests.stored import everything_stored

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 20


def zipped(*names):
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return target.getvalue()


@pytest.mark.parametrize(
    ("content", "name", "ending"),
    [
        (PDF, "a.pdf", "pdf"),
        (PDF, "a.html", "pdf"),
        (b"\xff\xd8\xff\xe0....", "anh.jpg", "jpg"),
        (PNG, "anh.jpg", "png"),
        (zipped("word/document.xml"), "a.docx", "docx"),
        (zipped("xl/workbook.xml"), "a.docx", "xlsx"),
        ("Sổ nghị quyết".encode(), "a.pdf", "txt"),
        (b"TT;Noi dung", "A.CSV", "csv"),
    ],
)
def test_the_type_is_what_the_bytes_show(content, name, ending):
    kind = type_by_content(content, name)
    assert kind is not None and ALLOWED[kind] == ending


REFUSED = {
    "a page": (b"<!DOCTYPE html><html><script>alert(1)</script>", "bao-cao.pdf"),
    "a page after blanks": (b"\n\n   <html>", "bao-cao.txt"),
    "a drawing": (b'<?xml version="1.0"?><svg onload="alert(1)"/>', "so-do.png"),
    "a bare drawing": (b"<svg/onload=alert(1)>", "so-do.txt"),
    "a script in a text": (b"Kinh gui\n<script src=//x>", "bao-cao.csv"),
    "a program": (b"MZ\x90\x00\x03\x00", "bao-cao.pdf"),
    "another program": (b"\x7fELF\x02\x01\x01\x00", "bao-cao.txt"),
    "an archive": (zipped("a.exe"), "bao-cao.docx"),
    "a torn archive": (b"PK\x03\x04 torn", "bao-cao.xlsx"),
    "an old Office file": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 8, "bao-cao.doc"),
}


@pytest.mark.parametrize(("content", "name"), REFUSED.values(), ids=REFUSED)
def test_what_the_bytes_do_not_show_to_be_a_document_is_not_taken(content, name):
    assert type_by_content(content, name) is None


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("bien-ban.pdf", "bien-ban.pdf"),
        ("Biên bản làm việc.pdf", "Biên bản làm việc.pdf"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\windows\\system.ini", "system.ini"),
        ("C:\\Users\\x\\bien-ban.pdf", "bien-ban.pdf"),
        ("a.pdf\r\nSet-Cookie: x=1", "a.pdf_Set-Cookie_ x=1"),
        ('a";filename="b.exe', "a_;filename=_b.exe"),
        ("a\x00.pdf", "a_.pdf"),
        ("..", "file"),
        ("   ", "file"),
        ("/", "file"),
        ("x" * 300 + ".pdf", "x" * 196 + ".pdf"),
        ("Bie\u0302n ba\u0309n.pdf", "Biên bản.pdf"),
    ],
)
def test_a_name_is_kept_without_what_could_harm(given, kept):
    assert safe_name(given) == kept


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path):
    settings.FILES_ROOT = tmp_path / "files"


@pytest.fixture
def report(cast):
    """The self-report that the cell owes."""
    case = stories.signed(cast, stories.proposed(cast))
    stories.prepared(cast, case)
    stories.announced(cast, case)
    return item_of(case.subjects.get(), "self_report")


@pytest.fixture
def cell(cast):
    """The secretary of the cell at his browser."""
    with on("2026-10-15"):
        return logged_in(cast["dm_secretary"])


def sent(cell, item, *files):
    with on("2026-10-15"):
        return cell.post(item.get_absolute_url(), {"text": "Chi bộ tự kiểm tra.", "files": list(files)})


def on_disk():
    return sorted(
        path.name for path in Path(configured.FILES_ROOT).rglob("*") if path.is_file() and path.name != ".lock"
    )


def test_a_file_that_is_not_taken_is_told_beside_its_field_and_nothing_is_stored(cell, report, settings):
    settings.FILE_SIZE_LIMIT = 1000
    before = everything_stored()
    wrong = [
        (b"", "trong.pdf", "tệp rỗng"),
        (PDF + b"x" * 1000, "to.pdf", "lớn hơn"),
        *((content, name, "không thuộc loại tệp") for content, name in REFUSED.values()),
    ]
    for content, name, said in wrong:
        good = SimpleUploadedFile("tot.pdf", PDF)
        answer = sent(cell, report, good, SimpleUploadedFile(name, content, content_type="application/pdf"))
        assert answer.status_code == 422
        [told] = answer.context["form"].errors["files"]
        assert said in told and name in told
        assert "Chi bộ tự kiểm tra." in text_of(answer)
    assert everything_stored() == before
    assert on_disk() == []


def test_a_file_is_stored_under_its_hash_and_its_row_says_what_it_is(cell, report):
    content = PDF + b"tu kiem tra"
    name = "..\\Báo cáo tự kiểm tra.pdf"
    assert sent(cell, report, SimpleUploadedFile(name, content, content_type="text/html")).status_code == 302
    row = StoredFile.objects.get()
    assert row.sha256 == hashlib.sha256(content).hexdigest()
    assert (row.size, row.content_type) == (len(content), "application/pdf")
    assert on_disk() == [row.sha256]
    assert storage.file_path(row.sha256).read_bytes() == content
    assert Attachment.objects.get().name == "Báo cáo tự kiểm tra.pdf"


def test_the_same_bytes_are_stored_once_whatever_they_are_called(cast, cell, report):
    one, two = SimpleUploadedFile("mot.pdf", PDF), SimpleUploadedFile("hai.pdf", PDF)
    assert sent(cell, report, one, two).status_code == 302
    paper = Paper.objects.get(kind__code="self_report")
    again = attach([SimpleUploadedFile("mot.pdf", PDF)], item=paper, acting_user=cast["dm_secretary"], now=NOW)
    assert StoredFile.objects.count() == 1 == len(on_disk())
    assert sorted(Attachment.objects.values_list("name", flat=True)) == ["hai.pdf", "mot.pdf"]
    assert again[0] == Attachment.objects.get(name="mot.pdf")


@pytest.fixture
def minutes(cast, cell, report):
    """A working paper of the team, with a text that turns into a page far below."""
    assert sent(cell, report).status_code == 302
    content = b"Bien ban.\n" * 1000 + b"<script>alert(1)</script>"
    paper = add_paper(
        acting_user=cast["member"],
        case=report.case,
        kind=PaperKind.objects.get(code="working_minutes"),
        body="Làm việc với chi uỷ.",
        files=[SimpleUploadedFile('bien-ban";x="y.html', content)],
        held_on=at("2026-10-20").date(),
        place="Nhà văn hoá",
        attendees="Đoàn",
        subject=None,
        now=at("2026-10-20"),
    )
    return Attachment.objects.get(item_id=paper.pk)


def fetched(user, attachment, method="get"):
    client = logged_in(user) if user is not None else Client()
    return getattr(client, method)(reverse("documents:download", args=[attachment.pk]))


def test_whatever_it_contains_it_is_given_out_as_a_download_that_no_browser_runs(cast, minutes):
    answer = fetched(cast["vice_chair"], minutes)
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content) == storage.file_path(minutes.file.sha256).read_bytes()
    assert answer["Content-Type"] == "text/plain"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"].startswith("attachment; ")
    assert answer["Content-Disposition"].count("filename") == 1
    assert "default-src 'none'; sandbox" in answer["Content-Security-Policy"]


def test_it_is_given_out_to_who_sees_the_row_and_to_nobody_else(cast, minutes):
    def codes():
        people = ("vice_chair", "chair", "dm_secretary", "stranger", "administrator")
        return {who: fetched(cast[who], minutes).status_code for who in people}

    wanted = {"vice_chair": 200, "chair": 200, "dm_secretary": 404, "stranger": 404, "administrator": 404}
    assert codes() == wanted
    assert fetched(cast.root, minutes).status_code == 404
    assert fetched(None, minutes).status_code == 302
    not_there = Attachment(pk=987_654_321)
    assert fetched(cast["stranger"], minutes).content == fetched(cast["stranger"], not_there).content


def test_it_is_not_changed_through_its_address(cast, minutes):
    for method in ("post", "put", "delete", "patch"):
        assert fetched(cast["vice_chair"], minutes, method).status_code == 405


def test_stored_files_lie_outside_everything_that_is_served(cast, minutes):
    served = [Path(base.STATIC_ROOT), *map(Path, base.STATICFILES_DIRS)]
    kept = Path(base.FILES_ROOT)
    assert not [place for place in served if place == kept or place in kept.parents or kept in place.parents]
    sha256 = minutes.file.sha256
    assert finders.find(f"{sha256[:2]}/{sha256}") is None
    for address in (f"/static/{sha256[:2]}/{sha256}", f"/files/{sha256[:2]}/{sha256}", f"/media/{sha256}"):
        assert logged_in(cast["vice_chair"]).get(address).status_code == 404
    with pytest.raises(AttributeError):
        base.MEDIA_ROOT  # nothing is kept where Django itself would serve it


def aged(path):
    os.utime(path, (time.time() - 2 * storage.DAY,) * 2)
    return path


def kept(content):
    return storage.file_path(storage.keep(content))


def test_cleaning_takes_old_strays_and_nothing_else(cast, minutes):
    named, young, old = storage.file_path(minutes.file.sha256), kept(b"young"), aged(kept(b"old"))
    half = young.with_name("tmphalf")
    half.write_bytes(PDF[:5])
    for path in (half, named):
        aged(path)
    assert sorted(storage.strays()) == sorted([old, half])
    assert storage.clean() == 2
    assert named.exists() and young.exists() and not old.exists() and not half.exists()
    assert storage.clean() == 0


def test_bytes_given_again_are_young_again_so_that_cleaning_leaves_them(db):
    path = aged(kept(b"given twice"))
    assert list(storage.strays()) == [path]
    assert kept(b"given twice") == path
    assert list(storage.strays()) == []


def test_bytes_that_are_given_again_while_somebody_cleans_stay(db, monkeypatch):
    path = aged(kept(b"given while cleaning"))
    found = list(storage.strays())
    monkeypatch.setattr(storage, "strays", lambda older_than: found)
    kept(b"given while cleaning")
    assert storage.clean() == 0
    assert path.exists()


def test_a_file_is_whole_in_its_place_or_not_there(db, monkeypatch):
    def full(handle):
        raise OSError("no space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="no space"):
        storage.keep(b"x" * 1000)
    path = storage.file_path(hashlib.sha256(b"x" * 1000).hexdigest())
    assert not path.exists()
    monkeypatch.undo()
