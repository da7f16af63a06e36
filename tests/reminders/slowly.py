"""The worker's job, slowed down so that a kill falls into it and two workers meet."""

import time
from typing import Any

from inspections.reminders import jobs
from inspections.reminders.services import sweeping


def sweep_slowly() -> str:
    """As `sweep_now`, in small chunks with a rest after each."""
    chunk = sweeping._chunk

    def rested(*args: Any) -> int:
        left = chunk(*args)
        time.sleep(0.1)
        return left

    sweeping.CHUNK, sweeping._chunk = 15, rested
    try:
        return jobs.sweep_now()
    finally:
        sweeping._chunk = chunk
