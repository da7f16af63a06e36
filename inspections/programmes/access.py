"""Who sees programmes: the body, leaders above; those below see the lines about themselves once adopted."""

from django.db.models import Exists, OuterRef, Q

from inspections.organisations.models import Organisation
from inspections.programmes.models import Programme, ProgrammeLine
from permissions import policy
from permissions.viewer import Viewer


def visible_programmes(viewer: Viewer, prefix: str = "") -> Q:
    drafting = viewer.organisation_ids("draft_programme")
    # an inspection committee carries out what the programme of its committee gives it
    committees = Organisation.objects.filter(children__in=drafting, children__type__is_body=True).values("pk")
    adopted = Q(**{f"{prefix}state__in": ["adopted", "replaced"], f"{prefix}organisation__in": committees})
    condition = viewer.below("see_programmes", f"{prefix}organisation__path") | adopted
    return condition | viewer.at("draft_programme", f"{prefix}organisation_id")


def visible_lines(viewer: Viewer) -> Q:
    mine = ProgrammeLine.organisations.through.objects.filter(
        programmeline_id=OuterRef("pk"), organisation_id__in=viewer.organisation_ids("see_as_subject")
    )
    return visible_programmes(viewer, "programme__") | Q(programme__state="adopted") & Q(Exists(mine))


def register() -> None:
    policy.register(Programme, visible=visible_programmes, organisation=lambda programme, verb: programme.organisation)
    policy.register(ProgrammeLine, visible=visible_lines, organisation=lambda line, verb: line.programme.organisation)
