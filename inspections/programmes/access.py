"""Who sees programmes: the body, leaders above; those below see the lines about themselves once adopted."""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet

from inspections.cases.models import CaseSubject
from inspections.organisations.models import Organisation
from inspections.programmes.models import Programme, ProgrammeLine
from inspections.programmes.rules import NOT_COUNTED
from permissions import policy
from permissions.viewer import Viewer

State = Programme.State


def visible_programmes(viewer: Viewer, prefix: str = "") -> Q:
    drafting = viewer.organisation_ids("draft_programme")
    # an inspection committee carries out what the programme of its committee gives it
    committees = Organisation.objects.filter(children__in=drafting, children__type__is_body=True).values("pk")
    adopted = Q(**{f"{prefix}state__in": ["adopted", "replaced"], f"{prefix}organisation__in": committees})
    condition = viewer.below("see_programmes", f"{prefix}organisation__path") | adopted
    # a body reads the programmes of the bodies whose place it took: it holds this right in them too
    condition |= viewer.at("see_case_files", f"{prefix}organisation_id")
    return condition | viewer.at("draft_programme", f"{prefix}organisation_id")


def visible_lines(viewer: Viewer) -> Q:
    mine = ProgrammeLine.organisations.through.objects.filter(
        programmeline_id=OuterRef("pk"), organisation_id__in=viewer.organisation_ids("see_as_subject")
    )
    return visible_programmes(viewer, "programme__") | Q(programme__state="adopted") & Q(Exists(mine))


def unfinished_programmes_of(organisation: Organisation) -> "QuerySet[Programme]":
    """The programmes that the organisation is writing, or that wait for their adoption."""
    return Programme.objects.filter(organisation=organisation, state__in=[State.DRAFT, State.SUBMITTED])


def open_lines_about(organisation: Organisation) -> "QuerySet[ProgrammeLine]":
    """The lines that are still to be carried out about the organisation.

    That is: of a version in force or being written (one replaced or given up is history), not dropped, naming it, and
    without a case about it that counts, opened from the line or from what it was in an older version. A case counts as
    it does for the standing of the line (`rules.NOT_COUNTED`): withdrawn, stopped or converted it leaves the line as
    planned; running or concluded the line stays with whom the case is about."""
    in_force = [State.DRAFT, State.SUBMITTED, State.ADOPTED]
    lines = ProgrammeLine.objects.filter(organisations=organisation, programme__state__in=in_force)
    about = CaseSubject.objects.order_by().filter(organisation=organisation, person__isnull=True)
    counted = about.filter(case__line__isnull=False).exclude(case__stage__in=NOT_COUNTED)
    opened = _with_later_versions(counted.values_list("case__line", flat=True))
    open_lines = lines.filter(dropped_at__isnull=True).exclude(pk__in=opened)
    return open_lines.select_related("programme__organisation").order_by("programme", "position")


def _with_later_versions(lines: Iterable[int]) -> set[int]:
    """The lines, by id, and what became of them in later versions of their programmes. One query, none of no line."""
    found = set(lines)
    if not found:
        return found
    programme = {
        f"programme__{name}": OuterRef(f"programme__{name}") for name in ("organisation", "horizon", "first_year")
    }
    of_one = ProgrammeLine.objects.order_by().filter(pk__in=found, **programme)
    carried = ProgrammeLine.objects.filter(Exists(of_one), carried_from__isnull=False)
    # a line is made after the one it was
    for old, new in carried.order_by("pk").values_list("carried_from", "pk"):
        if old in found:
            found.add(new)
    return found


def register() -> None:
    policy.register(Programme, visible=visible_programmes, organisation=lambda programme, verb: programme.organisation)
    policy.register(ProgrammeLine, visible=visible_lines, organisation=lambda line, verb: line.programme.organisation)
