"""The tree with its codes, offices whose rights follow at once and at the date, and one's own password."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from inspections.organisations.models import Organisation, OrganisationType
from inspections.organisations.rules import is_code
from inspections.organisations.services import add_organisation, delegate, end_office, give_office
from permissions import policy
from permissions.models import AuditEntry
from tests.browse import logged_in, on, send
from tests.cast import NOW

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


@pytest.mark.parametrize(
    ("code", "fits"),
    [
        ("38.168.053.000.001", True),
        ("38.168.053.000", False),
        ("038.168.053.000.001", False),
        ("38-168-053-000-001", False),
        ("38.168.053.000.00a", False),
        ("", False),
    ],
)
def test_a_code_has_five_parts(code, fits):
    assert is_code(code) is fits


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"code": "97.101.1"}, "code"),
        ({"code": "97.102.001.000.000"}, "code"),
        ({"name": " "}, "name"),
        ({"type": "province_party"}, "type"),
    ],
)
def test_a_wrong_organisation_is_refused_beside_its_field_and_keeps_what_was_typed(cast, facts, field):
    typed = {"name": "Chi bộ thôn Mới", "type": "cell", "code": "97.101.077.000.000"} | facts
    typed["type"] = OrganisationType.objects.get(code=typed["type"]).pk
    before = Organisation.objects.count()
    address = reverse("organisations:add", args=[cast.organisation("commune").pk])
    answer = send(logged_in(cast["administrator"]), address, status=422, **typed)
    assert list(answer.context["form"].errors) == [field]
    assert answer.context["form"]["code"].value() == typed["code"]
    assert Organisation.objects.count() == before


def test_nothing_stands_below_a_body_or_a_cell(cast):
    for parent in ("ubkt", "dong_muoi"):
        with pytest.raises(ValidationError) as problem:
            add_organisation(
                acting_user=cast.root,
                now=NOW,
                name="Chi bộ dưới",
                type=OrganisationType.objects.get(code="cell"),
                parent=cast.organisation(parent),
            )
        assert list(problem.value.error_dict) == ["type"]


def holds(cast, name, verb, organisation, day=TODAY):
    moment = NOW.replace(year=day.year, month=day.month, day=day.day)
    return bool(policy.may(cast[name], verb, cast.organisation(organisation), moment))


def test_rights_begin_at_the_first_day_of_an_office_and_end_after_its_last(cast):
    starts, ends = TODAY + datetime.timedelta(days=10), TODAY + datetime.timedelta(days=20)
    give_office(
        acting_user=cast["administrator"],
        person=cast.person("sd_member"),
        role="inspection_chair",
        organisation=cast.organisation("ubkt"),
        starts_on=starts,
        ends_on=ends,
        paper="9-QĐ/ĐU",
        now=NOW,
    )
    days = [TODAY, starts - datetime.timedelta(days=1), starts, ends, ends + datetime.timedelta(days=1)]
    assert [holds(cast, "sd_member", "adopt_programme", "ubkt", day) for day in days] == [
        False,
        False,
        True,
        True,
        False,
    ]


def test_an_office_ended_yesterday_gives_nothing_today_and_its_deputy_nothing_either(cast):
    delegate(
        acting_user=cast["administrator"],
        office=cast.offices["chair"],
        deputy=cast.person("member2"),
        starts_on=TODAY,
        ends_on=None,
        now=NOW,
    )
    assert holds(cast, "chair", "adopt_programme", "ubkt")
    assert holds(cast, "member2", "adopt_programme", "ubkt")
    yesterday = TODAY - datetime.timedelta(days=1)
    end_office(acting_user=cast["administrator"], office=cast.offices["chair"], last_day=yesterday, now=NOW)
    assert not holds(cast, "chair", "adopt_programme", "ubkt")
    assert not holds(cast, "member2", "adopt_programme", "ubkt")


def test_names_are_found_without_accents(cast):
    assert list(Organisation.objects.matching("chi bo thon dong muoi")) == [cast.organisation("dong_muoi")]


def test_ones_own_password_leaves_an_entry_that_does_not_tell_it(cast):
    user = cast["officer"]
    user.set_password("Muoi-Trang-2026")
    user.save()
    words = {"old_password": "Muoi-Trang-2026", "new_password1": "Muoi-Hong-2027", "new_password2": "Muoi-Hong-2027"}
    send(logged_in(user), reverse("password_change"), **words)
    entry = AuditEntry.objects.get(verb="change_own_password")
    assert (entry.user, entry.new) == (user, {"username": "officer"})
    user.refresh_from_db()
    assert user.check_password("Muoi-Hong-2027")


@pytest.mark.parametrize("typed", ["²", "9" * 30, "9" * 5000, "٣", ""])
@pytest.mark.parametrize(
    ("name", "key", "about"),
    [
        ("organisations:move", "parent", "dong_muoi"),
        ("workflows:propose", "line", "ubkt"),
        ("programmes:list", "q", ""),
        ("calendars:list", "year", ""),
    ],
)
def test_what_only_looks_like_a_number_in_an_address_is_none(cast, name, key, about, typed):
    address = reverse(name, args=[cast.organisation(about).pk] if about else [])
    with on("2026-11-23"):
        browser = logged_in(cast["officer"] if name == "workflows:propose" else cast.root)
        assert browser.get(address, {key: typed}).status_code == 200
