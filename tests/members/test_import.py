"""Lists of members (shared/data 03 and 07) as they are, and what other lists of the kind do."""

import csv
import io
import unicodedata
from datetime import date as D

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from inspections.imports.services import preview_of
from inspections.members.models import Exemption, Member, Membership, PastDiscipline
from inspections.members.queries import roll_of
from inspections.members.services import exempt_member, release_member, transfer_member
from inspections.organisations.services import add_person
from permissions import audit
from permissions.models import AuditEntry
from tests.browse import logged_in, on
from tests.cast import NOW
from tests.imports.taking import DATA, file, line_of, preview, read, settle, take, upload, wrong

pytestmark = pytest.mark.django_db
PRESENT, OLD = "03-dang-vien.csv", "07-danh-sach-cu-tcvn3.csv"
HEAD = "Mã chi bộ;Số thẻ đảng;Họ và tên;Ngày sinh;Giới tính;Ngày vào Đảng;Ngày chính thức;Sinh hoạt"
TODAY = NOW.date()


@pytest.fixture(autouse=True)
def clock():
    """Pages ask the machine for the day; a run that goes on over midnight has one day all the same."""
    with on(TODAY.isoformat()):
        yield


def text_file(text, encoding="utf-8", name="ds.csv"):
    return SimpleUploadedFile(name, text.encode(encoding))


def rows(*lines, head=HEAD):
    return text_file("\n".join([head, *lines]))


def line(card="97000000", name="Mai Mạnh Bình", born="16/3/1972", full="03/05/1997", status="chính thức", cell=1):
    return f"97.101.{cell:03d}.000.000;{card};{name};{born};Nữ;3/5/1996;{full};{status}"


def taken(lists, sent, **answers):
    """Takes the file in through the pages."""
    sent.seek(0)
    one = upload(lists.admin, "members", lists.commune, sent)
    if answers:
        settle(lists.admin, one, answers)
    take(lists.admin, one)
    one.refresh_from_db()
    assert one.state == "done"
    return one


def shown(lists, sent, **answers):
    sent.seek(0)
    return read(lists.user, "members", lists.commune, sent, **answers)


def member(name="Mai Mạnh Bình"):
    return Member.objects.get(full_name=name)


# the present list as it is


def test_the_one_letter_that_may_be_two_things_is_asked_once_and_all_else_is_read(lists):
    seen = shown(lists, file(PRESENT))
    assert seen.counts == {"new": 482, "changed": 0, "same": 0, "skipped": 0, "doubt": 160, "wrong": 0}
    ((question, lines),) = seen.questions
    assert (question.text, len(lines)) == ("“N” ở cột giới tính nghĩa là gì?", 160)


def test_the_whole_list_comes_in_as_it_is_and_the_same_file_again_changes_nothing(lists):
    before = Member.objects.count()
    entries = AuditEntry.objects.count()
    taken(lists, file(PRESENT), sex="nữ")

    new = Member.objects.exclude(card_number="", admitted_on=None)
    assert Member.objects.count() == before + 642
    assert new.filter(standing="probationary").count() == 32
    assert not new.filter(standing="probationary").exclude(full_on=None, card_number="").exists()
    assert Exemption.objects.count() == 68
    assert Membership.objects.filter(kind="temporary", cell=None).count() == 31
    assert AuditEntry.objects.count() - entries >= 642
    assert list(audit.faults()) == []
    roll = {one.person.full_name: one for one in roll_of(lists.cell(1), TODAY)}
    assert roll["Mai Quang Trang"].is_exempt
    assert roll["Lê Công Hùng"].is_away
    assert roll["Phạm Xuân Ngân"].standing == "probationary"
    assert roll["Mai Mạnh Bình"].is_expected

    again = upload(lists.admin, "members", lists.commune, file(PRESENT))
    settle(lists.admin, again, {"sex": "nữ"})
    assert preview(lists.admin, again).counts["same"] == 642


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1258"])
def test_columns_in_another_order_and_letters_of_another_kind_are_the_same_list(lists, encoding):
    content = (DATA / PRESENT).read_bytes().decode("utf-8-sig")
    read_rows = list(csv.DictReader(io.StringIO(content), delimiter=";"))[:30]
    names = [
        "Giới tính",
        "Sinh hoạt",
        "Ngày chính thức",
        "Họ và tên",
        "Mã chi bộ",
        "Ngày sinh",
        "Số thẻ đảng",
        "Ngày vào Đảng",
    ]
    out = io.StringIO()
    writer = csv.DictWriter(out, names, delimiter=",", extrasaction="ignore")
    writer.writeheader()
    writer.writerows({**row, "Giới tính": "Nam"} for row in read_rows)
    if encoding == "cp1258":
        sent = SimpleUploadedFile("ds.csv", as_cp1258(out.getvalue()))
    else:
        sent = text_file(out.getvalue(), encoding)
    taken(lists, sent)
    assert member("Hoàng Thu Thảo").card_number == "97000014"
    assert member("Hoàng Thu Thảo").organisation == lists.cell(1)
    assert Member.objects.exclude(admitted_on=None).count() == 30


def as_cp1258(text):
    """The text as Windows keeps Vietnamese: the letter, then its tone."""
    found = []
    for mark in unicodedata.normalize("NFC", text):
        try:
            found.append(mark.encode("cp1258"))
        except UnicodeEncodeError:
            plain = unicodedata.normalize("NFD", mark)
            tones = [one for one in plain if one in "\u0300\u0301\u0303\u0309\u0323"]
            rest = unicodedata.normalize("NFC", "".join(one for one in plain if one not in tones))
            found.append((rest + "".join(tones)).encode("cp1258"))
    return b"".join(found)


# the old list


def test_the_old_list_finds_its_members_in_the_present_one_and_adds_the_discipline(lists):
    taken(lists, file(PRESENT), sex="nữ")
    seen = shown(lists, file(OLD))
    disciplined = sum(1 for one in seen.lines if one.state == "changed")
    assert seen.counts == {**dict.fromkeys(seen.counts, 0), "changed": disciplined, "same": 30 - disciplined}
    taken(lists, file(OLD))

    assert PastDiscipline.objects.count() == disciplined == 15
    told = PastDiscipline.objects.get(person=member("Tô Xuân Thuý"))
    assert (told.form, told.year, told.told) == ("reprimand", None, "khiển trách")
    assert member("Tô Xuân Thuý").admitted_on.strftime("%d/%m/%Y") == "26/03/1998"  # the old list knows the year only
    assert shown(lists, file(OLD)).counts["same"] == 30


def test_the_old_list_alone_is_kept_as_exactly_as_it_tells(lists):
    taken(lists, file(OLD))
    one = member("Lê Hải Tâm")
    assert (one.admitted_on.year, one.admitted_precision) == (2021, "year")
    assert one.organisation.name == "Chi bộ thôn Hố Nghệ"
    assert shown(lists, file(OLD)).counts["same"] == 30


def test_namesakes_are_a_doubt_and_nothing_is_stored_before_it_is_settled(lists):
    cell = lists.cell(2)
    for born in (None, None):
        add_person(acting_user=lists.user, now=NOW, full_name="Tô Xuân Thuý", organisation=cell, born_on=born)
    sent = rows(
        "Tô Xuân Thuý,Chi bộ thôn Suối Đá,1998,khiển trách", head="Họ và tên,Chi bộ,Năm vào Đảng,Hình thức kỷ luật"
    )
    seen = shown(lists, sent)
    assert seen.counts["doubt"] == 1
    (question,) = seen.lines[0].questions
    assert question.text == "“Tô Xuân Thuý” là ai?"
    assert [choice.value for choice in question.choices][-2:] == ["new", "leave"]
    wanted = question.choices[1].value
    taken(lists, sent, member=wanted)
    assert PastDiscipline.objects.get().person_id == int(wanted)
    assert member_of(wanted).admitted_precision == "year"


def member_of(key):
    return Member.objects.get(pk=key)


def test_the_same_letters_without_the_accent_are_another_name_and_another_place_of_the_tone_is_not(lists):
    taken(lists, rows(line(name="Lê Hoà", card="")))
    seen = shown(lists, rows(line(name="Lê Hòa", card="")))
    assert seen.counts["same"] == 1
    assert shown(lists, rows(line(name="Lê Hoa", card=""))).counts["new"] == 1


# what cannot be


@pytest.mark.parametrize(
    ("lines", "row", "cell", "words"),
    [
        ([line(), line(name="Lê Văn Khác", born="1/1/1980")], 3, "B3", "Các dòng 2, 3 nói về cùng một đảng viên"),
        ([line(full="02/05/1996")], 2, "G2", "Ngày công nhận chính thức trước ngày vào Đảng."),
        ([line(status="dự bị")], 2, "G2", "Đảng viên dự bị chưa có ngày công nhận chính thức."),
        ([line(born="31/02/1972")], 2, "D2", "“31/02/1972” không phải ngày"),
        ([line(full="24/11/2026")], 2, "G2", "Ngày này còn chưa đến."),
        (["97.101.000.000.000;;Lê A;;;;;chính thức", line()], 2, "A2", "không phải là chi bộ"),
        ([";;Lê A;1/2/1980;;;;chính thức"], 2, "A2", "Thiếu chi bộ."),
    ],
)
def test_what_cannot_be_is_told_with_its_cell_and_nothing_is_stored(lists, lines, row, cell, words):
    place, told = wrong(shown(lists, rows(*lines)), row)
    assert place == cell
    assert words in told


def test_a_card_of_a_member_of_another_commune_is_wrong(lists):
    person = add_person(
        acting_user=lists.cast.root, now=NOW, full_name="Lê Lạ", organisation=lists.cast.organisation("ward_cell")
    )
    Member.objects.filter(pk=person.pk).update(card_number="97000000")
    place, told = wrong(shown(lists, rows(line())), 2)
    assert place == "B2"
    assert "tổ chức khác" in told


def test_a_mark_that_is_not_known_is_asked_once_for_all_like_it(lists):
    sent = rows(line(status="SH tạm thời"), line(card="1", name="Lê B", born="1/1/1970", status="SH tạm thời"))
    ((_question, asked),) = shown(lists, sent).questions
    assert len(asked) == 2
    seen = shown(lists, sent, status="away")
    assert seen.counts["new"] == 2


# what changes


def test_a_member_whom_the_list_has_in_another_cell_is_asked_about_and_transferred(lists):
    taken(lists, rows(line()))
    moved = rows(line(cell=2))
    seen = shown(lists, moved)
    assert seen.counts["doubt"] == 1
    seen = shown(lists, moved, moved="transfer")
    fact = next(one for one in line_of(seen, 2).facts if one.old)
    assert (fact.old, fact.read) == (lists.cell(1).name, lists.cell(2).name)
    taken(lists, moved, moved="transfer")

    first, second = member().memberships.all()
    assert (first.cell, first.ends_on) == (lists.cell(1), TODAY - (second.starts_on - first.ends_on))
    assert (second.cell, second.starts_on) == (lists.cell(2), TODAY)
    assert member().organisation == lists.cell(2)
    entry = audit.entries_of(lists.cell(1)).last()
    assert entry.verb == "transfer_member"
    assert shown(lists, moved).counts["same"] == 1


def test_a_column_with_the_day_of_the_transfer_needs_no_question(lists):
    taken(lists, rows(line()))
    sent = rows(f"{line(cell=2)};01/10/2026", head=f"{HEAD};Ngày chuyển đến")
    assert shown(lists, sent).counts["changed"] == 1
    taken(lists, sent)
    assert [one.person.full_name for one in roll_of(lists.cell(2), TODAY)] == ["Mai Mạnh Bình"]
    assert roll_of(lists.cell(1), TODAY) == []


def test_a_cell_that_was_written_wrongly_is_corrected_for_all_days(lists):
    taken(lists, rows(line()))
    taken(lists, rows(line(cell=2)), moved="all_along")
    (home,) = member().memberships.all()
    assert (home.cell, home.starts_on) == (lists.cell(2), None)


def test_an_office_holder_kept_in_the_commune_gets_his_cell_without_a_question(lists):
    person = add_person(
        acting_user=lists.user, now=NOW, full_name="Mai Mạnh Bình", organisation=lists.commune, born_on=None
    )
    Member.objects.filter(pk=person.pk).update(born_on="1972-03-16")
    taken(lists, rows(line()))
    assert member().pk == person.pk
    assert member().memberships.get().cell == lists.cell(1)


def test_who_is_made_full_or_no_longer_exempt_is_a_change_that_is_shown(lists):
    taken(lists, rows(line(card="", full="", status="dự bị"), line(card="2", name="Lê B", status="Miễn SH")))
    changed = rows(line(full="03/05/1997"), line(card="2", name="Lê B"))
    assert shown(lists, changed).counts["changed"] == 2
    taken(lists, changed)
    assert (member().standing, member().card_number) == ("full", "97000000")
    assert not any(one.is_exempt for one in roll_of(lists.cell(1), TODAY))
    assert Exemption.objects.get().ends_on < TODAY
    changed.seek(0)
    assert preview(lists.admin, upload(lists.admin, "members", lists.commune, changed)).counts["same"] == 2


def test_a_cell_secretary_takes_the_list_of_his_own_cell_and_of_no_other(lists):
    lists.cast.organisations["one"] = lists.cell(1)
    lists.cast.add_user("bi_thu", "Lê Bí Thư", "cell_secretary", "one")
    browser = logged_in(lists.cast["bi_thu"])
    one = upload(browser, "members", lists.cell(1), rows(line(), head=HEAD))
    assert preview_of(one, TODAY).counts["new"] == 1
    take(browser, one)
    assert member().organisation == lists.cell(1)
    assert browser.get(reverse("imports:begin", args=["members", lists.cell(2).pk])).status_code in (403, 404)


def test_the_same_list_again_asks_about_who_left_and_puts_nobody_back_by_itself(lists):
    sent = rows(line(), line(card="97000007", name="Lê B"))
    taken(lists, sent)
    gone = member()
    release_member(acting_user=lists.user, member=gone, last_day=D(2026, 11, 1), paper="Chuyển đi", now=NOW)
    seen = shown(lists, sent)
    assert (seen.counts["doubt"], seen.counts["same"]) == (1, 1)
    assert seen.lines[0].questions[0].text.startswith("“Mai Mạnh Bình")
    assert "đã ra khỏi danh sách sau ngày 01/11/2026" in seen.lines[0].questions[0].text

    assert shown(lists, sent, back="leave").counts["skipped"] == 1
    taken(lists, sent, back="leave")
    assert [one.person.full_name for one in roll_of(lists.cell(1), TODAY)] == ["Lê B"]

    taken(lists, sent, back="đã trở lại")
    assert len(roll_of(lists.cell(1), TODAY)) == 2
    assert [one.person.full_name for one in roll_of(lists.cell(1), D(2026, 11, 2))] == ["Lê B"]
    assert shown(lists, sent).counts["same"] == 2


def test_a_list_that_tells_since_when_is_asked_with_that_day(lists):
    taken(lists, rows(line()))
    release_member(acting_user=lists.user, member=member(), last_day=D(2026, 10, 1), paper="Chuyển đi", now=NOW)
    sent = rows(f"{line(cell=2)};05/11/2026", head=f"{HEAD};Ngày chuyển đến")
    (choice, _leave) = shown(lists, sent).lines[0].questions[0].choices
    assert choice.label == f"đã trở lại: đảng viên của {lists.cell(2)} từ ngày 05/11/2026"
    taken(lists, sent, back="đã trở lại")
    assert roll_of(lists.cell(2), D(2026, 11, 4)) == []
    assert len(roll_of(lists.cell(2), D(2026, 11, 5))) == 1
    assert len(roll_of(lists.cell(1), D(2026, 10, 1))) == 1


def test_who_is_no_longer_active_and_at_home_nowhere_is_asked_about_too(lists):
    taken(lists, rows(line()))
    Membership.objects.filter(person=member()).delete()
    Member.objects.filter(pk=member().pk).update(is_active=False)
    seen = shown(lists, rows(line()))
    assert seen.counts["doubt"] == 1
    assert "không còn trong danh sách chi bộ nào" in seen.lines[0].questions[0].text


def test_a_mark_tells_nothing_of_the_standing_and_of_the_other_mark(lists):
    away = line(card="2", name="Lê B", status="SH tạm thời nơi khác")
    taken(lists, rows(line(card="", full="", status="dự bị"), away))
    changed = rows(line(card="", full="", status="Miễn SH"), line(card="2", name="Lê B", status="Miễn SH"))
    taken(lists, changed)
    assert member().standing == "probationary"
    roll = {one.person.full_name: one for one in roll_of(lists.cell(1), TODAY)}
    assert [one.is_exempt for one in roll.values()] == [True, True]
    assert roll["Lê B"].is_away


@pytest.mark.parametrize(
    ("head", "other", "ends"),
    [
        ("Diện đảng viên", "chính thức", False),
        ("Tình trạng", "chính thức", False),
        ("Tình trạng", "Miễn SH", True),  # that column tells it, so it tells of the first that he attends
        ("Sinh hoạt", "chính thức", True),
    ],
)
def test_a_column_of_standing_alone_ends_no_exemption(lists, head, other, ends):
    taken(lists, rows(line(status="Miễn SH"), line(card="2", name="Lê B")))
    sent = rows(line(), line(card="2", name="Lê B", status=other), head=HEAD.replace("Sinh hoạt", head))
    seen = shown(lists, sent)
    assert (line_of(seen, 2).state == "changed") is ends
    taken(lists, sent)
    roll = {one.person.full_name: one.is_exempt for one in roll_of(lists.cell(1), TODAY)}
    assert roll["Mai Mạnh Bình"] is not ends


def test_a_mark_that_meets_an_exemption_to_come_is_wrong_at_its_line(lists):
    taken(lists, rows(line()))
    exempt_member(acting_user=lists.user, member=member(), starts_on=D(2027, 1, 1), paper="1", now=NOW)
    place, told = wrong(shown(lists, rows(line(status="Miễn SH"))), 2)
    assert place == "H2"
    assert "Từ 01/01/2027 đến … đã được ghi" in told


def test_another_card_of_one_of_the_same_name_birth_and_cell_is_asked_about(lists):
    taken(lists, rows(line()))
    sent = rows(line(card="97000999"))
    seen = shown(lists, sent)
    assert seen.counts["doubt"] == 1
    assert shown(lists, sent, member="new").counts["new"] == 1
    taken(lists, sent, member=str(member().pk))
    assert member().card_number == "97000999"
    # in another cell it is another person
    assert shown(lists, rows(line(card="97000777", cell=2))).counts["new"] == 1


def test_one_with_and_without_his_card_in_a_file_is_one(lists):
    for sent in (rows(line(), line(card="")), rows(line(card=""), line())):
        counts = shown(lists, sent).counts
        assert (counts["new"], counts["skipped"]) == (1, 1)
    taken(lists, rows(line(card=""), line()))
    assert member().card_number == "97000000"
    place, told = wrong(shown(lists, rows(line(name="Lê C"), line(name="Lê C", card="", status="dự bị", full=""))), 2)
    assert place == "B2"
    assert "Các dòng 2, 3" in told


def test_a_list_from_before_the_last_transfer_does_not_undo_it_unasked(lists):
    taken(lists, rows(line()))
    by = {"acting_user": lists.user, "paper": "1-GT", "now": NOW}
    transfer_member(member=member(), cell=lists.cell(2), on=D(2026, 11, 10), **by)
    sent = rows(f"{line(cell=1)};01/10/2026", head=f"{HEAD};Ngày chuyển đến")
    assert shown(lists, sent).counts["doubt"] == 1
    assert shown(lists, sent, moved="leave").counts["same"] == 1
    taken(lists, sent, moved="leave")
    assert member().organisation == lists.cell(2)
