import pytest


@pytest.fixture
def keeper(cast):
    return cast.add_user("province_administrator", "Cấn Văn Tý", "administrator", "province")
