"""Who is on a cell's roll on a day, and in what standing."""

import datetime

import pytest
from django.db import IntegrityError, transaction

from inspections.members.models import Exemption, Membership
from inspections.members.queries import roll_of
from inspections.members.rules import overlap, standing_on
from inspections.organisations.models import Person
from inspections.organisations.services import add_person

D = datetime.date
TODAY = D(2026, 11, 23)
TEMPORARY = Membership.Kind.TEMPORARY


def told(cell, on=TODAY):
    """name -> what the roll says, in short."""
    words = {}
    for one in roll_of(cell, on):
        marks = [
            "exempt" if one.is_exempt else "",
            "here" if one.is_temporary_here else "",
            "away" if one.is_away else "",
            "expected" if one.is_expected else "",
        ]
        words[one.person.full_name] = " ".join([one.standing, *filter(None, marks)])
    return words


@pytest.mark.parametrize(
    ("day", "standing", "full_on", "expected"),
    [
        (D(2026, 5, 1), "full", None, "full"),  # since when is not known
        (D(2026, 5, 1), "probationary", None, "probationary"),
        (D(2026, 5, 1), "full", D(2026, 5, 1), "full"),  # the day itself counts
        (D(2026, 4, 30), "full", D(2026, 5, 1), "probationary"),
        (D(2026, 4, 30), "full", D(2020, 5, 1), "full"),
    ],
)
def test_the_standing_on_a_day(day, standing, full_on, expected):
    assert standing_on(day, standing=standing, full_on=full_on) == expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ((None, None), (None, None), True),
        ((None, D(2026, 1, 1)), (D(2026, 1, 1), None), True),  # both days are included
        ((None, D(2026, 1, 1)), (D(2026, 1, 2), None), False),
        ((D(2026, 1, 2), None), (None, D(2026, 1, 1)), False),
        ((D(2026, 1, 5), D(2026, 1, 4)), (None, None), False),  # never came into force
    ],
)
def test_which_stretches_have_a_day_in_common(one, other, expected):
    assert overlap(one, other) is expected
    assert overlap(other, one) is expected


def test_whoever_is_added_is_on_the_roll_of_his_cell_since_an_unknown_day(cast):
    cell = cast.organisation("suoi_da")
    person = add_person(acting_user=cast.root, now=cast.now, full_name="Hồ Thị Lan", organisation=cell)

    assert person.memberships.get().starts_on is None
    assert "Hồ Thị Lan" in told(cell)
    assert "Hồ Thị Lan" in told(cell, D(1999, 1, 1))
    assert "Hồ Thị Lan" not in told(cast.organisation("dong_muoi"))


def test_the_roll_tells_who_is_exempt_away_or_here_for_a_time(cast, django_assert_num_queries):
    home, other = cast.organisation("suoi_da"), cast.organisation("dong_muoi")
    exempt, away, gone = cast.person("sd_deputy"), cast.person("sd_member"), cast.person("sd_secretary")
    Exemption.objects.create(person=exempt, starts_on=D(2026, 11, 1), ends_on=D(2026, 11, 23))
    Membership.objects.create(person=away, kind=TEMPORARY, cell=other, starts_on=D(2026, 10, 1))
    Membership.objects.create(person=gone, kind=TEMPORARY, place="tỉnh khác", ends_on=D(2026, 10, 31))

    with django_assert_num_queries(1):
        here = told(home)
    assert here == {
        "Mai Quang Phú": "full exempt",
        "Phan Văn Tám": "full away",
        "Tô Thanh Nghị": "full expected",
    }
    assert told(other)["Phan Văn Tám"] == "full here expected"
    assert told(home, D(2026, 9, 30)) == {
        "Mai Quang Phú": "full expected",
        "Phan Văn Tám": "full expected",
        "Tô Thanh Nghị": "full away",
    }
    assert told(home, D(2026, 11, 24))["Mai Quang Phú"] == "full expected"


def test_who_was_not_yet_admitted_is_not_on_the_roll_and_the_probation_is_told(cast):
    cell, person = cast.organisation("suoi_da"), cast.person("sd_member")
    Person.objects.filter(pk=person.pk).update(admitted_on=D(2024, 5, 3), full_on=D(2025, 5, 3))

    assert "Phan Văn Tám" not in told(cell, D(2024, 5, 2))
    assert told(cell, D(2024, 5, 3))["Phan Văn Tám"] == "probationary expected"
    assert told(cell, D(2025, 5, 3))["Phan Văn Tám"] == "full expected"


@pytest.mark.parametrize(
    "facts",
    [
        {"standing": "probationary", "full_on": D(2025, 5, 3)},
        {"admitted_on": D(2025, 5, 3), "full_on": D(2025, 5, 2)},
    ],
)
def test_the_database_refuses_days_that_contradict_each_other(cast, facts):
    with pytest.raises(IntegrityError), transaction.atomic():
        Person.objects.filter(pk=cast.person("sd_member").pk).update(**facts)


def test_the_database_refuses_a_second_open_home(cast):
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.create(person=cast.person("sd_member"), cell=cast.organisation("dong_muoi"))
