"""A remark and a change of the calendar at once: both take the calendar before the cell, so neither waits for ever.

Real threads on the database of the run; on SQLite one writes at a time."""

import threading
from datetime import date as D

from django.db import transaction

from inspections.calendars import standing
from inspections.organisations.models import Organisation
from inspections.superiors.models import Remark
from inspections.superiors.services import remarks
from tests.cast import NOW
from tests.racing import race
from tests.superiors.meetings import meeting_of


def test_a_remark_is_left_while_the_calendar_of_its_cell_changes(lasting_db, cast, monkeypatch):
    cell = cast.organisation("dong_muoi")
    meeting = meeting_of(cell, D(2026, 10, 1))
    holds_cell, holds_calendar = threading.Event(), threading.Event()
    lock = remarks.locked_meeting

    def slowly(row):
        found = lock(row)
        holds_cell.set()
        holds_calendar.wait(0.5)
        return found

    def leave():
        return remarks.leave_remark(
            acting_user=cast["chair"], meeting=meeting, text="Nên họp sớm.", answer_by=D(2026, 12, 1), now=NOW
        )

    def change():
        """As a change of the calendar of a tree does: first the calendar, then the organisation."""
        holds_cell.wait(10)
        with transaction.atomic():
            standing.hold_against_new_clocks()
            holds_calendar.set()
            return Organisation.objects.select_for_update().get(pk=cell.pk)

    # he waits longer than he would, so that two who wait for each other are found out by the database
    monkeypatch.setattr(standing, "PATIENCE", 8000)
    monkeypatch.setattr(remarks, "locked_meeting", slowly)
    left, changed = race(leave, change)
    assert isinstance(left, Remark), left
    assert Remark.objects.get() == left
    assert changed == cell, changed
