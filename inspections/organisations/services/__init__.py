"""The verbs of organisations, people and offices; each one transaction with one audit entry."""

from inspections.organisations.services.log_ins import give_log_in
from inspections.organisations.services.offices import delegate, end_delegation, end_office, give_office
from inspections.organisations.services.people import add_person, declare_interest
from inspections.organisations.services.tree import add_organisation, correct_organisation

__all__ = [
    "add_organisation",
    "add_person",
    "correct_organisation",
    "declare_interest",
    "delegate",
    "end_delegation",
    "end_office",
    "give_log_in",
    "give_office",
]
