"""Two of the team at once: one checklist and one sample come of it, and the other is told.

Real threads on the database of the run; on SQLite one writes at a time."""

from inspections.quality.models import Checklist, Sample
from inspections.quality.services.samples import DrawGiven, draw_sample
from permissions.verdicts import NotNow
from tests.cast import at
from tests.quality.halves import drawn_up, half_year, subject_of, verifying
from tests.racing import race, widen


def test_two_draw_up_at_once(lasting_db, cast, monkeypatch):
    half_year(cast)
    case = verifying(cast)
    widen(monkeypatch)
    results = race(lambda: drawn_up(cast, case, by="member"), lambda: drawn_up(cast, case, by="officer"))
    assert sorted(type(one).__name__ for one in results) == ["Checklist", "NotNow"], results
    assert Checklist.objects.get().items.count() == 17

    def draw(who):
        given = DrawGiven("random", 2, who)
        return draw_sample(acting_user=cast[who], subject=subject_of(case), given=given, after=0, now=at("2026-10-20"))

    results = race(lambda: draw("member"), lambda: draw("officer"))
    assert [isinstance(one, NotNow) for one in results].count(True) == 1, results
    assert Sample.objects.get().meetings.count() == 2
