"""How cases and their papers hang on organisations and people, for the policy (domain.md §2.2a)."""

import datetime
from collections.abc import Collection
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Value

from inspections.cases.models import (
    Case,
    CaseGrant,
    CaseSubject,
    ChangeRequest,
    InfoRequest,
    Paper,
    Participant,
    Recusal,
    Sitting,
    Suspension,
)
from inspections.organisations.models import Heir, Interest, Organisation, Person
from inspections.organisations.queries import answering, passed_from, passed_to
from permissions import authors, policy
from permissions.viewer import NEVER, Bars, Viewer, any_of

APPRAISED_IN = ("reported", "appraised")


def not_in(cases: Collection[int], field: str) -> Q:
    """The condition that the case, whose id is in `field`, is none of these; rows of no case meet it."""
    return ~Q(**{f"{field}__in": cases}) if cases else Q()


def not_barred(viewer: Viewer, prefix: str = "") -> Q:
    """One did not withdraw from the case."""
    return not_in(policy.bars_of(viewer).withdrew, f"{prefix}pk")


def _not_about_me(viewer: Viewer, prefix: str) -> Q:
    """One is no subject of the case: whoever is sees as the subject, whatever offices he holds."""
    return not_in(policy.bars_of(viewer).subject_of, f"{prefix}pk")


def _appraising(viewer: Viewer, prefix: str) -> Q:
    """The office of the committee, while a report lies before it."""
    if not viewer.holds("appraise_case"):
        return NEVER
    at_office = viewer.at("appraise_case", f"{prefix}organisation_id") | (
        viewer.at("appraise_case", f"{prefix}organisation__parent_id")
        & Q(**{f"{prefix}organisation__type__is_body": True})
    )
    return at_office & Q(**{f"{prefix}stage__in": APPRAISED_IN})


def parts_in_case(viewer: Viewer, prefix: str, verb: str = "") -> Q:
    """The condition that one has a part in the case, not that of a member it is about. verb: one that it gives."""
    parts = [held for held in policy.case_parts(viewer) if held.part != "subject_member"]
    cases = {held.case_id for held in parts if verb in ("", held.verb)}
    return Q(**{f"{prefix}pk__in": sorted(cases)}) if cases else NEVER


def followed_cases(viewer: Viewer, prefix: str = "") -> Q:
    """The cases whose course one may follow: below one's office, one's own body's, those one has a part in.

    prefix: the lookup that leads to the case, "" or "case__"."""
    seen = any_of(
        viewer.below("see_cases", f"{prefix}org_path"),
        viewer.at("see_case_files", f"{prefix}organisation_id"),
        _appraising(viewer, prefix),
        parts_in_case(viewer, prefix),
    )
    return seen & not_barred(viewer, prefix) & _not_about_me(viewer, prefix)


def _about_mine(viewer: Viewer) -> Q:
    """The subjects that are of the viewer's cells, or he himself."""
    cells = viewer.organisation_ids("see_as_subject")
    return any_of(
        Q(organisation_id__in=cells, person__isnull=True) if cells else NEVER,
        viewer.at("answer_findings", "organisation_id"),
        Q(person__user_id=viewer.user.pk) if policy.bars_of(viewer).subject_of else NEVER,
    )


def visible_cases(viewer: Viewer, prefix: str = "") -> Q:
    """The cases one may follow, and those about oneself or one's organisation once announced.

    A case from which one withdrew is not there at all. prefix: the lookup that leads to the case, "" or "case__"."""
    mine = _about_mine(viewer)
    if mine is NEVER:
        return followed_cases(viewer, prefix)
    told = CaseSubject.objects.order_by().filter(mine, case__announced_on__isnull=False)
    told = told.exclude(case__stage__in=["proposed", "withdrawn"])
    about_mine = Q(**{f"{prefix}pk__in": told.values("case_id")})
    return followed_cases(viewer, prefix) | about_mine & not_barred(viewer, prefix)


def team_files(viewer: Viewer, prefix: str = "case__") -> Q:
    """What team and ordering body alone read of a case, such as its minutes: neither the leaders above nor the office
    that appraises the report."""
    seen = any_of(
        viewer.at("see_case_files", f"{prefix}organisation_id"),
        parts_in_case(viewer, prefix, "see_case_as_team"),
    )
    return seen & not_barred(viewer, prefix) & _not_about_me(viewer, prefix)


def visible_files(viewer: Viewer, prefix: str = "case__") -> Q:
    """Working papers: the ordering body's own cases and those one has a part in; not the leaders above. The office of
    the committee reads them while a report lies before it."""
    appraising = _appraising(viewer, prefix) if prefix == "case__" else NEVER
    if appraising is NEVER:
        return team_files(viewer, prefix)
    return team_files(viewer, prefix) | appraising & not_barred(viewer, prefix) & _not_about_me(viewer, prefix)


def acts_as(viewer: Viewer, verb: str, prefix: str = "") -> Q:
    """The subjects that the viewer is or answers for: a member with a log-in answers for himself alone.

    prefix: the lookup that leads to the subject, "" or "subject__"."""
    by_office = NEVER
    if viewer.holds(verb):
        by_office = viewer.at(verb, f"{prefix}organisation_id") & (
            Q(**{f"{prefix}person__isnull": True})
            | Q(**{f"{prefix}person__user__isnull": True})
            | Q(**{f"{prefix}person__is_active": False})
        )
    in_person = Q(**{f"{prefix}person__user_id": viewer.user.pk}) if policy.bars_of(viewer).subject_of else NEVER
    return any_of(by_office, in_person)


def visible_papers(viewer: Viewer) -> Q:
    """Team and ordering body see all; the subject its own and what is for it; leaders above decision and notice.

    The organisation that manages a member reads what is announced to it, never the draft about him (scenario E)."""
    above = followed_cases(viewer, "case__") & Q(kind__code__in=["decision", "plan", "notice"])
    in_person = Q(person__user_id=viewer.user.pk) if policy.bars_of(viewer).subject_of else NEVER
    of_mine = any_of(viewer.at("answer_findings", "organisation_id"), in_person)
    if of_mine is NEVER:
        return visible_files(viewer) | above
    told = CaseSubject.objects.filter(case_id=OuterRef("case_id"), case__announced_on__isnull=False)
    for_all = Q(kind__is_for_subject=True, subject__isnull=True)
    for_subject = Q(Exists(told.filter(of_mine))) & (
        Q(subject__isnull=False)
        & (acts_as(viewer, "answer_findings", "subject__") | acts_as(viewer, "submit_self_report", "subject__"))
        | for_all & ~Q(kind__code__in=["draft_report", "conference_minutes"])
        | for_all & Q(kind__code="conference_minutes", released_at__isnull=False)
        | for_all
        & Q(kind__code="draft_report", released_at__isnull=False)
        & Q(Exists(told.filter(acts_as(viewer, "answer_findings"))))
    )
    return visible_files(viewer) | for_subject & not_barred(viewer, "case__") | above


def told_sittings(viewer: Viewer) -> Q:
    """The sittings of which one is told that they were, when and in which meeting; what was said and voted there is a
    working paper. Those of cases one follows; the subject is told of the one that concluded once the notice says so."""
    told = Q(outcome=Sitting.Outcome.CONCLUDED, case__stage__in=(Case.Stage.NOTIFIED, Case.Stage.CLOSED))
    return followed_cases(viewer, "case__") | visible_cases(viewer, "case__") & told


def own_suspensions(viewer: Viewer) -> Q:
    """The suspensions of the viewer himself, and of the members of the cells he answers for."""
    in_person = Q(subject__person__user_id=viewer.user.pk) if policy.bars_of(viewer).subject_of else NEVER
    return any_of(viewer.at("answer_findings", "subject__organisation_id"), in_person)


def visible_suspensions(viewer: Viewer) -> Q:
    """Whoever follows the case, the member, and the organisation that manages him; not the other subjects."""
    own, followed = own_suspensions(viewer), followed_cases(viewer, "subject__case__")
    return followed if own is NEVER else followed | own & not_barred(viewer, "subject__case__")


def open_suspensions_of(organisation: Organisation) -> "QuerySet[Suspension]":
    """The suspensions that the organisation decided on and that have not ended."""
    rows = Suspension.objects.filter(subject__case__organisation=organisation, ended_at__isnull=True)
    return rows.select_related("subject__case", "subject__person", "subject__organisation").order_by("pk")


def evidently_follows(viewer: Viewer, case: Case) -> bool:
    """Whether the offices and parts of the viewer already show that he follows the case."""
    seen = (
        viewer.is_above("see_cases", case.org_path)
        or viewer.is_at("see_case_files", case.organisation_id)
        or any(part != "subject_member" for part in policy.parts_of(viewer, case).values())
    )
    return seen and not policy.is_barred(viewer, case)


def evidently_of_team(viewer: Viewer, case: Case) -> bool:
    """Whether the offices and parts of the viewer already show that he sees the working papers of the case."""
    seen = viewer.is_at("see_case_files", case.organisation_id) or "see_case_as_team" in policy.parts_of(viewer, case)
    return seen and not policy.is_barred(viewer, case)


def evidently_answers(viewer: Viewer, subject: CaseSubject) -> bool:
    """Whether the offices of the viewer already show that he answers for the subject of a case that was announced."""
    case = subject.case
    is_told = case.announced_on is not None and case.stage not in ("proposed", "withdrawn")
    return is_told and viewer.is_at("answer_findings", subject.organisation_id) and not policy.withdrew(viewer, case)


def bars(viewer: Viewer) -> Bars:
    """The cases from which the viewer withdrew or was withdrawn, and those about him as a member."""
    if viewer.user.pk is None:
        return Bars(frozenset(), frozenset())
    withdrawn = Recusal.objects.filter(person__user_id=viewer.user.pk).values_list("case_id", Value(1))
    about = CaseSubject.objects.order_by().filter(person__user_id=viewer.user.pk).values_list("case_id", Value(0))
    rows = list(withdrawn.order_by().union(about))
    return Bars(*(frozenset(case for case, is_withdrawn in rows if is_withdrawn == which) for which in (1, 0)))


def deciding_organisation(case: Case, verb: str) -> Organisation:
    """The body that ordered the case; form is appraised by the office of the committee it belongs to."""
    return case.organisation.overseer if verb == "appraise_case" else case.organisation


def open_cases() -> "QuerySet[Case]":
    """The cases that have not ended."""
    return Case.objects.exclude(stage__in=Case.ENDED)


def open_cases_of(organisation: Organisation) -> "QuerySet[Case]":
    """The cases that the organisation carries out, or for whose subjects it answers, and that have not ended."""
    theirs = Q(organisation=organisation) | Q(pk__in=open_subjects_of(organisation).order_by().values("case"))
    return Case.objects.filter(theirs).exclude(stage__in=Case.ENDED).distinct()


def open_orders_of(organisation: Organisation) -> "QuerySet[Case]":
    """The cases that the organisation carries out and that have not ended, or of which a suspension has not."""
    is_open = ~Q(stage__in=Case.ENDED) | Q(pk__in=open_suspensions_of(organisation).order_by().values("subject__case"))
    rows = Case.objects.filter(is_open, organisation=organisation)
    return rows.select_related("kind").order_by("pk")


def open_subjects_of(organisation: Organisation) -> "QuerySet[CaseSubject]":
    """The subjects for which the organisation answers in cases that have not ended: itself, its members, and those that
    passed to it from an organisation whose place it took."""
    came, gone = (ask(organisation, CaseSubject).values("item_id") for ask in (passed_to, passed_from))
    rows = CaseSubject.objects.filter(Q(organisation=organisation) | Q(pk__in=came)).exclude(pk__in=gone)
    rows = rows.exclude(case__stage__in=Case.ENDED).order_by("case", "pk")
    return rows.select_related("case__kind", "organisation", "person")


def places_of(subjects: Any) -> Q:
    """The condition on `about_organisation`: an organisation of the subjects, or one in its place, to the last."""
    keys = subjects.values("organisation")
    heirs = Heir.objects.order_by().filter(old__in=keys).values("new")
    return Q(about_organisation__in=keys) | Q(about_organisation__in=heirs)


def ties_to_subjects(case: Any, on: datetime.date) -> "QuerySet[Interest]":
    """The declared interests in force on the day that keep somebody from a case (domain.md §2.2). case: its id."""
    subjects = CaseSubject.objects.order_by().filter(case_id=case)
    about = Q(about_person__in=subjects.values("person")) | places_of(subjects)
    return Interest.objects.in_force(on).filter(about)


def people_barred(case: Any, on: datetime.date) -> "QuerySet[Person]":
    """Whoever withdrew from a case, is a subject of it, or has a tie to one on the day. case: its id."""
    rows = [
        Recusal.objects.order_by().filter(case_id=case),
        CaseSubject.objects.order_by().filter(case_id=case, person__isnull=False),
        ties_to_subjects(case, on),
    ]
    return Person.objects.filter(any_of(*(Q(pk__in=some.values("person")) for some in rows)))


def register() -> None:
    authors.count_as_barred(people_barred)
    # the leader signs no notice of his own case; a cell without a team drafts and signs itself
    leaders = Participant.objects.filter(part="leader")
    authors.count_as_authors("sign_notice", people=leaders.filter(ends_on__isnull=True), only_with=leaders)
    policy.register(
        Case,
        visible=visible_cases,
        organisation=deciding_organisation,
        case=lambda case: case,
        evident=evidently_follows,
        parts=policy.CaseParts(CaseGrant, followed_cases, bars),
    )
    policy.register(
        CaseSubject,
        visible=lambda viewer: visible_cases(viewer, "case__"),
        organisation=lambda subject, verb: answering(subject, subject.organisation),
        case=lambda subject: subject.case,
        own=lambda viewer: acts_as(viewer, "answer_findings") | acts_as(viewer, "submit_self_report"),
        evident=lambda viewer, subject: evidently_answers(viewer, subject) or evidently_follows(viewer, subject.case),
    )
    policy.register(
        Paper,
        visible=visible_papers,
        organisation=lambda paper, verb: deciding_organisation(paper.case, verb),
        case=lambda paper: paper.case,
        evident=lambda viewer, paper: evidently_of_team(viewer, paper.case),
    )
    policy.register(
        Suspension,
        visible=visible_suspensions,
        organisation=lambda suspension, verb: suspension.case.organisation,
        case=lambda suspension: suspension.case,
        own=own_suspensions,
        evident=lambda viewer, suspension: evidently_follows(viewer, suspension.case),
    )
    for model in (ChangeRequest, Sitting, InfoRequest):
        policy.register(
            model,
            visible=visible_files,
            organisation=lambda row, verb: deciding_organisation(row.case, verb),
            case=lambda row: row.case,
            evident=lambda viewer, row: evidently_of_team(viewer, row.case),
        )
