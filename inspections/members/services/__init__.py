"""The verbs of members; each one transaction with one audit entry, that of a list one for each member it changes."""

from inspections.members.services.belonging import (
    correct_membership,
    end_temporary,
    release_member,
    send_temporarily,
    transfer_member,
)
from inspections.members.services.common import hold
from inspections.members.services.exempting import end_exemption, exempt_member
from inspections.members.services.people import admit_member, correct_member, make_full
from inspections.members.services.taking import Listed, hold_listed, take_members

__all__ = [
    "Listed",
    "admit_member",
    "correct_member",
    "correct_membership",
    "end_exemption",
    "end_temporary",
    "exempt_member",
    "hold",
    "hold_listed",
    "make_full",
    "release_member",
    "send_temporarily",
    "take_members",
    "transfer_member",
]
