"""The measure of schemes and the board of superiors tell the same of the same month."""

from datetime import date as D

import pytest

from inspections.schemes.measures import COUNTS, asked_of, measure_of, values_of
from inspections.schemes.rules import Count
from inspections.superiors.models import FlagRule
from inspections.superiors.queries import flags
from inspections.superiors.rules import Flag, is_counted
from permissions import policy
from tests.cast import Cast
from tests.superiors.meetings import varied

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("kind", ["regular", "thematic"])
@pytest.mark.parametrize("grace", [0, 2, 9])
def test_a_scheme_counts_a_month_as_the_board_does(cast: Cast, kind: str, grace: int):
    varied(cast["chair"])
    flag = Flag.NO_REGULAR if kind == "regular" else Flag.NO_THEMATIC
    FlagRule.objects.filter(code=flag.value).update(amount=grace)
    # a cell of the commune was founded within a month, and another ends within one
    own = [
        one
        for one in cast.organisations.values()
        if one.type.is_cell and one.parent_id == cast.organisation("commune").pk
    ]
    type(own[0]).objects.filter(pk=own[0].pk).update(starts_on=D(2026, 6, 10))
    type(own[1]).objects.filter(pk=own[1].pk).update(ends_on=D(2026, 9, 10))
    measure, settings = measure_of("cells_meeting"), flags.settings_now()
    user, commune = cast["secretary"], cast.organisation("commune")
    compared = 0
    for number in range(1, 12):
        for day in (1, 2, 3, 10, 11, 28):
            today = D(2026, number, day)
            told = [D(2026, month, 1) for month in range(1, 13)]
            told = [month for month in told if is_counted(flag, month, settings, today)]
            values = values_of(measure, {"kind": kind, "times": "last"})
            rows = measure.rows(asked_of(2026, today), values).filter(path__startswith=commune.path)
            found = Count(rows.count(), rows.filter(**{COUNTS: True}).count())
            if not told:
                assert found == Count(0, 0)
                continue
            asked = flags.Asked(today, commune)
            total = flags.total_of(flags.tally(user, asked, [flag], told[-1:], settings).values())
            assert found == Count(total["cells"], total["cells"] - total[flag]), today
            lacking = flags.cells_of(user, asked, flag, told[-1], settings)
            assert set(rows.filter(**{COUNTS: False}).values_list("pk", flat=True)) == set(
                lacking.values_list("pk", flat=True)
            )
            compared += 1
    assert compared > 20 and policy.viewer_for(user).holds("see_meetings")
