"""What the worker does by the clock is in its schedule after every migrate, once, and does what it says."""

import datetime
import os

import pytest
from django.core.management import call_command
from django.utils import timezone
from django.utils.module_loading import import_string
from django_q.models import Schedule

from inspections.documents import storage
from permissions import audit
from permissions.models import AuditEntry, AuditSeal
from project.demo import stories
from project.jobs import JOBS, make_schedule

pytestmark = pytest.mark.django_db


def test_every_job_is_in_the_schedule_after_a_migrate():
    Schedule.objects.all().delete()
    call_command("migrate", verbosity=0)
    assert {one.name: (one.func, one.schedule_type) for one in Schedule.objects.all()} == JOBS
    assert all(one.repeats == -1 for one in Schedule.objects.all())


def test_the_seal_is_made_hourly():
    make_schedule()
    assert Schedule.objects.get(func="permissions.audit.seal_now").schedule_type == Schedule.HOURLY


def test_a_second_migrate_leaves_the_next_run_as_it_is():
    make_schedule()
    later = timezone.now() + datetime.timedelta(minutes=40)
    Schedule.objects.update(next_run=later)
    make_schedule()
    assert list(Schedule.objects.values_list("next_run", flat=True)) == [later] * len(JOBS)


@pytest.mark.parametrize("function", [function for function, _often in JOBS.values()])
def test_every_job_says_in_one_line_what_it_did(function):
    assert import_string(function)().count("\n") == 0


def test_the_job_seals_what_moved(cast):
    case = stories.proposed(cast)
    assert audit.seal_now().startswith("seal 1: ")
    assert AuditSeal.objects.get().heads[audit.chain_of(case)][0] == 1
    assert audit.seal_now() == "nothing moved since the last seal"
    assert AuditSeal.objects.count() == 1 < AuditEntry.objects.count()


def test_the_job_removes_old_bytes_without_a_row(settings, tmp_path):

    settings.FILES_ROOT = tmp_path
    path = storage.file_path(storage.keep(b"Khong ai nhac toi."))
    os.utime(path, (0, 0))
    assert storage.clean_now() == "1 files that no row names were removed"
    assert not path.exists()
