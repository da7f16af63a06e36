"""The commune as its spreadsheets find it: what no list names is there, nothing else."""

from dataclasses import dataclass

import pytest
from django.test import Client

from inspections.organisations.models import Organisation, User
from project.demo.cast import Cast
from tests.browse import logged_in
from tests.cast import NOW


@dataclass
class Commune:
    """The administrator's browser, and the organisations that stand before the first file."""

    admin: Client
    user: User
    commune: Organisation
    ubkt: Organisation
    cast: Cast


@pytest.fixture
def place(db) -> Commune:
    """The province, the commune, its inspection committee, a neighbour, and an administrator of the commune."""
    cast = Cast(root=User.objects.create(username="root", is_superuser=True), now=NOW)
    cast.add_organisation("province", "Đảng bộ tỉnh Sơn Hải", "province_party", None, "97.000.000.000.000", "TU")
    cast.add_organisation("commune", "Đảng bộ xã Tân Phước Thượng", "commune_party", "province", "97.101.000.000.000")
    cast.add_organisation("ubkt", "UBKT Đảng uỷ xã Tân Phước Thượng", "commune_inspection", "commune")
    cast.add_organisation("ward", "Đảng bộ phường Bến Lau", "commune_party", "province", "97.102.000.000.000")
    cast.add_organisation("ward_cell", "Chi bộ Tổ dân phố 7", "cell", "ward", "97.102.001.000.000")
    cast.add_user("administrator", "Hồ Minh Trí", "administrator", "commune")
    user = cast["administrator"]
    return Commune(logged_in(user), user, cast.organisation("commune"), cast.organisation("ubkt"), cast)
