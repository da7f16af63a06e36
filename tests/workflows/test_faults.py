"""A step that fails in the middle leaves nothing: after each of its writes in turn something breaks."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date as D
from typing import Any

import pytest
from django.db import connection, transaction

from inspections.cases.models import Case
from inspections.documents import storage
from inspections.documents.models import StoredFile
from inspections.remedies.models import Correction, FollowUpRule
from project.demo import stories
from project.demo.cast import Cast
from project.demo.drive import PDF, do, open_steps, pdf
from tests.cast import NOW, at
from tests.stored import everything_stored
from workflows import services, starts
from workflows.invariants import INVARIANTS
from workflows.models import WorkItem

WRITES = ("INSERT", "UPDATE", "DELETE")


class Broke(Exception):
    """What no part of the program expects."""


@contextmanager
def breaking_after(write: int) -> Iterator[list[str]]:
    """Raises Broke as soon as so many rows-changing statements have been carried out; 0: never. Yields them."""
    carried_out: list[str] = []

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        result = execute(sql, params, many, context)
        if sql.lstrip().upper().startswith(WRITES):
            carried_out.append(sql)
            if len(carried_out) == write:
                raise Broke(sql[:100])
        return result

    with connection.execute_wrapper(watch):
        yield carried_out


def signing(cast: Cast) -> Callable[[], Any]:
    case = stories.proposed(cast)
    return lambda: do(cast["chair"], case, "sign", at("2026-10-02"), outcome="sign")


def submitting(cast: Cast) -> Callable[[], Any]:
    """The only self-report, with a file: the join closes and the next step opens."""
    case = stories.signed(cast, stories.proposed(cast))
    stories.prepared(cast, case)
    stories.announced(cast, case)
    subject = case.subjects.get()
    files = {"files": pdf("tu-kiem-tra.pdf", PDF + b"tu kiem tra")}
    return lambda: do(
        cast["dm_secretary"], subject, "self_report", at("2026-10-15"), files=files, text="Chi bộ tự kiểm tra."
    )


def publishing(cast: Cast) -> Callable[[], Any]:
    case = stories.run_to_conclusion(cast, "Sinh hoạt chưa đều.", "Nghị quyết chưa phân công.")
    stories.drafted_notice(cast, case)
    return lambda: do(cast["chair"], case, "sign_notice", at("2026-11-09", 14), outcome="sign")


def taking(cast: Cast) -> Callable[[], Any]:
    case = stories.signed(cast, stories.proposed(cast))
    item = WorkItem.objects.get(case=case, done_at__isnull=True)
    return lambda: services.take(acting_user=cast["member"], item=item, now=at("2026-10-05"))


def stopping(cast: Cast) -> Callable[[], Any]:
    case = stories.signed(cast, stories.proposed(cast))
    return lambda: starts.stop(acting_user=cast["chair"], case=case, reason="Sáp nhập chi bộ.", now=at("2026-10-05"))


def converting(cast: Cast) -> Callable[[], Any]:
    case = stories.signed(cast, stories.proposed(cast))
    return lambda: starts.convert(acting_user=cast["chair"], case=case, reason="Có dấu hiệu.", now=at("2026-10-05"))


def opening_again(cast: Cast) -> Callable[[], Any]:
    FollowUpRule.objects.update(look_again_after=0)
    stories.run_to_notice(cast)
    correction = Correction.objects.get()
    stories.planned(cast, correction, "dm_secretary", "2026-11-10", product="Nghị quyết")
    stories.judged(cast, correction, "judge_plan", "2026-11-11", accepts=True)
    stories.carried_out(cast, correction, "dm_secretary", "2026-11-12")
    stories.judged(cast, correction, "judge_report", "2026-11-13", accepts=True)
    again = {"outcome": "recurring", "reason": "Lại thiếu.", "due_words": "before", "due_day": D(2027, 1, 31)}
    return lambda: do(cast["officer"], correction, "look", at("2026-11-16"), **again)


@pytest.mark.parametrize(
    ("arrange", "fewest_writes"),
    [
        (signing, 25),
        (submitting, 12),
        (publishing, 30),
        (taking, 3),
        (stopping, 6),
        (converting, 15),
        (opening_again, 15),
    ],
    ids=lambda one: getattr(one, "__name__", ""),
)
def test_whatever_write_it_breaks_after_nothing_is_left(cast, arrange, fewest_writes):
    act = arrange(cast)
    before = everything_stored()
    with transaction.atomic(), breaking_after(0) as all_writes:
        act()
        transaction.set_rollback(True)
    assert everything_stored() == before
    assert len(all_writes) >= fewest_writes
    for write in range(1, len(all_writes) + 1):
        with pytest.raises(Broke), breaking_after(write):
            act()
        assert everything_stored() == before, f"something is left after write {write}: {all_writes[write - 1]}"
    act()
    assert everything_stored() != before
    assert [breach for one in INVARIANTS for breach in one.breaches(NOW)] == []


def test_bytes_of_a_step_that_broke_are_taken_over_by_the_next_try(cast, settings, tmp_path):
    settings.FILES_ROOT = tmp_path
    act = submitting(cast)
    with pytest.raises(Broke), breaking_after(5):
        act()
    assert not StoredFile.objects.exists()
    [stray] = storage.strays(older_than=0)
    act()
    assert list(storage.strays(older_than=0)) == []
    assert storage.file_path(StoredFile.objects.get().sha256) == stray


def test_a_case_whose_signing_broke_waits_for_its_signature_as_before(cast):
    act = signing(cast)
    case = Case.objects.get()
    for write in (1, 10, 20):
        with pytest.raises(Broke), breaking_after(write):
            act()
        assert open_steps(case) == ["sign"]
    act()
    assert open_steps(case) == ["prepare"]
