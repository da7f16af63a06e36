"""Who keeps the reference tables in these tests."""

import pytest


@pytest.fixture
def keeper(cast):
    return cast.add_user("province_administrator", "Cấn Văn Tý", "administrator", "province")
