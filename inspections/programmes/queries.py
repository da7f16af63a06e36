"""Programmes with their progress, and the coverage picture."""

import datetime
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from inspections.cases.models import Case, CaseSubject
from inspections.organisations.models import Organisation, User
from inspections.organisations.models.organisations import OrganisationQuerySet
from inspections.organisations.queries import living_heirs_of
from inspections.organisations.rules import is_at_or_below
from inspections.programmes.models import Programme, ProgrammeLine
from inspections.programmes.rules import CaseOfLine, Progress, Subject, standing_of, years_without
from inspections.programmes.services import versions_of
from permissions import policy

LOOKS = {
    Progress.PLANNED: "draft",
    Progress.OPENED: "running",
    Progress.DONE: "done",
    Progress.LATE: "late",
    Progress.DROPPED: "stopped",
}


def programmes_for(user: User) -> QuerySet[Programme]:
    """The programmes the user may see."""
    return policy.visible(user, Programme.objects.all()).select_related("organisation__type")


def proposers(programme: Programme, user: User) -> list[Organisation]:
    """The organisations for which the user may open cases from the lines: the programme's own or its successors, and
    their bodies."""
    if programme.state != Programme.State.ADOPTED:
        return []
    # those in its place carry on what was planned
    doers = living_heirs_of(programme.organisation)
    bodies = Organisation.objects.filter(parent__in=doers, type__is_body=True)
    return [body for body in (*doers, *bodies) if policy.may(user, "propose_case", body)]


@dataclass
class LineShown:
    """A line with its progress and the cases the reader may see."""

    line: ProgrammeLine
    progress: Progress
    look: str
    cases: list[Any]
    covered: int
    planned: int


def lines_of(programme: Programme, user: User, today: datetime.date) -> list[LineShown]:
    """The lines of a programme with their progress, by subject. Cases of older versions of a line count for it."""
    lines = list(programme.lines.select_related("kind").prefetch_related("organisations", "members__organisation"))
    chains = {line.pk: versions_of(line) for line in lines}
    every = {pk for chain in chains.values() for pk in chain}
    cases: dict[int, list[Case]] = defaultdict(list)
    # a case from which the reader withdrew does not count: not even its progress tells of it
    counted = Case.objects.filter(line_id__in=every).exclude(recusals__person__user=user)
    for case in counted.select_related("kind").prefetch_related("subjects"):
        cases[case.line_id or 0].append(case)
    everybody = _all_below(programme.organisation, today) if any(line.all_below for line in lines) else frozenset()
    seen = set(policy.visible(user, Case.objects.filter(line_id__in=every)).values_list("pk", flat=True))
    shown = []
    for line in lines:
        own = [case for pk in chains[line.pk] for case in cases[pk]]
        standing = standing_of(
            is_dropped=line.dropped_at is not None,
            planned=_subjects_of(line) | (everybody if line.all_below else frozenset()),
            cases=[CaseOfLine(case.stage, frozenset(map(_subject, case.subjects.all()))) for case in own],
            year=line.year,
            last_month=line.last_month,
            today=today,
        )
        told = [case for case in own if case.pk in seen]
        look = LOOKS[standing.progress]
        shown.append(LineShown(line, standing.progress, look, told, standing.covered, standing.planned))
    return shown


def _subject(one: CaseSubject) -> Subject:
    return ("person", one.person_id) if one.person_id is not None else ("organisation", one.organisation_id)


def _subjects_of(line: ProgrammeLine) -> frozenset[Subject]:
    organisations = {("organisation", one.pk) for one in line.organisations.all()}
    return frozenset(organisations | {("person", one.pk) for one in line.members.all()})


def _all_below(body: Organisation, today: datetime.date) -> frozenset[Subject]:
    return frozenset(("organisation", pk) for pk in below(body, today).values_list("pk", flat=True))


def below(body: Organisation, today: datetime.date) -> OrganisationQuerySet:
    """The organisations, not bodies, that a body oversees on the day."""
    rows = Organisation.objects.at_or_below(body.scope_path).exclude(path=body.scope_path)
    return rows.filter(type__is_body=False).in_force(today)


@dataclass
class Difference:
    """A line of a newer version beside the line it was: what, old, new. A line that is new has no `changes`."""

    line: ProgrammeLine
    is_new: bool
    changes: list[tuple[Any, str, str]]


def differences(programme: Programme) -> list[Difference]:
    """How a version differs from the one it replaces; none for a first version."""
    if programme.replaces_id is None:
        return []
    related = "organisations", "members", "carried_from__organisations", "carried_from__members"
    lines = programme.lines.select_related("kind", "carried_from__kind").prefetch_related(*related)
    found = []
    for line in lines:
        old = line.carried_from
        if old is None:
            found.append(Difference(line, True, []))
            continue
        was, now = _told(old), _told(line)
        changes = [(label, was[label], text) for label, text in now.items() if was[label] != text]
        if changes:
            found.append(Difference(line, False, changes))
    return found


def _told(line: ProgrammeLine) -> dict[Any, str]:
    """What a line says, by label, as people read it."""
    subjects = [str(_("all organisations below"))] if line.all_below else []
    subjects += [str(one) for one in (*line.organisations.all(), *line.members.all())]
    days = (line.examined_from, line.examined_to)
    examined = " – ".join(day.strftime("%d/%m/%Y") if day else "…" for day in days) if any(days) else ""
    months = f"{line.first_month}–{line.last_month}/{line.year}" if line.first_month else str(line.year)
    return {
        _("Kind"): str(line.kind),
        _("Content"): line.content,
        _("Subjects"): "; ".join(subjects),
        _("Period examined"): examined,
        _("Lead"): line.lead,
        _("When"): months,
        _("Note"): line.note,
    }


@dataclass
class Square:
    """One organisation in one year: inspected how often, planned or not."""

    year: int
    cases: int
    planned: int


@dataclass
class CoverageRow:
    organisation: Organisation
    squares: list[Square]
    years_since: int | None

    @property
    def is_empty(self) -> bool:
        """No case in any of the years shown."""
        return not any(square.cases for square in self.squares)


def coverage(body: Organisation, user: User, today: datetime.date, years: int = 5) -> list[CoverageRow]:
    """Organisations below the body × the last years, the present and the next: cases about each, lines that plan it.

    A case about a member is none about his organisation. How long ago the last one was counts all years on record. A
    line that is being changed counts as its newest version."""
    span = range(today.year - years + 1, today.year + 2)
    organisations = list(policy.visible(user, below(body, today)).order_by("path"))
    seen = policy.visible(user, Case.objects.exclude(stage__in=["proposed", "withdrawn", "stopped", "converted"]))
    counted: dict[tuple[int, int], int] = defaultdict(int)
    inspected: dict[int, set[int]] = defaultdict(set)
    subjects = CaseSubject.objects.filter(
        case__in=seen, person__isnull=True, organisation__in=Organisation.objects.at_or_below(body.scope_path)
    )
    # of what a running book brought in, only the conclusion is known
    begun = Coalesce("case__starts_on", "case__concluded_on")
    for organisation_id, on in subjects.values_list("organisation_id", begun):
        counted[organisation_id, on.year] += 1
        inspected[organisation_id].add(on.year)
    planned: dict[tuple[int, int], int] = defaultdict(int)
    programmes = programmes_for(user).exclude(state__in=["replaced", "abandoned"])
    newer = ProgrammeLine.objects.filter(carried_from=OuterRef("pk"), programme__in=programmes)
    lines = ProgrammeLine.objects.filter(~Exists(newer), programme__in=programmes, dropped_at__isnull=True)
    for organisation_id, year in lines.filter(all_below=False).values_list("organisations", "year"):
        if organisation_id is not None:
            planned[organisation_id, year] += 1
    for top, year in lines.filter(all_below=True).values_list("programme__organisation__scope_path", "year"):
        for organisation in organisations:
            if is_at_or_below(organisation.path or "", top) and organisation.path != top:
                planned[organisation.pk, year] += 1
    rows = []
    for organisation in organisations:
        squares = [Square(year, counted[organisation.pk, year], planned[organisation.pk, year]) for year in span]
        since = years_without(inspected[organisation.pk], today.year)
        rows.append(CoverageRow(organisation, squares, since))
    return rows
