"""What the board counts beside the clocks, as it is today: cases, organisations without one, lines of programmes."""

import datetime
from bisect import bisect_left, bisect_right
from collections import defaultdict

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from inspections.cases.models import Case, CaseSubject
from inspections.cases.queries import standing_still
from inspections.checks.domain import CASE_WITHOUT_STEP
from inspections.checks.queries import days_of
from inspections.organisations.models import Organisation, User
from inspections.organisations.rules import STEP, path_end
from inspections.programmes.models import Programme, ProgrammeLine
from inspections.programmes.rules import NOT_COUNTED, CaseOfLine, Progress, Subject, standing_of
from inspections.reports.queries.area import below
from inspections.reports.queries.board import Asked, base_of, tops_of
from inspections.reports.rules import common_top
from permissions import policy

CASE_FIGURES = ("running_cases", "proposed_cases", "closed_cases", "quiet_cases")


def quiet_days() -> int:
    """After how many days without a step a case is told of: as in the standing check. One query."""
    return days_of(CASE_WITHOUT_STEP)


def case_conditions(today: datetime.date, quiet_days: int) -> dict[str, Q]:
    """Figure -> which cases it counts. A quiet case is not over and had no step for more than so many days."""
    return {
        "running_cases": ~Q(stage__in=[*Case.ENDED, Case.Stage.PROPOSED]),
        "proposed_cases": Q(stage=Case.Stage.PROPOSED),
        "closed_cases": Q(stage=Case.Stage.CLOSED),
        "quiet_cases": standing_still(today, quiet_days),
    }


def carried_out_below(user: User, asked: Asked) -> Q:
    """The condition that a case is carried out below what is asked and led, and of its kind."""
    viewer = policy.viewer_for(user)
    place = below(tops_of(viewer), "org_path", base_of(viewer, asked), own_only=asked.own_only)
    return place & Q(kind__code=asked.kind) if asked.kind else place


def case_figures(user: User, asked: Asked, quiet_days: int) -> dict[str, int]:
    """How many cases run, wait for a signature, were closed, or had no step for more than so many days. One query."""
    wanted = case_conditions(asked.today, quiet_days)
    found = policy.visible(user, Case.objects.order_by().filter(carried_out_below(user, asked)))
    return found.aggregate(**{name: Count("pk", filter=wanted[name]) for name in CASE_FIGURES})


def without_case(user: User, asked: Asked) -> QuerySet[Organisation]:
    """The organisations below, not bodies, that no case of this year that the reader sees is about."""
    viewer = policy.viewer_for(user)
    base = base_of(viewer, asked)
    seen = policy.visible(user, Case.objects.filter(starts_on__year=asked.today.year)).exclude(stage__in=NOT_COUNTED)
    about = CaseSubject.objects.order_by().filter(
        organisation=OuterRef("pk"), person__isnull=True, case__in=seen.exclude(stage="proposed").values("pk")
    )
    rows = Organisation.objects.filter(below(tops_of(viewer), "path", base, own_only=asked.own_only))
    rows = rows.filter(type__is_body=False).exclude(path=base).in_force(asked.today)
    return policy.visible(user, rows).filter(~Exists(about))


def late_lines(user: User, asked: Asked) -> QuerySet[ProgrammeLine]:
    """The lines of adopted programmes below that are late: their slot is past, and a subject has no case. At most seven
    queries.

    A case from which the reader withdrew does not count, as on the programme's own page."""
    viewer = policy.viewer_for(user)
    place = below(viewer.tops("see_programmes"), "programme__organisation__path", base_of(viewer, asked))
    past = Q(year__lt=asked.today.year) | Q(year=asked.today.year, last_month__lt=asked.today.month)
    adopted = ProgrammeLine.objects.filter(place, past, programme__state=Programme.State.ADOPTED)
    if asked.kind:
        adopted = adopted.filter(kind__code=asked.kind)
    lines = list(
        policy.visible(user, adopted.filter(dropped_at__isnull=True))
        .select_related("programme__organisation")
        .prefetch_related("organisations", "members")
    )
    older = _older(lines)
    begun = _cases_of(user, {pk for chain in older.values() for pk in chain})
    everybody = _everybody(lines, asked.today)
    late = [
        line.pk
        for line in lines
        if _is_late(line, [one for pk in older[line.pk] for one in begun[pk]], everybody, asked)
    ]
    return ProgrammeLine.objects.filter(pk__in=late)


def _older(lines: list[ProgrammeLine]) -> dict[int, list[int]]:
    """Line -> its own id and those it had in older versions. One query, of the programmes' older lines together."""
    known = {line.pk: line.carried_from_id for line in lines}
    bodies = {line.programme.organisation_id for line in lines}
    replaced = ProgrammeLine.objects.order_by().filter(
        programme__organisation__in=bodies, programme__state=Programme.State.REPLACED
    )
    known |= dict(replaced.values_list("pk", "carried_from_id"))
    found: dict[int, list[int]] = {}
    for line in lines:
        chain, before = [line.pk], line.carried_from_id
        while before is not None:
            chain.append(before)
            before = known.get(before)
        found[line.pk] = chain
    return found


def _cases_of(user: User, lines: set[int]) -> dict[int, list[CaseOfLine]]:
    counted = Case.objects.order_by().filter(line_id__in=lines).exclude(recusals__person__user=user)
    found: dict[int, list[CaseOfLine]] = defaultdict(list)
    for case in counted.prefetch_related("subjects"):
        about = frozenset(
            ("person", one.person_id) if one.person_id is not None else ("organisation", one.organisation_id)
            for one in case.subjects.all()
        )
        found[case.line_id or 0].append(CaseOfLine(case.stage, about))
    return found


def _is_late(line: ProgrammeLine, begun: list[CaseOfLine], everybody: list[tuple[str, int]], asked: Asked) -> bool:
    subjects: frozenset[Subject] = frozenset(("organisation", one.pk) for one in line.organisations.all())
    subjects |= {("person", one.pk) for one in line.members.all()}
    if line.all_below:
        top = line.programme.organisation.scope_path
        first, last = bisect_left(everybody, (top,)), bisect_right(everybody, (path_end(top),))
        subjects |= {("organisation", pk) for path, pk in everybody[first:last] if path != top}
    standing = standing_of(
        is_dropped=False,
        planned=subjects,
        cases=begun,
        year=line.year,
        last_month=line.last_month,
        today=asked.today,
    )
    return standing.progress is Progress.LATE


def _everybody(lines: list[ProgrammeLine], today: datetime.date) -> list[tuple[str, int]]:
    """Path and id of the organisations, not bodies, among which are all that the lines name as “all below”, sorted."""
    tops = [line.programme.organisation.scope_path for line in lines if line.all_below]
    if not tops:
        return []
    rows = Organisation.objects.at_or_below(common_top(tops, STEP)).filter(type__is_body=False).in_force(today)
    return sorted((str(path), pk) for path, pk in rows.order_by().values_list("path", "pk"))
