"""Whose task it is, asked at the last moment: an office that ends takes the claimed task along, back to the queue."""

from datetime import date as D

import pytest
import time_machine
from django.test import Client

from inspections.cases.models import Paper
from inspections.cases.services.people import sync_case_grants
from inspections.organisations.services import end_office, give_office
from inspections.organisations.services.people import deactivate_person
from permissions import policy
from permissions.models import AuditEntry
from permissions.verdicts import NotNow, Refused
from project.demo import stories
from project.demo.drive import inbox, item_of, open_steps
from tests.cast import NOW, at
from tests.stored import everything_stored
from workflows import services
from workflows.models import WorkItem

YESTERDAY, TOMORROW = D(2026, 11, 22), D(2026, 11, 24)


@pytest.fixture(autouse=True)
def _stopped_clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def signing(cast):
    """The signature of a proposal, which the chair took."""
    item = item_of(stories.proposed(cast), "sign")
    services.take(acting_user=cast["chair"], item=item, now=at("2026-11-20"))
    return item


def end(cast, who, last_day=YESTERDAY):
    end_office(acting_user=cast.root, office=cast.offices[who], last_day=last_day, now=NOW, paper="20-QĐ/ĐU")


def browser(user):
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


def entries(item):
    found = AuditEntry.objects.filter(about_type="workflows.workitem", about_id=item.pk).order_by("seq")
    return [(one.verb, one.person_name, one.office_name, one.new) for one in found]


def test_taking_and_giving_back_are_recorded(cast, signing):
    services.give_back(acting_user=cast["chair"], item=signing, now=at("2026-11-21"))
    chair = ("Đỗ Văn Quý", "Chủ nhiệm uỷ ban kiểm tra, UBKT Đảng uỷ xã Tân Phước Thượng", {"step": "sign"})
    assert entries(signing) == [("take_task", *chair), ("give_back_task", *chair)]


def test_a_task_that_is_taken_is_in_nobody_elses_queue_and_comes_back_when_given_back(cast, signing):
    assert inbox(cast["chair"], NOW) == ["sign"]
    assert inbox(cast["vice_chair"], NOW) == []
    with pytest.raises(NotNow, match="Đỗ Văn Quý"):
        services.take(acting_user=cast["vice_chair"], item=signing, now=NOW)
    services.give_back(acting_user=cast["chair"], item=signing, now=NOW)
    assert inbox(cast["vice_chair"], NOW) == ["sign"]


def lost_at_once(cast):
    end(cast, "chair")
    return NOW


def lost_at_the_date(cast):
    end(cast, "chair", last_day=TOMORROW)
    return at("2026-11-25")


def lost_with_all_access(cast):
    deactivate_person(acting_user=cast.root, person=cast.person("chair"), reason="Chuyển sinh hoạt.", now=NOW)
    return NOW


@pytest.mark.parametrize("lose", [lost_at_once, lost_at_the_date, lost_with_all_access], ids=lambda lose: lose.__name__)
def test_who_lost_the_office_cannot_finish_what_he_took_and_it_is_back_in_the_queue(cast, signing, lose):
    case = signing.case
    assert inbox(cast["vice_chair"], NOW) == []
    later = lose(cast)
    before = everything_stored()
    with pytest.raises(Refused):
        stories.signed(cast, case, day=later.date().isoformat())
    assert everything_stored() == before
    assert inbox(cast["chair"], later) == []
    assert inbox(cast["vice_chair"], later) == ["sign"]
    services.take(acting_user=cast["vice_chair"], item=signing, now=later)
    stories.signed(cast, case, day=later.date().isoformat(), by="vice_chair")
    assert open_steps(case) == ["prepare"]
    assert WorkItem.objects.get(pk=signing.pk).done_by == cast["vice_chair"]


def test_until_the_last_day_of_the_office_the_task_stays_his(cast, signing):
    end(cast, "chair", last_day=TOMORROW)
    with pytest.raises(NotNow):
        services.take(acting_user=cast["vice_chair"], item=signing, now=at("2026-11-24", 23))
    stories.signed(cast, signing.case, day="2026-11-24")
    assert open_steps(signing.case) == ["prepare"]


def test_who_gets_the_office_again_finds_the_task_as_he_left_it(cast, signing):
    end(cast, "chair")
    office = {"role": "inspection_chair", "organisation": cast.organisation("ubkt"), "starts_on": D(2026, 11, 23)}
    give_office(acting_user=cast.root, person=cast.person("chair"), now=NOW, **office)
    assert inbox(cast["chair"], NOW) == ["sign"]
    stories.signed(cast, signing.case, day="2026-11-23")
    assert open_steps(signing.case) == ["prepare"]


def test_who_lost_the_office_may_still_give_the_task_back(cast, signing):
    end(cast, "chair")
    services.give_back(acting_user=cast["chair"], item=signing, now=NOW)
    assert [entry[0] for entry in entries(signing)] == ["take_task", "give_back_task"]
    signing.task.refresh_from_db()
    assert signing.task.owner is None


def test_an_office_that_ends_between_reading_the_form_and_sending_it(cast, signing):
    chair = browser(cast["chair"])
    assert chair.get(signing.get_absolute_url()).status_code == 200
    end(cast, "chair")
    before = everything_stored()
    assert chair.post(signing.get_absolute_url(), {"outcome": "sign"}).status_code == 404
    assert everything_stored() == before
    assert open_steps(signing.case) == ["sign"]


def test_a_part_that_ends_between_reading_the_form_and_sending_it(cast):
    case = stories.signed(cast, stories.proposed(cast))
    item = item_of(case, "prepare")
    member = browser(cast["member"])
    assert member.get(item.get_absolute_url()).status_code == 200
    case.participants.filter(person=cast.person("member")).update(ends_on=YESTERDAY)
    sync_case_grants(case)
    before = everything_stored()
    answer = member.post(item.get_absolute_url(), {"outline": "1.", "schedule": "2."})
    assert answer.status_code == 403
    assert everything_stored() == before


def just_before(monkeypatch, where, name, happens):
    """What `name` does happens after something else, once."""
    original, left = getattr(where, name), [happens]

    def late(*args, **kwargs):
        while left:
            left.pop()()
        return original(*args, **kwargs)

    monkeypatch.setattr(where, name, late)


def test_an_office_that_ends_between_the_check_of_the_page_and_the_lock(cast, signing, monkeypatch):
    chair = browser(cast["chair"])
    just_before(monkeypatch, services, "_locked", lambda: end(cast, "chair"))
    assert chair.post(signing.get_absolute_url(), {"outcome": "sign"}).status_code == 404
    assert open_steps(signing.case) == ["sign"]
    assert not AuditEntry.objects.filter(verb="sign_case").exists()


def test_taking_asks_again_inside_the_lock(cast, monkeypatch):
    item = item_of(stories.proposed(cast), "sign")
    just_before(monkeypatch, services, "_locked", lambda: end(cast, "chair"))
    assert browser(cast["chair"]).post(f"{item.get_absolute_url()}take/").status_code == 404
    item.task.refresh_from_db()
    assert item.task.owner is None


def test_the_verb_itself_asks_again_after_its_own_lock(cast, signing, monkeypatch):
    """Even what the engine's lock let through is asked of the database once more, where it is written."""
    just_before(monkeypatch, policy, "require", lambda: end(cast, "chair"))
    before = Paper.objects.count()
    with pytest.raises(Refused):
        stories.signed(cast, signing.case, day="2026-11-23")
    assert Paper.objects.count() == before
    assert open_steps(signing.case) == ["sign"]
