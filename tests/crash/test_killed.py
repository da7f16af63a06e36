"""The server is killed in the middle of signing, submitting and publishing, and asked again.

What was answered is there once; what was not answered is there wholly or not at all, and asking again does it once.
"""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from inspections.cases.models import Case, Paper
from inspections.documents import storage
from inspections.documents.models import Attachment, IssuedDocument, StoredFile
from inspections.findings.models import Notice
from inspections.organisations.models import User
from inspections.remedies.models import Correction
from permissions.models import AuditEntry
from project.demo import stories
from project.demo.cast import Cast
from project.demo.drive import PDF, item_of, open_steps, pdf
from tests.cast import NOW
from tests.crash.server import Server
from tests.stored import everything_stored
from workflows.invariants import INVARIANTS
from workflows.models import CaseCourse

BEFORE_THE_COMMIT = ["before the first write", "after the first write", "in the middle", "before the commit"]


@pytest.fixture
def server(lasting_db, cast, settings, monkeypatch) -> Iterator[Server]:
    """A real server on the database of the run; nothing is rolled back."""
    folder = Path(tempfile.mkdtemp(prefix="crash-"))
    settings.FILES_ROOT = folder / "files"
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    server = Server(folder)
    yield server
    server.stop()
    shutil.rmtree(folder)


@dataclass
class Deed:
    """A form that somebody sends, and what is there once when it was done once."""

    user: User
    address: str
    data: Callable[[], dict[str, Any]]
    once: Callable[[], dict[str, Any]]
    points: list[str]


def signing(cast: Cast) -> Deed:
    case = stories.proposed(cast)
    return Deed(
        cast["chair"],
        item_of(case, "sign").get_absolute_url(),
        lambda: {"outcome": "sign"},
        lambda: {
            "stage": Case.objects.get().stage == Case.Stage.ORDERED,
            "courses": CaseCourse.objects.count() == 1,
            "numbers": IssuedDocument.objects.count() == 2,
            "papers": Paper.objects.count() == 2,
            "entries": AuditEntry.objects.filter(verb="sign_case").count() == 1,
            "steps": open_steps(case) == ["prepare"],
        },
        BEFORE_THE_COMMIT,
    )


def submitting(cast: Cast) -> Deed:
    case = stories.signed(cast, stories.proposed(cast))
    stories.prepared(cast, case)
    stories.announced(cast, case)
    return Deed(
        cast["dm_secretary"],
        item_of(case.subjects.get(), "self_report").get_absolute_url(),
        lambda: {"text": "Chi bộ tự kiểm tra.", "files": pdf("tu-kiem-tra.pdf", PDF + b"0123456789" * 10_000)},
        lambda: {
            "papers": Paper.objects.filter(kind__code="self_report").count() == 1,
            "files": StoredFile.objects.count() == Attachment.objects.count() == 1,
            "bytes": list(storage.damaged()) == [],
            "entries": AuditEntry.objects.filter(verb="submit_self_report").count() == 1,
            "steps": open_steps(case) == ["verify"],
        },
        ["half a file written", "file in place", *BEFORE_THE_COMMIT],
    )


def publishing(cast: Cast) -> Deed:
    case = stories.run_to_conclusion(cast, "Sinh hoạt chưa đều.", "Nghị quyết chưa phân công.")
    stories.drafted_notice(cast, case)
    return Deed(
        cast["chair"],
        item_of(case, "sign_notice").get_absolute_url(),
        lambda: {"outcome": "sign"},
        lambda: {
            "numbers": IssuedDocument.objects.filter(series__symbol="TB").count() == 1,
            "notice": Notice.objects.get().number == "01-TB/UBKTĐU",
            "corrections": Correction.objects.count() == 2,
            "entries": AuditEntry.objects.filter(verb="sign_notice").count() == 1,
            "steps": open_steps(case) == ["announce_notice", "plan", "plan"],
        },
        BEFORE_THE_COMMIT,
    )


DEEDS = pytest.mark.parametrize("arrange", [signing, submitting, publishing], ids=lambda arrange: arrange.__name__)


def begun(server: Server, deed: Deed) -> Deed:
    """The server runs, and who will ask is logged in."""
    server.log_in(deed.user)
    server.start()
    return deed


def breaches() -> list[Any]:
    return [breach for one in INVARIANTS for breach in one.breaches(NOW)]


def not_once(deed: Deed) -> list[str]:
    """What is not there exactly once."""
    return [name for name, is_once in deed.once().items() if not is_once]


@DEEDS
def test_killed_before_the_commit_nothing_is_there_and_asking_again_does_it_once(server, cast, arrange):
    deed = begun(server, arrange(cast))
    before = everything_stored()
    for point in deed.points:
        assert server.ask(deed.user, deed.address, deed.data(), dies_at=point) is None, f"did not die {point}"
        server.wait()
        assert everything_stored() == before, f"something is left, killed {point}"
        assert breaches() == [], point
        assert server.ask(deed.user, deed.address) == 200, f"the form is not there again, killed {point}"
    assert server.ask(deed.user, deed.address, deed.data()) == 302
    assert not_once(deed) == []
    assert server.ask(deed.user, deed.address, deed.data()) == 409
    assert not_once(deed) == []
    assert breaches() == []


@DEEDS
def test_killed_after_the_commit_all_is_there_and_asking_again_changes_nothing(server, cast, arrange):
    deed = begun(server, arrange(cast))
    assert server.ask(deed.user, deed.address, deed.data(), dies_at="after the commit") is None
    server.wait()
    assert not_once(deed) == []
    assert breaches() == []
    done = everything_stored()
    assert server.ask(deed.user, deed.address) == 200, "the page says what became of it"
    assert server.ask(deed.user, deed.address, deed.data()) == 409
    assert everything_stored() == done


def test_the_whole_server_is_killed_and_started_from_nothing(server, cast):
    deed = begun(server, signing(cast))
    before = everything_stored()
    assert server.ask(deed.user, deed.address, deed.data(), dies_at="before the commit, all") is None
    assert server.is_gone()
    assert everything_stored() == before
    server.start()
    assert server.ask(deed.user, deed.address, deed.data(), dies_at="after the commit, all") is None
    assert server.is_gone()
    assert not_once(deed) == []
    server.start()
    assert server.ask(deed.user, deed.address, deed.data()) == 409
    assert not_once(deed) == []
    assert breaches() == []


def test_half_a_file_is_found_and_cleaned(server, cast):
    deed = begun(server, submitting(cast))
    assert server.ask(deed.user, deed.address, deed.data(), dies_at="half a file written") is None
    server.wait()
    [half] = storage.strays(older_than=0)
    assert half.stat().st_size < deed.data()["files"].size
    assert storage.clean(older_than=0) == 1
    assert list(storage.strays(older_than=0)) == []
    assert server.ask(deed.user, deed.address, deed.data()) == 302
    assert not_once(deed) == []
