"""An organisation moves under another with all below it; paths, copies, rights follow at once (decision 0004)."""

import datetime
from datetime import date as D

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse

from inspections.cases.models import Case
from inspections.deadlines.models import Deadline, DeadlineSpan
from inspections.meetings.models import Meeting
from inspections.meetings.services.planning import plan_meeting
from inspections.organisations.forms import succession as succession_forms
from inspections.organisations.models import FormerPath, Organisation, OrganisationType, Succession
from inspections.organisations.services import (
    add_organisation,
    add_person,
    copied_paths,
    correct_organisation,
    correct_organisations,
    end_office,
    end_organisation,
    give_office,
    merge_organisation,
    move_organisation,
    preview_of_move,
    rename_organisation,
)
from inspections.remedies.models import Correction
from inspections.schemes.models import KeptFigure, KeptRow
from inspections.superiors.models import RegularSupervision, SupervisionOutcome, SupervisionTopic
from inspections.superiors.services import remarks, supervising
from permissions import audit, policy
from permissions.verdicts import NotNow, Refused
from project.demo import stories
from tests.browse import logged_in, on, send, text_of, words_of
from tests.cast import NOW, at
from tests.leaving import all_leave
from tests.superiors.meetings import meeting_of

pytestmark = pytest.mark.django_db
# what tells of the past keeps the place of its time
PAST = (DeadlineSpan, FormerPath, KeptFigure, KeptRow)
ON = NOW.date()


def moved(cast, key="dong_muoi", to="ward", by=None, code="97.102.001.001.000", paper="9-QĐ/TU", on=ON, **options):
    return move_organisation(
        acting_user=by or cast.root,
        organisation=cast.organisation(key),
        parent=options.get("parent") or cast.organisation(to),
        code=code,
        on=on,
        paper=paper,
        now=NOW,
    )


def wrong(cast, **options):
    with pytest.raises(ValidationError) as refusal:
        moved(cast, **options)
    ((field, (message, *_more)),) = refusal.value.message_dict.items()
    return field, message


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def commune_of_base(cast):
    """A base organisation with a cell below it, so that a subtree moves."""
    base = add_organisation(
        acting_user=cast.root,
        now=NOW,
        name="Đảng bộ cơ sở Nhà máy Muối",
        type=OrganisationType.objects.get(code="base_party"),
        parent=cast.organisation("commune"),
        code="97.101.900.000.000",
    )
    cell = OrganisationType.objects.get(code="cell")
    ubkt = OrganisationType.objects.get(code="base_inspection")
    return base, *(
        add_organisation(acting_user=cast.root, now=NOW, name=name, type=type_, parent=base)
        for name, type_ in (("Chi bộ Kho", cell), ("UBKT Nhà máy", ubkt))
    )


def test_every_column_that_copies_a_path_is_told_of():
    found = set()
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if (
                field.name.split("_")[-1] == "path"
                and isinstance(field, models.CharField)
                and model not in (Organisation, *PAST)
            ):
                found.add((model, field.name))
    copies = (Case, Deadline, Correction, Meeting, RegularSupervision)
    assert found == set(copied_paths()) == {(model, "org_path") for model in copies}


def test_paths_and_scopes_below_follow(cast):
    base, cell, ubkt = commune_of_base(cast)
    move_organisation(
        acting_user=cast.root,
        organisation=base,
        parent=cast.organisation("ward"),
        code=base.code,
        on=ON,
        paper="9-QĐ/TU",
        now=NOW,
    )
    base, cell, ubkt, ward = fresh(base), fresh(cell), fresh(ubkt), fresh(cast.organisation("ward"))
    assert base.path.startswith(ward.path)
    assert (cell.path[:-5], ubkt.path[:-5]) == (base.path, base.path)
    assert (base.scope_path, cell.scope_path, ubkt.scope_path) == (base.path, cell.path, base.path)
    assert (ward.depth + 1, ward.depth + 2) == (base.depth, cell.depth)


def test_copies_and_rights_follow_at_once(cast):
    case = stories.run_to_notice(cast)
    cell, stranger = cast.organisation("dong_muoi"), cast["stranger"]
    correction = Correction.objects.get(demand__notice__case=case)
    secretary = cast["secretary"]
    assert not policy.may(stranger, "see_organisations", fresh(cell), NOW)
    assert policy.may(secretary, "see_organisations", fresh(cell), NOW)
    assert correction in policy.visible(secretary, Correction.objects.all(), NOW)
    moved(cast)
    path = fresh(cell).path
    assert fresh(correction).org_path == path
    clocks = Deadline.objects.filter(organisation=cell)
    assert {clock.org_path for clock in clocks} == {path}
    assert fresh(case).org_path == fresh(cast.organisation("ubkt")).path  # the case belongs to the body that ordered it
    for user in (stranger, secretary, cast["dm_secretary"]):
        user.__dict__.pop("_viewer", None)
    assert policy.may(stranger, "see_organisations", fresh(cell), NOW)
    assert not policy.may(secretary, "see_organisations", fresh(cell), NOW)
    assert policy.may(cast["dm_secretary"], "plan_remedies", fresh(correction), NOW)


def test_every_copy_is_the_path_of_the_organisation_after_a_move(cast):
    stories.run_to_notice(cast)
    evening = at("2026-12-03", 19)
    meeting = {"kind": "regular", "planned_at": evening, "place": "Nhà văn hoá"}
    cell = cast.organisation("dong_muoi")
    plan_meeting(acting_user=cast["dm_secretary"], organisation=cell, now=NOW, **meeting)
    past = meeting_of(cell, datetime.date(2026, 11, 1))
    wish = {"text": "Chưa giao thời hạn.", "answer_by": datetime.date(2026, 12, 1)}
    remark = remarks.leave_remark(acting_user=cast["chair"], meeting=past, now=NOW, **wish)
    sign = {
        "topic": SupervisionTopic.objects.first(),
        "outcome": SupervisionOutcome.objects.get(name__startswith="Nhắc nhở"),
        "sign": "Hình thức.",
    }
    supervising.supervise(acting_user=cast["officer"], remark=remark, now=NOW, **sign)
    moved(cast)
    moved(cast, key="commune", to="other", parent=_second_province(cast), code="")
    for model, field in copied_paths():
        assert model.objects.exists()
        for row in model.objects.all():
            assert getattr(row, field) == fresh(row.organisation).path, row


def _second_province(cast):
    return add_organisation(
        acting_user=cast.root,
        now=NOW,
        name="Đảng bộ tỉnh Núi Xanh",
        type=OrganisationType.objects.get(code="province_party"),
        parent=None,
        code="98.000.000.000.000",
    )


def test_the_record_has_both_parents_and_the_paper(cast):
    moved(cast)
    entry = audit.entries_of(cast.organisation("dong_muoi")).get(verb="move_organisation")
    assert (entry.old["parent"], entry.new["parent"]) == (
        cast.organisation("commune").pk,
        cast.organisation("ward").pk,
    )
    assert (entry.new["code"], entry.reason) == ("97.102.001.001.000", "9-QĐ/TU")
    assert (entry.new["on"], entry.new["moved"]) == ("2026-11-23", [cast.organisation("dong_muoi").pk])


def test_the_day_the_former_place_and_its_code_are_kept(cast):
    old = cast.organisation("dong_muoi")
    moved(cast, on=D(2026, 11, 1))
    succession = Succession.objects.get(organisation=old)
    assert (succession.kind, succession.on, succession.paper) == ("move", D(2026, 11, 1), "9-QĐ/TU")
    assert (succession.decided_by, succession.decided_at) == (cast.root, NOW)
    former = old.former_places.get()
    assert (former.parent, former.code, former.ends_on) == (old.parent, old.code, D(2026, 10, 31))
    with on("2026-11-23"):
        told = words_of(logged_in(cast.root).get(old.get_absolute_url()))
    assert f"Trước đây trực thuộc Đảng bộ xã Tân Phước Thượng, mã {old.code} (đến 31/10/2026, 9-QĐ/TU)" in told
    # it goes on: nothing of it can only be read
    moved(cast, to="commune", code=old.code, on=D(2026, 11, 2))
    assert fresh(old).parent == old.parent


def test_the_day_of_a_move_is_that_of_every_succession(cast):
    """Not to come, not before it was founded, nor before what befell it since; of one day may be a new name too."""
    cell = cast.organisation("dong_muoi")
    Organisation.objects.filter(pk=cell.pk).update(starts_on=D(2020, 5, 1))
    Organisation.objects.filter(pk=cast.organisation("ward").pk).update(starts_on=D(2025, 7, 1))
    rename_organisation(
        acting_user=cast.root, organisation=cell, name="Chi bộ Muối", on=D(2026, 11, 3), paper="8-QĐ/TU", now=NOW
    )
    merge_organisation(
        acting_user=cast.root,
        organisation=cast.organisation("suoi_da"),
        successor=cell,
        on=D(2026, 11, 5),
        paper="8-QĐ/TU",
        now=NOW,
    )
    wrongs = [
        (D(2026, 11, 24), "24/11/2026 chưa tới"),
        (D(2020, 5, 1), "thành lập ngày 01/05/2020; việc này có hiệu lực sớm nhất từ ngày 02/05/2020"),
        (D(2026, 11, 2), "đổi tên ngày 03/11/2026; việc này có hiệu lực sớm nhất từ ngày 03/11/2026"),
        (D(2026, 11, 4), "thôn Suối Đá ngày 05/11/2026; việc này có hiệu lực sớm nhất từ ngày 05/11/2026"),
    ]
    for day, sentence in wrongs:
        with pytest.raises(ValidationError) as refusal:
            moved(cast, on=day)
        assert sentence in " ".join(refusal.value.message_dict["on"]), (day, refusal.value.message_dict)
    assert Succession.objects.filter(kind="move").count() == 0
    moved(cast, on=D(2026, 11, 5))
    assert wrong(cast, to="commune", on=D(2026, 11, 5))[1].startswith("Chi bộ Muối đã chuyển ngày 05/11/2026")
    # nor does it end before it moved
    with pytest.raises(ValidationError) as refusal:
        merge_organisation(
            acting_user=cast.root,
            organisation=cell,
            successor=cast.organisation("thcs"),
            on=D(2026, 11, 5),
            paper="8-QĐ/TU",
            now=NOW,
        )
    assert "sớm nhất từ ngày 06/11/2026" in refusal.value.message_dict["on"][0]


def test_nothing_moves_under_what_begins_later(cast):
    Organisation.objects.filter(pk=cast.organisation("ward").pk).update(starts_on=D(2026, 11, 20))
    field, message = wrong(cast, on=D(2026, 11, 19))
    assert (field, "20/11/2026 mới" in message) == ("on", True)
    moved(cast, on=D(2026, 11, 20))


def test_it_is_refused_with_the_reason(cast):
    base, cell, ubkt = commune_of_base(cast)
    commune = cast.organisation("commune")
    cast.organisations |= {"base": base, "cell": cell, "base_ubkt": ubkt}
    assert wrong(cast, key="commune", parent=base, code=commune.code)[0] == "parent"
    field, message = wrong(cast, key="base", parent=cell, code=base.code)
    assert (field, "nằm dưới" in message) == ("parent", True)
    assert wrong(cast, to="commune") == (
        "parent",
        "Chi bộ thôn Đồng Muối vốn đã trực thuộc Đảng bộ xã Tân Phước Thượng.",
    )
    assert wrong(cast, key="ward", to="commune", code="")[0] == "parent"
    assert wrong(cast, to="ward_ubkt")[0] == "parent"
    assert wrong(cast, code="97.102.001.000.000")[0] == "code"
    assert wrong(cast, code="97-102")[0] == "code"
    assert wrong(cast, paper=" ") == ("paper", "Ghi văn bản quyết định việc này.")
    with pytest.raises(NotNow):
        moved(cast, key="ubkt", to="ward")
    for office in base.offices.all():
        end_office(acting_user=cast.root, office=office, last_day=D(2026, 10, 1), now=NOW)
    for one in (ubkt, cell, base):
        all_leave(cast, one, D(2026, 10, 1), NOW)
    end_organisation(acting_user=cast.root, organisation=ubkt, last_day=D(2026, 10, 30), paper="1", now=NOW)
    end_organisation(acting_user=cast.root, organisation=cell, last_day=D(2026, 10, 30), paper="1", now=NOW)
    end_organisation(acting_user=cast.root, organisation=base, last_day=D(2026, 10, 31), paper="1", now=NOW)
    field, message = wrong(cast, parent=base)
    assert (field, "31/10/2026" in message) == ("parent", True)
    with pytest.raises(NotNow):
        moved(cast, key="cell", to="ward", code="")
    assert fresh(cast.organisation("dong_muoi")).parent == commune


def test_both_places_have_to_be_the_administrators(cast):
    for name in ("administrator", "chair", "stranger"):
        with pytest.raises(Refused):
            moved(cast, by=cast[name])


def test_an_officer_who_follows_it_from_the_old_tree_stands_in_the_way(cast):
    office = give_office(
        acting_user=cast.root,
        person=cast.person("member2"),
        role="area_officer",
        organisation=cast.organisation("ubkt"),
        areas=[cast.organisation("dong_muoi")],
        starts_on=D(2026, 1, 1),
        now=NOW,
    )
    field, message = wrong(cast)
    assert (field, "Vàng Thanh Cảnh" in message) == ("parent", True)
    end_office(acting_user=cast.root, office=office, last_day=D(2026, 11, 22), now=NOW)
    moved(cast)


def test_so_does_one_whose_office_begins_later(cast):
    give_office(
        acting_user=cast.root,
        person=cast.person("member2"),
        role="area_officer",
        organisation=cast.organisation("ubkt"),
        areas=[cast.organisation("dong_muoi")],
        starts_on=D(2026, 12, 1),
        now=NOW,
    )
    field, message = wrong(cast)
    assert (field, "Vàng Thanh Cảnh" in message) == ("parent", True)


def test_the_page_tells_first_what_changes_and_a_stale_one_both(cast):
    stories.run_to_notice(cast)
    cell, ward = cast.organisation("dong_muoi"), cast.organisation("ward")
    preview = preview_of_move(cell, ward, NOW.date())
    assert "Đỗ Hữu Thành" in preview.losing
    assert "Cao Bá Thước" in preview.gaining
    assert "Lê Quang Sơn" not in preview.losing + preview.gaining  # of the province: sees it before and after
    address = reverse("organisations:move", args=[cell.pk])
    with on("2026-11-23"):
        client = logged_in(cast.root)
        assert "Đảng bộ phường Bến Lau" in text_of(client.get(address))
        shown = client.get(address, {"parent": ward.pk})
        assert f"Thôi được xem {len(preview.losing)}" in words_of(shown)
        assert "Tổ chức trực thuộc 0 Đảng viên 2 Chức vụ 2" in words_of(shown)
        for counted in ("do tổ chức tiến hành 0", "Khắc phục chưa xong 1", "Thời hạn đang tính 1"):
            assert counted in words_of(shown)
        assert fresh(cell).parent == cast.organisation("commune")
        seen = shown.context["form"].seen_token
        good = {"parent": ward.pk, "code": "", "on": "23/11/2026", "paper": "9-QĐ/TU", "seen": seen}
        send(client, address, status=422, **{**good, "parent": 987654})
        assert "24/11/2026 chưa tới" in text_of(send(client, address, status=422, **{**good, "on": "24/11/2026"}))
        # what moves is what was shown
        add_person(acting_user=cast.root, full_name="Mới Văn Vào", organisation=cell, now=NOW)
        assert "Đảng viên: 3" in words_of(send(client, address, status=422, **good))
        good["seen"] = client.get(address, {"parent": ward.pk}).context["form"].seen_token
        send(client, address, **good)
        assert fresh(cell).parent == ward
        again = {
            "parent": cast.organisation("commune").pk,
            "code": "",
            "on": "23/11/2026",
            "paper": "10-QĐ/TU",
            "seen": seen,
        }
        answer = send(client, address, status=422, **again)
    assert "Đảng bộ phường Bến Lau" in words_of(answer)
    assert "10-QĐ/TU" in text_of(answer)


def test_the_page_names_the_organisations_that_go_along_page_by_page(cast, monkeypatch):
    monkeypatch.setattr(succession_forms, "ON_ONE_PAGE", 1)
    base, cell, ubkt = commune_of_base(cast)
    address = reverse("organisations:move", args=[base.pk])
    with on("2026-11-23"):
        client = logged_in(cast.root)
        pages = [
            words_of(client.get(address, {"parent": cast.organisation("ward").pk, "page": number})) for number in (1, 2)
        ]
    assert [[one.name for one in (cell, ubkt) if one.name in page] for page in pages] == [
        ["Chi bộ Kho"],
        ["UBKT Nhà máy"],
    ]
    assert "Tổ chức trực thuộc 2" in pages[0]


# type and dates


def corrected(cast, key, **changes):
    return correct_organisation(acting_user=cast.root, organisation=cast.organisation(key), now=NOW, **changes)


def test_a_type_changes_where_it_fits_and_with_it_the_level(cast):
    types = {one.code: one for one in OrganisationType.objects.all()}
    base, _cell, _ubkt = commune_of_base(cast)
    cast.organisations["base"] = base
    assert corrected(cast, "base", type=types["sub_base_party"]).type.level.code == "sub_base"
    entry = audit.entries_of(base).last()
    assert (entry.old, entry.new) == ({"type": "base_party"}, {"type": "sub_base_party"})
    for key, code in (
        ("commune", "base_party"),
        ("dong_muoi", "base_party"),
        ("base", "cell"),
        ("base", "base_inspection"),
    ):
        if (key, code) == ("commune", "base_party"):
            # a base organisation cannot hold another of its level
            corrected(cast, "base", type=types["base_party"])
        with pytest.raises(ValidationError) as refusal:
            corrected(cast, key, type=types[code])
        assert list(refusal.value.message_dict) == ["type"], (key, code)


def test_the_end_is_moved_or_taken_back(cast):
    key = "suoi_da"
    for office in cast.organisation(key).offices.all():
        end_office(acting_user=cast.root, office=office, last_day=D(2026, 10, 20), now=NOW)
    all_leave(cast, cast.organisation(key), D(2026, 10, 20), NOW)
    assert corrected(cast, key, ends_on=D(2026, 10, 1)).ends_on is None  # ending is a verb of its own, with its paper
    end_organisation(
        acting_user=cast.root, organisation=cast.organisation(key), last_day=D(2026, 10, 31), paper="1-QĐ/ĐU", now=NOW
    )
    with pytest.raises(ValidationError) as refusal:
        corrected(cast, key, ends_on=D(2026, 10, 19))
    assert list(refusal.value.message_dict) == ["ends_on"]
    assert corrected(cast, key, ends_on=D(2026, 10, 25)).ends_on == D(2026, 10, 25)
    again = corrected(cast, key, ends_on=None)
    assert (again.ends_on, again.ended_paper) == (None, "")
    # the paper of the end that is taken back stays in the record
    entry = audit.entries_of(again).last()
    assert entry.old == {"ends_on": "2026-10-25", "ended_paper": "1-QĐ/ĐU"}
    assert entry.new == {"ends_on": None, "ended_paper": ""}


def ended_base(cast):
    """A base organisation that ends on 01/12/2026, its cell the day before."""
    base, cell, ubkt = commune_of_base(cast)
    cast.organisations |= {"base": base, "cell": cell}
    for one, day in ((ubkt, D(2026, 11, 30)), (cell, D(2026, 11, 30)), (base, D(2026, 12, 1))):
        all_leave(cast, one, D(2026, 10, 1), NOW)
        end_organisation(acting_user=cast.root, organisation=one, last_day=day, paper="1-QĐ/TU", now=NOW)
    return base


@pytest.mark.parametrize("day", [None, D(2026, 12, 2)])
def test_nothing_goes_on_below_what_has_ended(cast, day):
    ended_base(cast)
    with pytest.raises(ValidationError) as refusal:
        corrected(cast, "cell", ends_on=day)
    assert refusal.value.message_dict == {
        "ends_on": [
            "Ngày cuối của Đảng bộ cơ sở Nhà máy Muối là 01/12/2026; tổ chức trực thuộc không thể tồn tại sau ngày đó."
        ]
    }
    assert corrected(cast, "cell", ends_on=D(2026, 12, 1)).ends_on == D(2026, 12, 1)
    rows = [(cast.organisation(key), {"ends_on": day}) for key in ("cell", "base")]
    both = correct_organisations(acting_user=cast.root, changes=rows, now=NOW)
    assert [one.ends_on for one in both] == [day, day]


def test_nor_does_it_move_below_what_ends_before_it(cast):
    base = ended_base(cast)
    field, message = wrong(cast, parent=base)
    assert (field, "01/12/2026; tổ chức trực thuộc không thể" in message) == ("parent", True)
    Organisation.objects.filter(pk=cast.organisation("dong_muoi").pk).update(ends_on=D(2026, 12, 1))
    moved(cast, parent=base)


def test_a_type_in_which_its_offices_are_not_held_is_refused_in_words_of_its_own(cast):
    """There is no day by which they would have to end."""
    base, *_below = commune_of_base(cast)
    cast.organisations["lone"] = lone = add_organisation(
        acting_user=cast.root, now=NOW, name="Chi bộ Bến Muối", type=cast.organisation("suoi_da").type, parent=base
    )
    give_office(
        acting_user=cast.root,
        person=cast.person("sd_member"),
        role="cell_secretary",
        organisation=lone,
        starts_on=D(2026, 1, 1),
        now=NOW,
    )
    with pytest.raises(ValidationError) as refusal:
        corrected(cast, "lone", type=OrganisationType.objects.get(code="sub_base_party"))
    (told,) = refusal.value.message_dict["type"]
    assert told.startswith("Tổ chức loại này không có các chức vụ sau; hãy kết thúc trước: ")
