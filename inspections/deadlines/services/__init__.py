"""The clocks, as parts of other verbs, and what is asked for about them."""

from inspections.deadlines.services.clocks import (
    cancel_clocks,
    cancel_clocks_of_case,
    due_is_copied,
    extend_clock,
    hand_back,
    hand_over,
    live_clock_of,
    meet_clock,
    met_otherwise,
    move_clock,
    resume_clock,
    run_again,
    run_duty_again,
    start_clock,
    start_otherwise,
    suspend_clock,
)
from inspections.deadlines.services.counting import count_again
from inspections.deadlines.services.lapsing import lapse_is_followed_by
from inspections.deadlines.services.passing import change_watcher, follow_a_move, live_clocks_of, pass_on

__all__ = [
    "cancel_clocks",
    "cancel_clocks_of_case",
    "change_watcher",
    "count_again",
    "due_is_copied",
    "extend_clock",
    "follow_a_move",
    "hand_back",
    "hand_over",
    "lapse_is_followed_by",
    "live_clock_of",
    "live_clocks_of",
    "meet_clock",
    "met_otherwise",
    "move_clock",
    "pass_on",
    "resume_clock",
    "run_again",
    "run_duty_again",
    "start_clock",
    "start_otherwise",
    "suspend_clock",
]
