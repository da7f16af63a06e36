"""Who sees programmes: the body, leaders above; those below see the lines about themselves once adopted."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from inspections.organisations.models import Organisation
from inspections.programmes.models import Programme, ProgrammeLine
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
    """The lines of programmes in force or being written that name the organisation, and of which no case about it was
    opened."""
    in_force = [State.DRAFT, State.SUBMITTED, State.ADOPTED]
    lines = ProgrammeLine.objects.filter(organisations=organisation, programme__state__in=in_force)
    opened = lines.filter(cases__subjects__organisation=organisation, cases__subjects__person__isnull=True)
    opened = opened.exclude(cases__stage__in=["withdrawn", "stopped", "converted"])
    open_lines = lines.filter(dropped_at__isnull=True).exclude(pk__in=opened.order_by().values("pk"))
    return open_lines.select_related("programme__organisation").order_by("programme", "position")


def register() -> None:
    policy.register(Programme, visible=visible_programmes, organisation=lambda programme, verb: programme.organisation)
    policy.register(ProgrammeLine, visible=visible_lines, organisation=lambda line, verb: line.programme.organisation)
