"""Offices as committees write them, read into roles, the organisation where each is held, and areas followed."""

import re

from django.utils.translation import gettext as _

from inspections.imports.plans import Choice, Job, Line
from inspections.imports.sheets import Cell
from inspections.organisations.imports.names import Finder, key_of
from inspections.organisations.models import Organisation
from inspections.organisations.text import clean, fold
from permissions.catalogue import ROLES, Place, roles_of

COMMITTEE = r"(?:ubkt|uy ban kiem tra)"
# how an office is written (folded) -> role; the first that fits takes its words away from the rest
ROLE_WORDS = (
    (rf"pho chu nhiem {COMMITTEE}", "inspection_vice_chair"),
    (rf"chu nhiem {COMMITTEE}", "inspection_chair"),
    (rf"(?:uv|uy vien) {COMMITTEE}", "inspection_member"),
    (r"(?:chuyen vien|can bo)[^,]*, theo doi dia ban.*|theo doi dia ban.*", "area_officer"),
    (r"pho bi thu chi bo", "cell_deputy_secretary"),
    (r"bi thu chi bo", "cell_secretary"),
    (r"chi uy vien|uy vien chi uy", "cell_committee_member"),
    (r"pho bi thu", "committee_deputy_secretary"),
    (r"bi thu", "committee_secretary"),
    (r"uvbtv|uy vien (?:ban thuong vu|btv)", "standing_member"),
    (r"uvbch|uy vien (?:ban chap hanh|bch)|dang uy vien|cap uy vien", "committee_member"),
    (r"chanh van phong", "office_chief"),
    (r"(?:chuyen vien|can bo) van phong", "office_officer"),
    (r"truong ban (?:xdd|xay dung dang)", "party_building_head"),
)
OF_BODIES = {code for code, role in ROLES.items() if role.held_in == {Place.BODY}}
# what a committee calls an office, and what the same is in a cell
OF_CELLS = {
    "cell_deputy_secretary": "committee_deputy_secretary",
    "cell_secretary": "committee_secretary",
    "cell_committee_member": "committee_member",
}
LEAVE_OUT = "leave_out"
IN_CELLS = {committee: cell for cell, committee in OF_CELLS.items()}
# in a list of an inspection committee its own name is left away
IN_BODIES = (
    (r"pho chu nhiem", "inspection_vice_chair"),
    (r"chu nhiem", "inspection_chair"),
    (r"uy vien|uv|thanh vien", "inspection_member"),
)


def roles_in(line: Line, job: Job, cell: Cell, organisation: Organisation) -> list[str]:
    """The roles that the cell names, at the organisation; asks on the line what is not certain."""
    left, roles = fold(cell.text), []
    for pattern, role in (*ROLE_WORDS, *(IN_BODIES if organisation.type.is_body else ())):
        if re.search(rf"\b(?:{pattern})", left):
            left = re.sub(rf"\b(?:{pattern})", " ", left)
            roles.append(role)
    if not roles:
        fitting_here = {role.code for role in roles_of(organisation.type)}
        if not organisation.type.is_cell:  # what is held in the inspection committee stands in the committee's list
            fitting_here |= OF_BODIES
        choices = [Choice(code, str(role.label)) for code, role in ROLES.items() if code in fitting_here]
        choices.append(Choice(LEAVE_OUT, _("leave this line out")))
        words = _("Which role is “%(text)s”?") % {"text": cell.text}
        roles = [job.ask(line, cell, f"office:{fold(cell.text)}", words, choices)]
    fitting = []
    for role in filter(None, roles):
        if organisation.type.is_cell:
            role = IN_CELLS.get(role, role)
        if role in OF_CELLS and not organisation.type.is_cell:
            choices = [Choice(code, str(ROLES[code].label)) for code in (OF_CELLS[role], role)]
            choices.append(Choice(LEAVE_OUT, _("leave this line out")))
            words = _("“%(organisation)s” is no cell. Which role is “%(text)s” there?")
            words = words % {"organisation": organisation, "text": cell.text}
            key = f"role:{fold(cell.text)}:{organisation.pk}"
            role = job.ask(line, cell, key, words, choices, guess=OF_CELLS[role])
        if role:
            fitting.append(role)
    if LEAVE_OUT in fitting:
        line.reason = _("left out as decided")
    return [role for role in fitting if role != LEAVE_OUT]


def place_of(role: str, organisation: Organisation, finder: Finder) -> Organisation:
    """Where a role is held: inspection roles in the body, roles of the committee in the committee."""
    if role in OF_BODIES:
        bodies = finder.bodies_of.get(organisation.pk, [])
        return bodies[0] if len(bodies) == 1 and not organisation.type.is_body else organisation
    return organisation.overseer


def areas_of(line: Line, job: Job, cell: Cell, finder: Finder) -> list[Organisation]:
    """The organisations that an area officer follows, as the cell names them."""
    found = re.search(r"địa bàn\s*:?(.*)$", cell.text, re.IGNORECASE)
    if found is None:
        return []
    areas = []
    for piece in re.split(r"[,;]|\bvà\b", found[1]):
        words = key_of(piece)
        if not words:
            continue
        fitting = [one for one in finder.all if one.type.is_cell and f" {key_of(one.name)} ".endswith(f" {words} ")]
        area = fitting[0] if len(fitting) == 1 else finder.ask(job, line, cell, clean(piece))
        if area is not None:
            areas.append(area)
    return areas
