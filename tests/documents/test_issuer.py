"""How documents name who issues and signs them: data of the type, and of an organisation that differs (domain §8.1)."""

import pytest
from django.urls import reverse

from inspections.documents.queries import issuer_of
from inspections.documents.rules import committee_name, signed_for
from inspections.organisations.models import DeputySigns, Organisation, OrganisationType
from inspections.organisations.services import correct_organisation
from permissions import audit
from project.demo import stories
from tests.browse import logged_in, on, read, send
from tests.cast import NOW


def fresh(cast, key):
    return Organisation.objects.select_related("type", "parent__type").get(pk=cast.organisation(key).pk)


@pytest.mark.parametrize(
    ("name", "begins", "committee", "told"),
    [
        ("Đảng bộ tỉnh Sơn Hải", "Đảng bộ tỉnh", "Tỉnh uỷ", "Tỉnh uỷ Sơn Hải"),
        ("Đảng bộ xã Tân Phước Thượng", "Đảng bộ", "Đảng uỷ", "Đảng uỷ xã Tân Phước Thượng"),
        ("Đảng bộ", "Đảng bộ", "Đảng uỷ", "Đảng uỷ"),
        ("Đảng bộ tỉnhlẻ", "Đảng bộ tỉnh", "Tỉnh uỷ", "Đảng bộ tỉnhlẻ"),
        ("Chi bộ thôn Đồng Muối", "", "", "Chi bộ thôn Đồng Muối"),
    ],
)
def test_the_committee_of_an_organisation(name, begins, committee, told):
    assert committee_name(name, begins, committee) == told


def test_a_deputy_signs_for_the_collective_or_where_it_is_so_for_the_head():
    assert signed_for("Uỷ ban kiểm tra", "Phó chủ nhiệm", deputy_for_head=False) == "T/M Uỷ ban kiểm tra"
    assert signed_for("Uỷ ban kiểm tra", "Phó chủ nhiệm", deputy_for_head=True) == "K/T Chủ nhiệm"
    assert signed_for("Uỷ ban kiểm tra", "Chủ nhiệm", deputy_for_head=True) == "T/M Uỷ ban kiểm tra"


def test_every_kind_of_organisation_by_its_type(cast):
    cast.add_organisation("province_ubkt", "UBKT Tỉnh uỷ Sơn Hải", "province_inspection", "province", "", "UBKTTU")
    told = {
        key: (one.superior, one.line, one.signed_for)
        for key in ("province", "province_ubkt", "commune", "ubkt", "dong_muoi")
        for one in [issuer_of(fresh(cast, key), "Bí thư")]
    }
    commune, inspection = "Đảng uỷ xã Tân Phước Thượng", "Uỷ ban kiểm tra"
    assert told == {
        "province": ("", "Tỉnh uỷ Sơn Hải", "T/M Ban thường vụ"),
        "province_ubkt": ("Tỉnh uỷ Sơn Hải", inspection, "T/M Uỷ ban kiểm tra"),
        "commune": ("Đảng bộ tỉnh Sơn Hải", commune, "T/M Ban thường vụ"),
        "ubkt": (commune, inspection, "T/M Uỷ ban kiểm tra"),
        "dong_muoi": (commune, "Chi bộ thôn Đồng Muối", "T/M Chi bộ"),
    }


def test_a_cell_with_a_committee_signs_for_it_when_an_administrator_says_so(cast):
    cell = cast.organisation("dong_muoi")
    address = reverse("organisations:correct", args=[cell.pk])
    with on("2026-10-01"):
        browser = logged_in(cast["administrator"])
        form = browser.get(address).context["form"]
        given = {name: form.get_initial_for_field(field, name) or "" for name, field in form.fields.items()}
        send(browser, address, **{**given, "type": cell.type_id, "on_behalf": "Chi uỷ", "seen": form.seen_token})
    assert issuer_of(fresh(cast, "dong_muoi"), "Bí thư").signed_for == "T/M Chi uỷ"
    assert issuer_of(fresh(cast, "suoi_da"), "Bí thư").signed_for == "T/M Chi bộ"
    assert audit.entries_of(cell).last().new == {"on_behalf": "Chi uỷ"}


def test_the_notice_is_printed_as_the_data_say(cast):
    """The vice chair signs; the commune has settled that he does so for the chair."""
    team = [("member2", "leader"), ("member", "member"), ("officer", "team_secretary")]
    case = stories.signed(cast, stories.proposed(cast, team=team))
    leader = {"by": "member2"}
    stories.prepared(cast, case, **leader)
    stories.announced(cast, case, **leader)
    stories.self_reported(cast, case)
    stories.worked_with(cast, case)
    stories.found(cast, case, "Thiếu sinh hoạt chuyên đề.")
    stories.verified(cast, case, **leader)
    stories.released(cast, case, **leader)
    stories.answered(cast, case)
    stories.considered(cast, case, **leader)
    stories.conferred(cast, case, **leader)
    stories.reported(cast, case, **leader)
    stories.appraised(cast, case)
    stories.concluded(cast, case)
    stories.noticed(cast, case, signer="vice_chair")
    address = reverse("findings:notice", args=[case.pk])
    page = read(cast["chair"], address, "2026-11-23")
    assert "T/M UỶ BAN KIỂM TRA PHÓ CHỦ NHIỆM" in page
    correct_organisation(
        acting_user=cast.root, organisation=cast.organisation("ubkt"), deputy_signs=DeputySigns.FOR_HEAD, now=NOW
    )
    page = read(cast["chair"], address, "2026-11-23")
    assert "K/T CHỦ NHIỆM PHÓ CHỦ NHIỆM" in page
    assert "T/M" not in page
    correct_organisation(
        acting_user=cast.root, organisation=cast.organisation("commune"), committee_name="Đảng uỷ lâm thời", now=NOW
    )
    assert "ĐẢNG UỶ LÂM THỜI UỶ BAN KIỂM TRA" in read(cast["chair"], address, "2026-11-23")


def test_the_type_may_settle_it_for_all(cast):
    OrganisationType.objects.filter(code="commune_inspection").update(deputy_signs=DeputySigns.FOR_HEAD)
    assert issuer_of(fresh(cast, "ubkt"), "Phó chủ nhiệm").signed_for == "K/T Chủ nhiệm"
    Organisation.objects.filter(pk=cast.organisation("ubkt").pk).update(deputy_signs=DeputySigns.FOR_ALL)
    assert issuer_of(fresh(cast, "ubkt"), "Phó chủ nhiệm").signed_for == "T/M Uỷ ban kiểm tra"
