"""An organisation ends on a day, by a paper, when nothing of it is open; then nothing new is about it (domain §2.1)."""

from datetime import date as D

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from inspections.cases.services.opening import SubjectChoice
from inspections.members.models import Member
from inspections.members.services import end_temporary, send_temporarily, transfer_member
from inspections.organisations.models import Organisation
from inspections.organisations.services import (
    add_organisation,
    add_person,
    correct_organisation,
    end_office,
    end_organisation,
    give_office,
)
from permissions import audit
from permissions.verdicts import NotNow, Refused
from project.demo import stories
from tests.browse import logged_in, on, send, text_of, words_of
from tests.cast import at
from tests.leaving import all_leave

LAST = D(2026, 10, 31)


def ended(cast, key="suoi_da", by="administrator", last_day=LAST, paper="12-QĐ/ĐU, 30/10/2026"):
    return end_organisation(
        acting_user=cast[by], organisation=cast.organisation(key), last_day=last_day, paper=paper, now=at("2026-10-20")
    )


def without_offices(cast, key="suoi_da", last_day=LAST):
    for office in cast.organisation(key).offices.all():
        end_office(acting_user=cast.root, office=office, last_day=last_day, now=at("2026-10-20"))
    all_leave(cast, cast.organisation(key), D(2026, 10, 20), at("2026-10-20"))


def complaints(refusal):
    return " ".join(refusal.value.message_dict["last_day"])


def test_it_does_not_end_before_its_offices_and_says_whose(cast):
    with pytest.raises(ValidationError) as refusal:
        ended(cast)
    assert "Tô Thanh Nghị" in complaints(refusal)
    assert "Mai Quang Phú" in complaints(refusal)
    without_offices(cast, last_day=D(2026, 11, 1))
    with pytest.raises(ValidationError):
        ended(cast)
    ended(cast, last_day=D(2026, 11, 1))
    suoi_da = Organisation.objects.get(pk=cast.organisation("suoi_da").pk)
    assert (suoi_da.ends_on, suoi_da.ended_paper) == (D(2026, 11, 1), "12-QĐ/ĐU, 30/10/2026")
    entry = audit.entries_of(suoi_da).get(verb="end_organisation")
    assert (entry.new["ends_on"], entry.reason) == ("2026-11-01", "12-QĐ/ĐU, 30/10/2026")


def test_nor_before_its_members_and_guests_have_gone(cast):
    suoi_da, other = cast.organisation("suoi_da"), cast.organisation("dong_muoi")
    for office in suoi_da.offices.all():
        end_office(acting_user=cast.root, office=office, last_day=LAST, now=at("2026-10-20"))
    by = {"acting_user": cast.root, "paper": "1-GT/ĐU", "now": at("2026-10-20")}
    guest = Member.objects.get(pk=cast.person("dm_secretary").pk)
    stay = send_temporarily(member=guest, cell=suoi_da, starts_on=D(2026, 10, 1), ends_on=D(2026, 11, 1), **by)
    with pytest.raises(ValidationError) as refusal:
        ended(cast)
    assert "Chuyển sinh hoạt hoặc đưa khỏi danh sách trước các đảng viên: Mai Quang Phú" in complaints(refusal)
    assert "Kết thúc trước việc sinh hoạt tạm thời của" in complaints(refusal)
    for member in Member.objects.filter(organisation=suoi_da):
        transfer_member(member=member, cell=other, on=D(2026, 10, 20), **by)
    with pytest.raises(ValidationError) as refusal:
        ended(cast)
    assert str(guest) in complaints(refusal)
    end_temporary(stay=stay, last_day=LAST, **by)
    assert ended(cast).ends_on == LAST


def test_nor_before_what_belongs_to_it(cast):
    without_offices(cast, "ward")
    with pytest.raises(ValidationError) as refusal:
        end_organisation(
            acting_user=cast.root,
            organisation=cast.organisation("ward"),
            last_day=LAST,
            paper="1-QĐ/TU",
            now=at("2026-10-20"),
        )
    assert "Chi bộ Tổ dân phố 7" in complaints(refusal)


def test_nor_before_its_open_cases_and_corrections(cast):
    without_offices(cast)
    subjects = [SubjectChoice(cast.organisation("suoi_da"))]
    case = stories.signed(cast, stories.proposed(cast, subjects=subjects))
    with pytest.raises(ValidationError) as refusal:
        ended(cast)
    assert "Hãy kết luận hoặc dừng" in complaints(refusal)
    assert case.number in complaints(refusal)
    type(case).objects.filter(pk=case.pk).update(stage="closed", ended_at=at("2026-10-19"))
    ended(cast)


def test_a_correction_not_yet_accepted_keeps_it(cast):
    """The case is closed; the cell still owes."""
    case = stories.run_to_notice(cast)
    stories.closed(cast, case)
    without_offices(cast, "dong_muoi", last_day=D(2026, 10, 31))
    with pytest.raises(ValidationError) as refusal:
        ended(cast, "dong_muoi")
    assert "Các yêu cầu khắc phục này phải được công nhận trước" in complaints(refusal)
    assert "kết luận hoặc dừng" not in complaints(refusal)


def test_the_day_and_the_paper_have_to_fit(cast):
    without_offices(cast)
    correct_organisation(
        acting_user=cast.root,
        organisation=cast.organisation("suoi_da"),
        starts_on=D(2026, 11, 5),
        now=at("2026-10-20"),
    )
    for options, field in (({}, "last_day"), ({"last_day": D(2026, 11, 30), "paper": " "}, "paper")):
        with pytest.raises(ValidationError) as refusal:
            ended(cast, **options)
        assert list(refusal.value.message_dict) == [field]
    ended(cast, last_day=D(2026, 11, 30))
    with pytest.raises(NotNow):
        ended(cast, last_day=D(2026, 12, 1))


def test_only_an_administrator_of_the_tree_ends_it(cast):
    without_offices(cast)
    for name in ("secretary", "chair", "stranger"):
        with pytest.raises(Refused):
            ended(cast, by=name)


def test_after_its_last_day_nothing_new_is_about_it_or_given_in_it(cast):
    without_offices(cast)
    ended(cast)
    suoi_da = Organisation.objects.get(pk=cast.organisation("suoi_da").pk)
    subjects = [SubjectChoice(suoi_da)]
    assert stories.proposed(cast, subjects=subjects, day="2026-10-31")
    with pytest.raises(ValidationError) as refusal:
        stories.proposed(cast, subjects=subjects, day="2026-11-01")
    assert "Chi bộ thôn Suối Đá" in refusal.value.message_dict["subjects"][0]
    office = {"acting_user": cast.root, "person": cast.person("sd_member"), "role": "cell_secretary"}
    with pytest.raises(ValidationError) as refusal:
        give_office(organisation=suoi_da, starts_on=D(2026, 10, 1), now=at("2026-10-20"), **office)
    assert "31/10/2026" in refusal.value.message_dict["ends_on"][0]
    with pytest.raises(NotNow):
        add_person(acting_user=cast.root, full_name="Mới Văn Vào", organisation=suoi_da, now=at("2026-11-01"))


@pytest.mark.parametrize(("day", "is_offered"), [("2026-10-31", True), ("2026-11-01", False)])
def test_pickers_offer_what_is_there_on_the_day(cast, day, is_offered):
    without_offices(cast)
    ended(cast)
    suoi_da = cast.organisation("suoi_da")
    with on(day):
        form = logged_in(cast["officer"]).get(reverse("workflows:propose", args=[cast.organisation("ubkt").pk]))
        assert form.context["form"].fields["organisations"].queryset.contains(suoi_da) == is_offered
        person = cast.person("sd_member").pk
        form = logged_in(cast["administrator"]).get(reverse("organisations:give_office", args=[person]))
        assert form.context["form"].fields["organisation"].queryset.contains(suoi_da) == is_offered


def test_an_import_of_offices_or_lines_does_not_find_it_any_more(cast):
    from inspections.organisations.imports.names import Finder

    without_offices(cast)
    ended(cast)
    commune = cast.organisation("commune")
    assert Finder.below(commune, LAST).exactly("CB thôn Suối Đá") == cast.organisation("suoi_da")
    assert Finder.below(commune, D(2026, 11, 1)).exactly("CB thôn Suối Đá") is None


def test_the_page_ends_it_and_shows_since_when(cast):
    without_offices(cast)
    suoi_da = cast.organisation("suoi_da")
    address = reverse("organisations:end", args=[suoi_da.pk])
    with on("2026-10-20"):
        browser = logged_in(cast["administrator"])
        assert address in text_of(browser.get(suoi_da.get_absolute_url()))
        send(browser, address, last_day=LAST, paper="12-QĐ/ĐU")
    with on("2026-11-02"):
        browser = logged_in(cast["administrator"])
        page = browser.get(suoi_da.get_absolute_url())
        assert address not in text_of(page)
        assert "Ngày cuối 31/10/2026 (12-QĐ/ĐU)" in words_of(page)
        assert "đến 31/10/2026" in words_of(browser.get(reverse("organisations:list")))


def test_nothing_new_belongs_to_what_will_end(cast):
    """A new organisation has no last day, so its parent may have none either."""
    without_offices(cast, "ward")
    Organisation.objects.filter(pk=cast.organisation("ward").pk).update(ends_on=D(2026, 12, 31))
    with pytest.raises(ValidationError) as refusal:
        add_organisation(
            acting_user=cast.root,
            now=at("2026-11-20"),
            name="Chi bộ Tổ dân phố 8",
            type=cast.organisation("ward_cell").type,
            parent=cast.organisation("ward"),
        )
    assert "31/12/2026; tổ chức trực thuộc không thể" in refusal.value.message_dict["parent"][0]
