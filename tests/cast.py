"""The people and organisations of the tests. All invented."""

import datetime

from inspections.organisations.models import User
from project.demo.cast import SINCE, ZONE, Cast, at

NOW = datetime.datetime(2026, 11, 23, 8, 0, tzinfo=ZONE)

__all__ = ["NOW", "SINCE", "Cast", "at", "build"]


def build(now: datetime.datetime = NOW) -> Cast:
    """The province with one commune worked in, a second commune of strangers, and everybody in office."""
    cast = Cast(root=User.objects.create(username="root", is_superuser=True, is_staff=True), now=now)
    cast.add_organisation("province", "Đảng bộ tỉnh Sơn Hải", "province_party", None, "97.000.000.000.000", "TU")
    cast.add_organisation(
        "commune", "Đảng bộ xã Tân Phước Thượng", "commune_party", "province", "97.101.000.000.000", "ĐU"
    )
    cast.add_organisation("ubkt", "UBKT Đảng uỷ xã Tân Phước Thượng", "commune_inspection", "commune", "", "UBKTĐU")
    cast.add_organisation("dong_muoi", "Chi bộ thôn Đồng Muối", "cell", "commune", "97.101.001.000.000", "CB")
    cast.add_organisation("suoi_da", "Chi bộ thôn Suối Đá", "cell", "commune", "97.101.002.000.000", "CB")
    cast.add_organisation("thcs", "Chi bộ Trường THCS Tân Phước Thượng", "cell", "commune", "97.101.003.000.000", "CB")
    cast.add_organisation("ward", "Đảng bộ phường Bến Lau", "commune_party", "province", "97.102.000.000.000", "ĐU")
    cast.add_organisation("ward_ubkt", "UBKT Đảng uỷ phường Bến Lau", "commune_inspection", "ward", "", "UBKTĐU")
    cast.add_organisation("ward_cell", "Chi bộ Tổ dân phố 7", "cell", "ward", "97.102.001.000.000", "CB")
    people = [
        ("province_secretary", "Lê Quang Sơn", "committee_secretary", "province"),
        ("secretary", "Đỗ Hữu Thành", "committee_secretary", "commune"),
        ("deputy_secretary", "Trịnh Thị Ánh", "committee_deputy_secretary", "commune"),
        ("standing", "Lý Hữu Lâm", "standing_member", "commune"),
        ("office_chief", "Đinh Thị Thuỳ", "office_chief", "commune"),
        ("chair", "Đỗ Văn Quý", "inspection_chair", "ubkt"),
        ("vice_chair", "Hoàng Thanh Lộc", "inspection_vice_chair", "ubkt"),
        ("member", "Mai Đình Nghĩa", "inspection_member", "ubkt"),
        ("member2", "Vàng Thanh Cảnh", "inspection_member", "ubkt"),
        ("officer", "Đặng Đức Viên", "area_officer", "ubkt"),
        ("administrator", "Hồ Minh Trí", "administrator", "commune"),
        ("inspector", "Tạ Minh Khôi", "system_inspector", "commune"),
        ("dm_secretary", "Đinh Hữu Huân", "cell_secretary", "dong_muoi"),
        ("dm_deputy", "Tô Văn Bảy", "cell_deputy_secretary", "dong_muoi"),
        ("sd_secretary", "Tô Thanh Nghị", "cell_secretary", "suoi_da"),
        ("sd_deputy", "Mai Quang Phú", "cell_deputy_secretary", "suoi_da"),
        ("sd_member", "Phan Văn Tám", "", "suoi_da"),
        ("thcs_secretary", "Ngô Thị Hạnh", "cell_secretary", "thcs"),
        ("stranger", "Cao Bá Thước", "inspection_chair", "ward_ubkt"),
        ("stranger_secretary", "Kiều Văn Lực", "cell_secretary", "ward_cell"),
    ]
    for key, name, role, organisation in people:
        cast.add_user(key, name, role, organisation)
    return cast
