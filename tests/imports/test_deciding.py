"""From the file to what is stored: columns chosen by hand, doubts, stale pages, two at once, the blank to fill in."""

import datetime
import io

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.urls import reverse
from openpyxl import load_workbook

from inspections.imports.models import Import, RememberedColumns
from inspections.organisations.imports import offices
from inspections.organisations.models import Organisation, Person
from inspections.organisations.services import correct_organisation
from permissions.models import AuditEntry
from tests.browse import send
from tests.cast import NOW
from tests.imports.books import OFFICES, ORGANISATIONS, book, sent
from tests.imports.taking import DATA, file, preview, settle, states, take, upload
from tests.imports.taking import ORGANISATIONS as AS_IT_IS

pytestmark = pytest.mark.django_db
CELL = (1, "97.101.001.000.000", "Chi bộ thôn Một", "CB", None, datetime.date(2012, 12, 15), 20, 1)
STRANGE = ("A", "B", "C", "D", "E", "F", "G", "H")


def columns_of(place, one):
    """What the form of columns would send as it stands."""
    form = place.admin.get(one.get_absolute_url()).context["columns_form"]
    return {name: form[name].value() or "" for name in form.fields}


def choose(place, one, status=302, **changes):
    return send(
        place.admin, reverse("imports:columns", args=[one.pk]), status=status, **(columns_of(place, one) | changes)
    )


# columns


def test_columns_that_no_word_tells_are_chosen_and_remembered_for_files_of_that_shape(place):
    rows = [("Danh sách",), STRANGE, CELL]
    one = upload(place.admin, "organisations", place.commune, book(rows))
    assert preview(place.admin, one).missing
    choose(place, one, header_row=2)
    choose(place, one, column_name=2, column_code=1, column_type=3)
    assert states(preview(place.admin, one)) == {"new": {3: ""}}

    next_one = upload(place.admin, "organisations", place.commune, book([("Một dòng nữa",), *rows, CELL]))
    shown = preview(place.admin, next_one)
    assert (shown.layout.header_row, shown.layout.columns) == (3, {"name": 2, "code": 1, "type": 3})


def test_what_one_commune_chose_is_no_guess_for_another(place):
    one = upload(place.admin, "organisations", place.commune, book([ORGANISATIONS, CELL]))
    choose(place, one, column_founded="")
    assert RememberedColumns.objects.get().organisation == place.commune
    place.admin.force_login(place.cast.root)
    other = upload(place.admin, "organisations", place.cast.organisation("ward"), book([ORGANISATIONS, CELL]))
    assert "founded" in preview(place.admin, other).layout.columns


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"column_name": 99}, "column_name"),
        ({"column_name": -1}, "column_name"),
        ({"column_name": "2; drop"}, "column_name"),
        ({"column_name": 1}, "__all__"),
        ({"sheet": "Tờ khác"}, "sheet"),
        ({"header_row": 999}, "header_row"),
        ({"header_row": 0}, "header_row"),
        ({"header_row": "x"}, "header_row"),
        ({"header_rows": 7}, "header_rows"),
    ],
)
def test_a_forged_choice_of_columns_is_refused_beside_its_field(place, changes, field):
    one = upload(place.admin, "organisations", place.commune, book([ORGANISATIONS, CELL]))
    answer = choose(place, one, status=422, **changes)
    assert list(answer.context["columns_form"].errors) == [field]
    before = one.columns
    one.refresh_from_db()
    assert one.columns == before


def test_a_required_column_may_be_taken_away_but_then_nothing_is_stored(place):
    one = upload(place.admin, "organisations", place.commune, book([ORGANISATIONS, CELL]))
    choose(place, one, column_name="")
    assert [str(label) for label in preview(place.admin, one).missing] == ["Tên"]
    take(place.admin, one, status=409)
    assert not Organisation.objects.filter(name="Chi bộ thôn Một").exists()


# doubts


def test_a_forged_answer_to_a_doubt_is_refused(place):
    one = upload(place.admin, "organisations", place.commune, file(AS_IT_IS))
    form = place.admin.get(one.get_absolute_url()).context["doubts_form"]
    answer = place.admin.post(
        reverse("imports:doubts", args=[one.pk]), {"keys": form["keys"].value(), "doubt_0": "999"}
    )
    assert answer.status_code == 422
    assert list(answer.context["doubts_form"].errors) == ["doubt_0"]


def test_doubts_left_open_stay_open_and_answers_can_be_changed(place):
    one = upload(place.admin, "organisations", place.commune, file(AS_IT_IS))
    form = place.admin.get(one.get_absolute_url()).context["doubts_form"]
    send(place.admin, reverse("imports:doubts", args=[one.pk]), keys=form["keys"].value(), doubt_0="")
    assert preview(place.admin, one).counts["doubt"] == 2
    for row in ("35", "11"):
        settle(place.admin, one, {"twice:": row})
    assert preview(place.admin, one).counts["doubt"] == 0
    take(place.admin, one)
    assert Organisation.objects.get(code="97.101.003.000.000").full_members == 22


# what is stored is what was seen


def test_a_preview_that_somebody_overtook_is_not_stored(place):
    take(place.admin, upload(place.admin, "organisations", place.commune, book([ORGANISATIONS, CELL])))
    cell = Organisation.objects.get(name="Chi bộ thôn Một")
    one = upload(place.admin, "organisations", place.commune, book([ORGANISATIONS, (*CELL[:6], 30, 1)]))
    seen = preview(place.admin, one).digest
    correct_organisation(acting_user=place.user, organisation=cell, full_members=25, now=NOW)
    answer = send(place.admin, reverse("imports:carry_out", args=[one.pk]), status=422, seen=seen)
    assert "thay đổi" in answer.content.decode()
    cell.refresh_from_db()
    one.refresh_from_db()
    assert (cell.full_members, one.state) == (25, Import.State.OPEN)
    take(place.admin, one)
    cell.refresh_from_db()
    assert cell.full_members == 30


@pytest.mark.parametrize("seen", ["", "0" * 64])
def test_a_forged_digest_stores_nothing(place, seen):
    one = upload(place.admin, "organisations", place.commune, book([ORGANISATIONS, CELL]))
    send(place.admin, reverse("imports:carry_out", args=[one.pk]), status=422, seen=seen)
    assert not Organisation.objects.filter(name="Chi bộ thôn Một").exists()


def test_a_file_taken_in_or_given_up_is_over(place):
    one = upload(place.admin, "organisations", place.commune, book([ORGANISATIONS, CELL]))
    seen = preview(place.admin, one).digest
    columns = columns_of(place, one)
    take(place.admin, one)
    for route, sent_form in (
        ("carry_out", {"seen": seen}),
        ("give_up", {}),
        ("columns", columns),
        ("doubts", {"keys": ""}),
    ):
        send(place.admin, reverse(f"imports:{route}", args=[one.pk]), status=409, **sent_form)
    other = upload(place.admin, "organisations", place.commune, book([ORGANISATIONS, CELL]))
    send(place.admin, reverse("imports:give_up", args=[other.pk]))
    send(place.admin, reverse("imports:carry_out", args=[other.pk]), status=409, seen=seen)
    assert Organisation.objects.filter(name="Chi bộ thôn Một").count() == 1


def test_a_line_that_fails_takes_all_the_others_back(place, monkeypatch):
    rows = [
        OFFICES,
        *((1, f"Lê Văn {name}", None, "Bí thư", "Chi bộ thôn Một", None, "1/1/2026", None) for name in "ABC"),
    ]
    take(place.admin, upload(place.admin, "organisations", place.commune, book([ORGANISATIONS, CELL])))
    one = upload(place.admin, "offices", place.commune, book(rows))
    seen = preview(place.admin, one).digest
    entries = AuditEntry.objects.count()

    def refuse(*, person, **facts):
        if person.full_name.endswith("C"):
            raise ValidationError("Không nhận.")

    monkeypatch.setattr(offices, "give_office", refuse)
    answer = send(place.admin, reverse("imports:carry_out", args=[one.pk]), status=422, seen=seen)
    assert "Dòng 4: Không nhận." in answer.content.decode()
    assert (Person.objects.filter(full_name__startswith="Lê Văn").count(), AuditEntry.objects.count()) == (0, entries)


# a spreadsheet to fill in


@pytest.mark.parametrize(("kind", "columns"), [("organisations", 7), ("offices", 7)])
def test_the_blank_is_understood_when_it_comes_back_filled(place, kind, columns):
    blank = place.admin.get(reverse("imports:blank", args=[kind])).content
    made = load_workbook(io.BytesIO(blank))
    assert made.sheetnames == ["Điền vào đây", "Ví dụ"]
    sheet, example = made.worksheets
    for column, cell in enumerate(example[2], start=1):
        sheet.cell(2, column).value = cell.value
    if kind == "offices":
        place.cast.add_organisation("muoi", "Chi bộ thôn Đồng Muối", "cell", "commune")
    shown = preview(place.admin, upload(place.admin, kind, place.commune, sent(made)))
    assert len(shown.layout.columns) == columns
    assert (shown.layout.sheet, [line.state for line in shown.lines]) == ("Điền vào đây", ["new"])


def test_an_empty_blank_has_no_line(place):
    blank = place.admin.get(reverse("imports:blank", args=["organisations"])).content
    made = load_workbook(io.BytesIO(blank))
    del made["Ví dụ"]
    assert preview(place.admin, upload(place.admin, "organisations", place.commune, sent(made))).lines == []


# the command


def test_the_command_prints_the_preview_and_takes_in_what_is_decided(place, capsys):
    arguments = [
        "import_spreadsheet",
        "--kind",
        "organisations",
        "--into",
        str(place.commune.pk),
        "--as",
        "administrator",
    ]
    path = str(DATA / AS_IT_IS)
    call_command(*arguments, path)
    told = capsys.readouterr().out
    one = upload(place.admin, "organisations", place.commune, file(AS_IT_IS))
    for line in preview(place.admin, one).lines:
        assert any(
            row.split() and row.split()[0] == str(line.record.number) and line.title in row for row in told.splitlines()
        )
    assert "“CB thôn An Lộc” → Chi bộ thôn An Lộc" in told
    assert "--answer 'twice:97.101.003.000.000=…'" in told
    assert "new 24, skipped 4, doubt 2" in told
    assert Organisation.objects.count() == 5

    with pytest.raises(CommandError, match="chưa lưu gì"):
        call_command(*arguments, "--take", path)
    call_command(*arguments, "--take", "--answer", "twice:97.101.003.000.000=11", path)
    assert Organisation.objects.count() == 5 + 25
    assert list(Import.objects.exclude(pk=one.pk).values_list("state", flat=True)) == ["done", "given_up", "given_up"]


@pytest.mark.parametrize(
    "changes", [{"--as": "niemand"}, {"--into": "0"}, {"path": "/nirgends.xlsx"}, {"--as": "stranger"}]
)
def test_the_command_refuses_who_and_what_it_does_not_know(place, changes):
    place.cast.add_user("stranger", "Cao Bá Thước", "administrator", "ward")
    given = {"--kind": "organisations", "--into": str(place.commune.pk), "--as": "administrator"} | changes
    path = given.pop("path", str(DATA / AS_IT_IS))
    with pytest.raises(CommandError):
        call_command("import_spreadsheet", *[word for pair in given.items() for word in pair], path)
    assert Import.objects.count() == 0
