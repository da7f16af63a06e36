"""Who keeps the calendar of the country in these tests, and a clock that runs."""

import pytest

from inspections.deadlines.models import Deadline
from project.demo import stories


@pytest.fixture
def keeper(cast):
    return cast.add_user("province_administrator", "Cấn Văn Tý", "administrator", "province")


@pytest.fixture
def clock(cast):
    """A thematic supervision of a commune: 25 working days from Thu 15/10/2026, the last of them Thu 19/11/2026."""
    case = stories.signed(cast, stories.proposed(cast))
    stories.prepared(cast, case)
    stories.announced(cast, case)
    stories.self_reported(cast, case)
    return Deadline.objects.get(case_id=case.pk, duty="verify")
