"""The people and organisations of the tests, made through the verbs that users use. All invented."""

import datetime
from dataclasses import dataclass, field
from functools import cached_property
from zoneinfo import ZoneInfo

from inspections.cases.models import CaseKind
from inspections.organisations.models import Office, Organisation, OrganisationType, Person, User
from inspections.organisations.services import add_organisation, add_person, give_office
from permissions import grants

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime.datetime(2026, 11, 23, 8, 0, tzinfo=ZONE)
PASSWORD = "mat-khau-thu-nghiem"
SINCE = datetime.date(2025, 7, 1)


def at(day: str, hour: int = 9) -> datetime.datetime:
    """The moment of an ISO day, morning of Vietnam."""
    return datetime.datetime.combine(datetime.date.fromisoformat(day), datetime.time(hour), ZONE)


@dataclass
class Cast:
    """Everybody by a short name."""

    root: User
    now: datetime.datetime = NOW
    organisations: dict[str, Organisation] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    offices: dict[str, Office] = field(default_factory=dict)

    def __getitem__(self, name: str) -> User:
        return User.objects.get(pk=self.users[name].pk)

    def person(self, name: str) -> Person:
        return Person.objects.get(user=self.users[name])

    def organisation(self, name: str) -> Organisation:
        return self.organisations[name]

    @cached_property
    def kinds(self) -> dict[str, CaseKind]:
        return {kind.code: kind for kind in CaseKind.objects.all()}

    def add_organisation(self, key: str, name: str, kind: str, parent: str | None, code: str = "", symbol: str = "") -> Organisation:
        self.organisations[key] = add_organisation(
            acting_user=self.root,
            now=self.now,
            name=name,
            type=OrganisationType.objects.get(code=kind),
            parent=self.organisations[parent] if parent else None,
            code=code,
            symbol=symbol,
            place="Tân Phước Thượng",
        )
        return self.organisations[key]

    def add_user(self, key: str, full_name: str, role: str, organisation: str, member_of: str = "") -> User:
        """A person with a log-in and one office. The log-in is made directly: hashing is not what is tested."""
        person = add_person(
            acting_user=self.root,
            now=self.now,
            full_name=full_name,
            organisation=self.organisations[member_of or organisation],
        )
        person.user = User.objects.create(username=key, password=f"md5$x${key}")
        person.save()
        self.users[key] = person.user
        if role:
            self.offices[key] = give_office(
                acting_user=self.root,
                person=person,
                role=role,
                organisation=self.organisations[organisation],
                starts_on=SINCE,
                now=self.now,
                paper="01-QĐ/ĐU, 01/7/2025",
            )
        else:
            grants.sync_people([person])
        return person.user


def build(now: datetime.datetime = NOW) -> Cast:
    """The province with one commune worked in, a second commune of strangers, and everybody in office."""
    cast = Cast(root=User.objects.create(username="root", is_superuser=True, is_staff=True), now=now)
    cast.add_organisation("province", "Đảng bộ tỉnh Sơn Hải", "province_party", None, "97.000.000.000.000", "TU")
    cast.add_organisation("commune", "Đảng bộ xã Tân Phước Thượng", "commune_party", "province", "97.101.000.000.000", "ĐU")
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
