"""What the pages of cases read."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet

from inspections.cases.models import Case, CaseGrant, CaseSubject, Paper
from inspections.cases.services.people import TEAM_PARTS
from inspections.organisations.models import Office, User
from inspections.organisations.models.people import in_force
from permissions import policy
from permissions.catalogue import PARTS, ROLES, roles_with

LOOKS = {
    Case.Stage.PROPOSED: "draft",
    Case.Stage.WITHDRAWN: "stopped",
    Case.Stage.STOPPED: "stopped",
    Case.Stage.CONVERTED: "stopped",
    Case.Stage.CLOSED: "done",
    Case.Stage.NOTIFIED: "done",
    Case.Stage.ANNOUNCED: "waiting",
    Case.Stage.RELEASED: "waiting",
}


def look_of(case: Case) -> str:
    """How the stage of a case is drawn."""
    return LOOKS.get(Case.Stage(case.stage), "running")


def cases_for(user: User) -> QuerySet[Case]:
    """The cases the user may see, with what a list shows."""
    subjects = Prefetch("subjects", CaseSubject.objects.select_related("organisation", "person"))
    rows = policy.visible(user, Case.objects.all()).select_related("kind", "organisation").prefetch_related(subjects)
    return rows.annotate(finding_count=Count("findings", filter=~Q(findings__state="dropped"), distinct=True))


def papers_for(user: User, case: Case) -> QuerySet[Paper]:
    """The papers of the case that the user may see, newest last, each with its attachments."""
    rows = policy.visible(user, Paper.objects.filter(case=case))
    rows = rows.select_related("kind", "subject__organisation", "subject__person", "written_by__person")
    return rows.prefetch_related("attachments__file").order_by("pk")


@dataclass(frozen=True)
class Sight:
    """Somebody who can see a case, and why."""

    name: str
    why: str
    paper: str


def who_can_see(case: Case, user: User) -> list[Sight]:
    """Everybody who can see the case, by part, by office of the body, as leader above, or as the subject."""
    today = policy.viewer_for(user).today
    found = []
    recused = set(case.recusals.values_list("person_id", flat=True))
    parts = case.participants.filter(in_force(today)).select_related("person").exclude(person_id__in=recused)
    for participant in parts:
        found.append(Sight(participant.person.full_name, str(PARTS[participant.part].label), participant.paper))
    path = case.organisation.path or ""
    above = [path[:end] for end in range(5, len(path) + 1, 5)]
    seeing = [role.code for role in roles_with("see_cases")] + [role.code for role in roles_with("see_case_files")]
    conditions = Q(organisation__path__in=above, role__in=seeing)
    conditions |= Q(organisation__type__is_body=True, organisation__parent__path__in=above, role__in=seeing)
    if case.announced_on is not None:
        subjects = [role.code for role in roles_with("see_as_subject")]
        ids = list(case.subjects.filter(person=None).values_list("organisation_id", flat=True))
        conditions |= Q(organisation_id__in=ids, role__in=subjects)
    offices = Office.objects.filter(in_force(today)).filter(conditions).select_related("person", "organisation")
    for office in offices.exclude(person_id__in=recused).distinct():
        name = office.title or ROLES[office.role].label
        found.append(Sight(office.person.full_name, f"{name} – {office.organisation}", office.paper))
    return found


def team_for(case: Case) -> Any:
    """The people of the team, with what became of their parts."""
    return case.participants.filter(part__in=TEAM_PARTS).select_related("person__organisation")


def own_parts(user: User, case: Case) -> set[str]:
    """The parts the user has in the case today."""
    viewer = policy.viewer_for(user)
    rows = CaseGrant.objects.filter(user_id=user.pk, content_object=case, starts_on__lte=viewer.today)
    return set(rows.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=viewer.today)).values_list("part", flat=True))


def reserved_with(paper: Paper) -> list[Paper]:
    """The opinions reserved in the conference that these minutes are of: they are printed with the minutes.

    A conference belongs to one release of the draft; what is reserved until the next release belongs to it."""
    if paper.kind.code != "conference_minutes":
        return []
    releases = paper.case.papers.filter(kind__code="draft_report", released_at__isnull=False)
    last = releases.filter(released_at__lte=paper.written_at).order_by("-released_at").first()
    following = releases.filter(released_at__gt=paper.written_at).order_by("released_at").first()
    found = Paper.objects.filter(case=paper.case, kind__code="reserved_opinion")
    if last is not None:
        found = found.filter(written_at__gte=last.released_at)
    if following is not None:
        found = found.filter(written_at__lt=following.released_at)
    return list(found.select_related("subject__organisation", "subject__person").order_by("pk"))
