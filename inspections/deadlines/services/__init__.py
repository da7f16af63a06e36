"""The clocks, as parts of other verbs."""

from inspections.deadlines.services.clocks import (
    LIVE,
    cancel_clocks,
    cancel_clocks_of_case,
    meet_clock,
    move_clock,
    run_again,
    start_clock,
)
from inspections.deadlines.services.passing import live_clocks_of, pass_on

__all__ = [
    "LIVE",
    "cancel_clocks",
    "cancel_clocks_of_case",
    "live_clocks_of",
    "meet_clock",
    "move_clock",
    "pass_on",
    "run_again",
    "start_clock",
]
