"""Every verb leaves exactly one entry in the record: watched while a whole world is made and every page is sent."""

import importlib
import inspect
import pkgutil
import sys
from collections import defaultdict
from collections.abc import Callable
from datetime import date as D
from functools import wraps
from typing import Any

import pytest
import time_machine
from django.db import transaction

import inspections
from inspections.meetings.services.listing import RollCallListed, take_roll_calls
from inspections.members.services import Listed, take_members
from inspections.organisations.services import people
from inspections.remedies.models import FollowUpRule
from permissions.models import AuditEntry
from project.demo import stories
from project.demo.drive import do
from tests.cast import NOW, at
from tests.imports.books import book
from tests.imports.running import HEADER, decided, line
from tests.permissions import world as worlds
from tests.permissions.matrix import ROUTES, THROUGH
from tests.permissions.test_access_matrix import Desk, address
from tests.permissions.world import CHILD, OWN
from workflows import services, starts

pytestmark = pytest.mark.django_db


# what somebody typed and did not send, what he read and what he wants to receive is his own, and no deed
OWN_ROOM = "inspections.reminders.services.own"
NO_DEEDS = {"workflows.services.keep_draft", f"{OWN_ROOM}.mark_read", f"{OWN_ROOM}.set_wishes"}


def rooms_of_verbs() -> list[Any]:
    """The modules of verbs: every `services` of the domain, and the doors of the engine."""
    names = [found.name for found in pkgutil.walk_packages(inspections.__path__, "inspections.")]
    return [*(importlib.import_module(name) for name in names if ".services" in name), services, starts]


def verbs() -> dict[str, Callable[..., Any]]:
    """Every public function that acts for a user, by its full name."""
    return {
        f"{module.__name__}.{name}": one
        for module in rooms_of_verbs()
        for name, one in vars(module).items()
        if inspect.isfunction(one)
        and one.__module__ == module.__name__
        and not name.startswith("_")
        and "acting_user" in inspect.signature(one).parameters
        and f"{module.__name__}.{name}" not in NO_DEEDS
    }


class Watch:
    """Counts the entries that each outermost call of a verb leaves."""

    def __init__(self) -> None:
        self.depth = 0
        self.left: dict[str, list[int]] = defaultdict(list)
        self.called: set[str] = set()

    def around(self, name: str, verb: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(verb)
        def watched(*args: Any, **kwargs: Any) -> Any:
            before = AuditEntry.objects.count() if self.depth == 0 else 0
            self.depth += 1
            try:
                result = verb(*args, **kwargs)
            finally:
                self.depth -= 1
            self.called.add(name)
            if self.depth == 0:
                self.left[name].append(AuditEntry.objects.count() - before)
            return result

        return watched


def put_around(watch: Watch, monkeypatch: Any) -> None:
    """Every name in our modules that means a verb means the watched one."""
    watched = {one: watch.around(name, one) for name, one in verbs().items()}
    for module in list(sys.modules.values()):
        if getattr(module, "__name__", "").partition(".")[0] in ("inspections", "workflows", "project", "tests"):
            for name, one in list(vars(module).items()):
                if inspect.isfunction(one) and one in watched:
                    monkeypatch.setattr(module, name, watched[one])


def ways_back_and_out(world: worlds.World) -> None:
    """What neither the world nor a page of it does: work returned, given up, supplied, closed, accepted."""
    cast = world.cast
    verifying, returned = world.row("verifying"), world.row("returned")
    FollowUpRule.objects.update(look_again_after=0)
    stories.judged(cast, world.row("corrected"), "judge_report", "2026-11-17", accepts=True)
    do(cast["officer"], world.row("corrected"), "look", at("2026-11-18"), outcome="still_fixed")
    stories.closed(cast, world.row("case"))

    do(cast["dm_secretary"], verifying.subjects.get(), "supplement", at("2026-11-15"), text="Chi bộ bổ sung.")
    stories.verified(cast, verifying, day="2026-11-16")
    do(cast["vice_chair"], verifying, "draft_report", at("2026-11-17"), text="Dự thảo.")
    do(cast["vice_chair"], verifying, "release_draft", at("2026-11-18"), outcome="redraft", reason="Chưa rõ.")

    do(cast["officer"], returned, "revise", at("2026-10-03"), outcome="submit")
    do(cast["chair"], returned, "sign", at("2026-10-04"), outcome="return", reason="Trùng.")
    do(cast["officer"], returned, "revise", at("2026-10-05"), outcome="withdraw", reason="Trùng với cuộc khác.")

    case = stories.run_to_conclusion(cast)
    stories.drafted_notice(cast, case)
    do(cast["chair"], case, "sign_notice", at("2026-11-10"), outcome="return", reason="Bổ sung ưu điểm.")

    programme = world.row("programme")
    do(cast["officer"], programme, "draft", at("2026-11-10"), outcome="submit")
    do(cast["chair"], programme, "adopt", at("2026-11-11"), outcome="return", reason="Bổ sung chi bộ.")
    do(cast["officer"], programme, "draft", at("2026-11-12"), outcome="abandon")

    lifted = {"end": "lifted", "ended_on": D(2026, 11, 22), "paper": "4-QĐ/CB", "reason": "Đã khắc phục."}
    do(cast["dm_deputy"], world.row("suspension", CHILD), "end_suspension", at("2026-11-22"), **lifted)
    # from the board's lists, each of one row
    correction, overdue = world.row("correction"), world.row("overdue")
    starts.assign_monitors(
        acting_user=cast["chair"], corrections=[correction], monitor=cast.person("member"), reason="Đổi.", now=NOW
    )
    starts.open_follow_ups(
        acting_user=cast["officer"],
        corrections=[overdue],
        kind=overdue.demand.notice.case.kind,
        starts_on=D(2026, 11, 24),
        ends_on=D(2027, 1, 29),
        now=NOW,
    )
    # the running book, and the next one, which says that its line is done
    for result in (None, "xong"):
        sent = book([HEADER, line(result=result)])
        _one, seen = decided(cast["vice_chair"], cast.organisation("ubkt"), sent)
        assert seen.counts["changed" if result else "new"] == 1
        seen.lines[0].act(cast["vice_chair"], NOW)

    # a list of one member is one entry, as is each of its lines
    listed = [Listed(cast.organisation("thcs"), facts={"full_name": "Danh Văn Sách"})]
    take_members(acting_user=cast.root, listed=listed, now=NOW)
    secretary = cast["thcs_secretary"]
    march = [RollCallListed(D(2026, 3, 3), {cast.person("thcs_secretary").pk: "present"})]
    take_roll_calls(acting_user=secretary, cell=cast.organisation("thcs"), listed=march, paper="06.xlsx", now=NOW)

    person = cast.person("thcs_secretary")
    for verb in (people.deactivate_person, people.reactivate_person):
        verb(acting_user=cast.root, person=person, reason="Công tác xa.", now=NOW)


def send_every_page(world: worlds.World) -> None:
    """Every form of the matrix that its holder gets through with, each undone again."""
    desk = Desk()
    for route in ROUTES:
        if route.post is not None and route.expected("POST", "holder", OWN) in THROUGH:
            with transaction.atomic():
                desk.ask(route.user_name("holder"), "POST", address(route, world, OWN), route.data(world))
                transaction.set_rollback(True)


# a conversion ends one case and proposes another, a follow-up leaves one open: an entry in the chain of each
TWO_CHAINS = {
    "workflows.starts.convert": 2,
    "workflows.starts.carry_into_case": 2,
    "workflows.starts.open_follow_ups": 2,
}


def test_every_verb_leaves_exactly_one_entry(monkeypatch, settings, tmp_path):
    settings.FILES_ROOT = tmp_path
    watch = Watch()
    put_around(watch, monkeypatch)
    with time_machine.travel(NOW, tick=False):
        world = worlds.build()
        send_every_page(world)
        ways_back_and_out(world)
    assert sorted(set(verbs()) - watch.called) == [], "a verb that nothing here calls"
    left = {name: sorted(set(counts)) for name, counts in watch.left.items()}
    assert left == {name: [TWO_CHAINS.get(name, 1)] for name in left}
    assert len(left) > 40
