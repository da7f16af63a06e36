"""What the pages of cases read."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Case as CaseWhen
from django.db.models import (
    CharField,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from inspections.calendars.moments import start_of
from inspections.calendars.rules import days_after
from inspections.cases.access import APPRAISED_IN, followed_cases
from inspections.cases.models import Case, CaseGrant, CaseSubject, Paper, Suspension
from inspections.cases.services.people import TEAM_PARTS
from inspections.deadlines.models import Deadline
from inspections.organisations.models import Person, User
from inspections.organisations.rules import STEP
from permissions import policy
from permissions.catalogue import PARTS, ROLES
from permissions.models import OrganisationGrant
from permissions.viewer import grants_in_force

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


# a stage inside the team or the body -> the stage that the subject is told of instead (domain.md §2.2a)
TOLD_AS = {
    Case.Stage.DRAFTED: Case.Stage.VERIFYING,
    Case.Stage.APPRAISED: Case.Stage.REPORTED,
    Case.Stage.CONCLUDED: Case.Stage.REPORTED,
}


def standing_still(today: datetime.date, days: int) -> Q:
    """The condition that a case is not over, proposals included, and had no step for more than so many days.

    The one definition of it, for the leader's board and for the standing check; by an index."""
    return Q(stage__in=Case.NOT_ENDED, stepped_at__lt=start_of(days_after(today, -days)))


def as_told(user: User, rows: QuerySet[Case]) -> QuerySet[Case]:
    """The cases with `is_followed` and `told_stage`: the stage as the user is told of it."""
    followed = Case.objects.filter(followed_cases(policy.viewer_for(user)), pk=OuterRef("pk"))
    inside = [When(is_followed=False, stage=stage, then=Value(told)) for stage, told in TOLD_AS.items()]
    return rows.annotate(is_followed=Exists(followed)).annotate(
        told_stage=CaseWhen(*inside, default=F("stage"), output_field=CharField())
    )


def stage_told(case: Case) -> Case.Stage:
    """The stage of a case of `as_told`, as its reader is told of it."""
    return Case.Stage(case.told_stage)  # type: ignore[attr-defined]


def look_of(case: Case) -> str:
    """How the stage of a case of `as_told` is drawn."""
    return LOOKS.get(stage_told(case), "running")


def cases_for(user: User) -> QuerySet[Case]:
    """The cases the user may see, with what a list shows; findings are counted as far as the user may see them."""
    subjects = Prefetch("subjects", CaseSubject.objects.select_related("organisation", "person"))
    rows = policy.visible(user, Case.objects.all()).select_related("kind", "organisation").prefetch_related(subjects)
    findings = Case._meta.get_field("findings").related_model._default_manager.exclude(state="dropped")
    seen = policy.visible(user, findings.filter(case=OuterRef("pk"))).order_by().values("case")
    counted = Subquery(seen.annotate(n=Count("pk")).values("n"), output_field=IntegerField())
    return as_told(user, rows).annotate(finding_count=Coalesce(counted, 0))


def papers_for(user: User, case: Case) -> QuerySet[Paper]:
    """The papers of the case that the user may see, newest last, each with its attachments."""
    rows = policy.visible(user, Paper.objects.filter(case=case))
    rows = rows.select_related("kind", "subject__organisation", "subject__person", "written_by__person")
    return rows.prefetch_related("attachments__file").order_by("pk")


@dataclass(frozen=True)
class Sight:
    """Somebody who can see a case, and why: by an office (of another, when deputising), a part, or as the subject."""

    person: Person
    why: str
    paper: str


def who_can_see(case: Case, today: datetime.date) -> list[Sight]:
    """Everybody who can see the case on the day, with every reason and the paper that gives it.

    Read from the same grants as the policy: whoever is not here does not see the case."""
    sights = [_by_part(grant) for grant in _part_grants(case, today)]
    sights += [_by_office(grant) for grant in _office_grants(case, today)]
    if case.announced_on is not None and case.stage not in (Case.Stage.PROPOSED, Case.Stage.WITHDRAWN):
        members = case.subjects.filter(person__user__is_active=True, person__is_active=True)
        for subject in members.select_related("person"):
            assert subject.person is not None
            sights.append(Sight(subject.person, str(PARTS["subject_member"].label), case.number))
    recused = set(case.recusals.values_list("person_id", flat=True))
    return sorted({one for one in sights if one.person.pk not in recused}, key=lambda one: (one.person.folded, one.why))


def _part_grants(case: Case, today: datetime.date) -> QuerySet[CaseGrant]:
    rows = CaseGrant.objects.filter(grants_in_force(today), content_object=case, user__is_active=True)
    rows = rows.exclude(part="subject_member").exclude(user__person__in=_members(case))
    return rows.select_related("participant__person")


def _members(case: Case) -> Any:
    return case.subjects.exclude(person=None).values("person_id")


def _office_grants(case: Case, today: datetime.date) -> QuerySet[OrganisationGrant]:
    """What the body, the leaders above, the appraising office and the subject's officers see it by."""
    path = case.org_path
    above = [path[:end] for end in range(STEP, len(path) + 1, STEP)]
    by_body = Q(permission__codename="see_cases", content_object__scope_path__in=above)
    by_body |= Q(permission__codename="see_case_files", content_object=case.organisation)
    if case.stage in APPRAISED_IN:
        offices = [case.organisation_id]
        if case.organisation.type.is_body:
            offices.append(case.organisation.parent_id or 0)
        by_body |= Q(permission__codename="appraise_case", content_object__in=offices)
    conditions = by_body & ~Q(user__person__in=_members(case))
    if case.announced_on is not None and case.stage not in (Case.Stage.PROPOSED, Case.Stage.WITHDRAWN):
        whole = case.subjects.filter(person=None).values("organisation")
        conditions |= Q(permission__codename="see_as_subject", content_object__in=whole)
        managing = case.subjects.values("organisation")
        conditions |= Q(permission__codename="answer_findings", content_object__in=managing)
    rows = OrganisationGrant.objects.filter(grants_in_force(today), user__is_active=True).filter(conditions)
    return rows.select_related("user__person", "office__organisation", "office__person", "delegation").distinct()


def _by_part(grant: CaseGrant) -> Sight:
    participant = grant.participant
    return Sight(participant.person, str(PARTS[grant.part].label), participant.paper or grant.content_object.number)


def _by_office(grant: OrganisationGrant) -> Sight:
    office = grant.office
    why = f"{office.title or ROLES[office.role].label} – {office.organisation}"
    if grant.delegation is None:
        return Sight(office.person, why, office.paper)
    why = _("%(office)s, deputising for %(person)s") % {"office": why, "person": office.person}
    return Sight(grant.user.person, why, grant.delegation.paper or office.paper)


@dataclass(frozen=True)
class SuspensionShown:
    """A suspension, and its clock while it lasts."""

    row: Suspension
    clock: Deadline | None


def suspensions_for(user: User, case: Case) -> list[SuspensionShown]:
    """The suspensions of members in the case that the user may see. Two queries; one where there are none."""
    rows = list(
        policy.visible(user, Suspension.objects.filter(subject__case=case)).select_related(
            "subject__organisation", "subject__person"
        )
    )
    if not rows:
        return []
    kind = ContentType.objects.get_for_model(Suspension)
    clocks = Deadline.objects.live().filter(item_type=kind, item_id__in=[one.pk for one in rows])
    of_row = {clock.item_id: clock for clock in clocks}
    return [SuspensionShown(one, of_row.get(one.pk)) for one in rows]


def team_for(case: Case) -> Any:
    """The people of the team, with what became of their parts."""
    return case.participants.filter(part__in=TEAM_PARTS).select_related("person__organisation")


def reserved_with(user: User, paper: Paper) -> list[Paper]:
    """The opinions reserved in the conference that these minutes are of, those the user may see: they are printed with
    the minutes.

    A conference belongs to one release of the draft; what is reserved until the next release belongs to it."""
    if paper.kind.code != "conference_minutes":
        return []
    releases = paper.case.papers.filter(kind__code="draft_report", released_at__isnull=False)
    last = releases.filter(released_at__lte=paper.written_at).order_by("-released_at").first()
    following = releases.filter(released_at__gt=paper.written_at).order_by("released_at").first()
    found = policy.visible(user, Paper.objects.filter(case=paper.case, kind__code="reserved_opinion"))
    if last is not None:
        found = found.filter(written_at__gte=last.released_at)
    if following is not None:
        found = found.filter(written_at__lt=following.released_at)
    return list(found.select_related("subject__organisation", "subject__person").order_by("pk"))
