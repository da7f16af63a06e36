"""The standing checks of the domain: work that is half done or does not hold together, each with what mends it."""

import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from inspections.calendars.rules import days_late
from inspections.cases.access import parts_in_case
from inspections.cases.models import Case, Participant, Recusal
from inspections.cases.queries import standing_still
from inspections.cases.services.people import TEAM_PARTS
from inspections.checks.tables import Check, Told
from inspections.deadlines.models import Deadline
from inspections.documents.models import Attachment
from inspections.findings.models import Finding
from inspections.findings.services.findings import WRITING
from inspections.organisations.models import Office, Organisation
from inspections.organisations.models.people import in_force
from inspections.programmes.models import Programme, ProgrammeLine
from inspections.remedies.models import Correction
from permissions.viewer import NEVER, Viewer, any_of

# without a step, where no row of the table says otherwise
USUAL_DAYS = 15
PREPARED = (Programme.State.DRAFT, Programme.State.SUBMITTED)


# lines of the programme


def _lines(today: datetime.date, days: int) -> QuerySet[Any]:
    """Lines still to be carried out; one that is being changed counts as its newest version."""
    states = [*PREPARED, Programme.State.ADOPTED]
    newer = ProgrammeLine.objects.filter(carried_from=OuterRef("pk"), programme__state__in=states)
    rows = ProgrammeLine.objects.filter(~Exists(newer), programme__state__in=states, dropped_at__isnull=True)
    return rows.filter(lead="", year__gte=today.year).select_related("programme__organisation")


def _line(line: ProgrammeLine, today: datetime.date) -> Told:
    detail = f"{line.programme}, {line.programme.get_state_display()}"
    return Told(str(line), line.get_absolute_url(), line.programme.organisation, detail)


def _line_mended(line: ProgrammeLine) -> str:
    programme = line.programme
    if programme.state == Programme.State.DRAFT:
        return reverse("programmes:change_line", args=[line.pk])
    if programme.state == Programme.State.ADOPTED:
        return reverse("workflows:change_programme", args=[programme.pk])
    return programme.get_absolute_url()


# cases


def _cases(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.select_related("kind", "organisation")


def _still(today: datetime.date, days: int) -> QuerySet[Any]:
    return _cases(Case.objects.filter(standing_still(today, days)))


def _still_case(case: Case, today: datetime.date) -> Told:
    last = localdate(case.stepped_at)
    days = days_late(last, today)
    detail = ngettext("last step on %(day)s, %(n)d day ago", "last step on %(day)s, %(n)d days ago", days)
    return Told(
        str(case), case.get_absolute_url(), case.organisation, detail % {"day": last.strftime("%d/%m/%Y"), "n": days}
    )


def _lone(today: datetime.date, days: int) -> QuerySet[Any]:
    """Cases whose procedure asks for a team, and that have one person or none to do them."""
    team = Participant.objects.filter(in_force(today), case=OuterRef("pk"), part__in=TEAM_PARTS).order_by()
    size = Subquery(
        team.values("case").annotate(n=Count("person", distinct=True)).values("n"), output_field=IntegerField()
    )
    stages = [Case.Stage.PROPOSED, *Case.BEFORE_CONCLUSION]
    rows = Case.objects.filter(stage__in=stages, procedure__needs_team=True).annotate(team_size=Coalesce(size, 0))
    return _cases(rows.filter(team_size__lte=1))


def _lone_case(case: Case, today: datetime.date) -> Told:
    return Told(str(case), case.get_absolute_url(), case.organisation, case.get_stage_display())


def _team_mended(case: Case) -> str:
    name = "cases:revise" if case.stage == Case.Stage.PROPOSED else "workflows:ask_team_change"
    return reverse(name, args=[case.pk])


def _may_change_team(viewer: Viewer) -> Q:
    is_proposed = Q(stage=Case.Stage.PROPOSED)
    may_propose = viewer.at("propose_case", "organisation_id")
    may_ask = parts_in_case(viewer, "", "request_change")
    return (NEVER if may_propose is NEVER else is_proposed & may_propose) | (~is_proposed & may_ask)


# findings


def _unproven(today: datetime.date, days: int) -> QuerySet[Any]:
    """Standing findings of cases not yet concluded, to which nothing is attached."""
    proof = Attachment.objects.filter(item_type=ContentType.objects.get_for_model(Finding), item_id=OuterRef("pk"))
    rows = Finding.objects.standing().filter(~Exists(proof), case__stage__in=Case.BEFORE_CONCLUSION)
    return rows.select_related("case__organisation")


def _finding(finding: Finding, today: datetime.date) -> Told:
    detail = f"{finding.case.number}, {finding.case.get_stage_display()}"
    return Told(str(finding), finding.get_absolute_url(), finding.case.organisation, detail)


def _may_prove(viewer: Viewer) -> Q:
    led = Participant.objects.filter(part="leader").values("case_id")
    of_team = parts_in_case(viewer, "case__", "draft_report")
    of_cell = viewer.at("run_own_case", "case__organisation_id")
    by_cell = NEVER if of_cell is NEVER else of_cell & ~Q(case_id__in=led)
    return Q(case__stage__in=WRITING) & any_of(of_team, by_cell)


# demands


def _unwatched(today: datetime.date, days: int) -> QuerySet[Any]:
    """Corrections not accepted whose monitor holds no office any more, has no access, or withdrew from the case."""
    offices = Office.objects.filter(in_force(today), person=OuterRef("monitor"))
    withdrew = Recusal.objects.filter(case=OuterRef("demand__notice__case"), person=OuterRef("monitor"))
    watches = Q(Exists(offices), ~Exists(withdrew), monitor__is_active=True, monitor__user__is_active=True)
    rows = Correction.objects.open().exclude(watches)
    return rows.select_related("demand__notice", "organisation", "monitor")


def _demand(correction: Correction, today: datetime.date) -> Told:
    due_on = correction.due_on
    detail = _("monitor: %(person)s; last day in time: %(day)s") % {
        "person": correction.monitor,
        "day": due_on.strftime("%d/%m/%Y") if due_on is not None else _("at all times; asked about every quarter"),
    }
    return Told(str(correction), correction.get_absolute_url(), correction.organisation, detail)


# organisations


def _empty(today: datetime.date, days: int) -> QuerySet[Any]:
    """Organisations and bodies that exist and in which nobody holds an office."""
    offices = Office.objects.filter(in_force(today), organisation=OuterRef("pk"))
    return Organisation.objects.in_force(today).filter(~Exists(offices)).select_related("type")


def _organisation(organisation: Organisation, today: datetime.date) -> Told:
    return Told(organisation.name, organisation.get_absolute_url(), organisation, str(organisation.type))


# limits


def _provisional(today: datetime.date, days: int) -> QuerySet[Any]:
    """Running clocks that rest on the calendar of a year whose days are not settled yet."""
    return Deadline.objects.filter(state=Deadline.State.RUNNING, is_provisional=True).select_related("organisation")


def _limit(clock: Deadline, today: datetime.date) -> Told:
    detail = _("last day in time: %(day)s") % {"day": clock.due_on.strftime("%d/%m/%Y")}
    return Told(clock.title, reverse("deadlines:explanation", args=[clock.pk]), clock.organisation, detail)


# the leader's board counts the same cases, after the same days
CASE_WITHOUT_STEP = Check(
    code="case_without_step",
    name=gettext_lazy("Cases without a step for more than %(days)s days"),
    why=gettext_lazy("A case that stands still runs out of its time, and nobody tells why."),
    mend=gettext_lazy("See whose turn it is"),
    whose=gettext_lazy("For whoever's turn it is."),
    rows=_still,
    path="org_path",
    organisation="organisation",
    order=("stepped_at",),
    told=_still_case,
    mended_at=lambda case: str(case.get_absolute_url()),
    days=USUAL_DAYS,
)
CHECKS = (
    Check(
        code="line_without_lead",
        name=gettext_lazy("Lines of the programme without a lead"),
        why=gettext_lazy("Nobody answers for a line that names no lead, and it is found out when its time has passed."),
        mend=gettext_lazy("Name the lead"),
        whose=gettext_lazy("For those who write the programme of the body."),
        rows=_lines,
        path="programme__organisation__path",
        organisation="programme__organisation",
        order=("year", "programme__organisation__path", "position"),
        told=_line,
        mended_at=_line_mended,
        may_mend=lambda viewer: viewer.at("draft_programme", "programme__organisation_id"),
    ),
    Check(
        code="team_of_one",
        name=gettext_lazy("Teams of one"),
        why=gettext_lazy("Who examines alone has nobody beside him who saw the same; the findings rest on him alone."),
        mend=gettext_lazy("Change the team"),
        whose=gettext_lazy("For the team, which asks for the change, or for those who propose, before the signature."),
        rows=_lone,
        path="org_path",
        organisation="organisation",
        order=("starts_on",),
        told=_lone_case,
        mended_at=_team_mended,
        may_mend=_may_change_team,
    ),
    Check(
        code="finding_without_evidence",
        name=gettext_lazy("Findings without evidence"),
        why=gettext_lazy("What is contested and not proven cannot be kept in the conclusion."),
        mend=gettext_lazy("Attach the evidence"),
        whose=gettext_lazy("For the team, while the report is being drafted."),
        rows=_unproven,
        path="case__org_path",
        organisation="case__organisation",
        order=("case__stepped_at", "number"),
        told=_finding,
        mended_at=lambda finding: reverse("findings:change", args=[finding.pk]),
        may_mend=_may_prove,
    ),
    Check(
        code="demand_without_monitor",
        name=gettext_lazy("Demands whose monitor holds no office any more"),
        why=gettext_lazy("Nobody urges or judges what nobody watches, and the demand passes its day unseen."),
        mend=gettext_lazy("Name another monitor"),
        whose=gettext_lazy("For the body that concluded."),
        rows=_unwatched,
        path="org_path",
        organisation="organisation",
        order=("due_on",),
        told=_demand,
        mended_at=lambda correction: reverse("workflows:assign_monitor", args=[correction.pk]),
        may_mend=lambda viewer: viewer.at("verify_remedies", "demand__notice__case__organisation_id"),
    ),
    Check(
        code="organisation_without_offices",
        name=gettext_lazy("Organisations without office holders"),
        why=gettext_lazy("What is sent to them reaches nobody: no report, no answer, no correction can come back."),
        mend=gettext_lazy("Give the offices"),
        whose=gettext_lazy("For the administrator who keeps people and offices."),
        rows=_empty,
        path="path",
        organisation="pk",
        order=("path",),
        told=_organisation,
        mended_at=lambda organisation: str(organisation.get_absolute_url()),
        may_mend=lambda viewer: viewer.below("keep_offices", "path"),
    ),
    Check(
        code="limit_on_provisional_calendar",
        name=gettext_lazy("Limits that rest on a provisional calendar"),
        why=gettext_lazy("When the days of rest of that year are decreed otherwise, the last day may be another."),
        mend=gettext_lazy("Settle the calendar"),
        whose=gettext_lazy("For the administrator who keeps calendars, once the days are decreed."),
        rows=_provisional,
        path="org_path",
        organisation="organisation",
        order=("due_on",),
        told=_limit,
        mended_at=lambda clock: reverse("calendars:list"),
        may_mend=lambda viewer: viewer.below("keep_calendars", "org_path"),
    ),
    CASE_WITHOUT_STEP,
)
