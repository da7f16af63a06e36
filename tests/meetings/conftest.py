"""Who keeps the criteria sets in these tests."""

import pytest


@pytest.fixture
def keeper(cast):
    return cast.add_user("province_administrator", "Cấn Văn Tý", "administrator", "province")
