"""The demo: an invented commune at work around today, made through the verbs that users use (issue 2, 1)."""

import re

import pytest
from django.conf import settings
from django.utils import timezone

from inspections.cases.models import Case
from inspections.organisations.models import Office, Organisation, Person, User
from inspections.remedies.models import Correction
from inspections.reports.rules import months_until
from inspections.schemes.models import EventKind, Scheme, SchemeEvent, SchemeTask
from inspections.schemes.queries.figures import latest_figures
from inspections.superiors.models import Following, RegularSupervision, Remark, Visit
from inspections.superiors.queries import flags
from permissions import audit
from permissions.catalogue import ROLES
from project.demo.build import build, log_ins
from workflows.invariants import INVARIANTS

pytestmark = pytest.mark.django_db


def test_demo_shows_every_role_and_every_stage_and_all_of_it_holds_together(subtests):
    now = timezone.now()
    build(now, report=lambda told: None)
    names = [username for username, _what in log_ins()]
    with subtests.test("a log-in for each role, told to whoever starts the program"):
        offices = Office.objects.filter(person__user__username__in=names)
        assert set(offices.values_list("role", flat=True)) == set(ROLES)
        assert User.objects.filter(username__in=names).count() == len(names) == len(set(names))
        page = (settings.BASE_DIR / "README.md").read_text(encoding="utf-8")
        table = page.partition("## Log-ins of the demo")[2].partition("##")[0]
        assert set(re.findall(r"`([a-z0-9.]+)`", table)) - {"Son-Hai-2026"} == set(names)
    with subtests.test("a case in each stage"):
        assert set(Case.objects.values_list("stage", flat=True)) == set(Case.Stage.values)
    with subtests.test("24 cells and about 600 members"):
        cells = Organisation.objects.filter(type__code="cell", path__startswith=commune().path)
        assert cells.count() == 24
        assert 550 <= Person.objects.filter(organisation__in=cells).count() <= 650
    with subtests.test("corrections late and accepted"):
        today = timezone.localdate(now)
        assert Correction.objects.filter(state=Correction.State.ACCEPTED).exists()
        assert Correction.objects.exclude(state=Correction.State.ACCEPTED).filter(due_on__lt=today).exists()
    with subtests.test("superiors see every flag on their map, and what comes of it"):
        user, rules = User.objects.get(username="bithu"), flags.settings_now()
        told = flags.tally(user, flags.Asked(today), flags.FLAGS, months_until(today), rules)
        seen = {flag for one in told.values() for flag in flags.FLAGS if any(one.figures[flag])}
        assert seen == set(flags.FLAGS) and len(told) >= 20
        assert {one.answered_at is None for one in Remark.objects.all()} == {True, False}
        assert Visit.objects.exists() and RegularSupervision.objects.exists()
        followers = Following.objects.values_list("person__user__username", flat=True)
        assert set(followers) == {"capuyvien", "uvbtv"}
    with subtests.test("a scheme of the province: fifteen tasks, figures of meetings, one review held, one to come"):
        scheme = Scheme.objects.get()
        assert scheme.organisation.name == "Đảng bộ tỉnh Sơn Hải"
        assert SchemeTask.objects.values("group").distinct().count() == SchemeTask.objects.count() == 15
        assert set(scheme.reviews.values_list("state", flat=True)) == {"held", "planned"}
        assert set(SchemeEvent.objects.values_list("kind", flat=True)) == set(
            EventKind.objects.values_list("pk", flat=True)
        )
        shown = latest_figures(User.objects.get(username="bithu.tinh"), scheme, timezone.localdate(now))
        assert len([one for one, figure in shown if one.measure and figure.count.counted]) >= 6
        assert {figure.standing for _one, figure in shown} >= {"kept", "missed"}
    with subtests.test("the record and the invariants"):
        assert list(audit.faults()) == []
        assert {one.code: list(one.breaches(now)) for one in INVARIANTS} == {one.code: [] for one in INVARIANTS}


def commune() -> Organisation:
    return Organisation.objects.get(name="Đảng bộ xã Tân Phước Thượng")
