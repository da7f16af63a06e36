"""The verbs of organisations, people and offices; each one transaction with one audit entry."""

from inspections.organisations.services.ending import (
    end_organisation,
    must_be_over_first,
    problem_beyond,
    problem_of_place,
)
from inspections.organisations.services.log_ins import (
    FirstLogIn,
    give_log_in,
    give_log_ins,
    record_own_password,
    renew_password,
)
from inspections.organisations.services.moving import (
    MovePreview,
    copied_paths,
    held_in_place,
    move_organisation,
    one_move_at_a_time,
    path_is_copied,
    preview_of_move,
)
from inspections.organisations.services.offices import (
    delegate,
    end_delegation,
    end_office,
    give_office,
    problem_of_role,
)
from inspections.organisations.services.people import (
    add_person,
    correct_person,
    deactivate_person,
    declare_interest,
    end_interest,
    reactivate_person,
)
from inspections.organisations.services.tree import (
    NewOrganisation,
    add_organisation,
    add_organisations,
    correct_organisation,
    correct_organisations,
)

__all__ = [
    "FirstLogIn",
    "MovePreview",
    "NewOrganisation",
    "add_organisation",
    "add_organisations",
    "add_person",
    "copied_paths",
    "correct_organisation",
    "correct_organisations",
    "correct_person",
    "deactivate_person",
    "declare_interest",
    "delegate",
    "end_delegation",
    "end_interest",
    "end_office",
    "end_organisation",
    "give_log_in",
    "give_log_ins",
    "give_office",
    "held_in_place",
    "move_organisation",
    "must_be_over_first",
    "one_move_at_a_time",
    "path_is_copied",
    "preview_of_move",
    "problem_beyond",
    "problem_of_place",
    "problem_of_role",
    "reactivate_person",
    "record_own_password",
    "renew_password",
]
