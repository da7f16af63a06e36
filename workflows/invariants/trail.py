"""Invariants of the record of who did what."""

import datetime
from collections.abc import Iterator
from typing import Any

from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from inspections.cases.models import Case, ChangeRequest, InfoRequest, Paper, Sitting, Suspension
from inspections.deadlines.models import ClockRequest
from inspections.findings.models import Answer, Consideration, Finding, FindingVersion, Notice
from inspections.organisations.models import Succession
from inspections.programmes.models import Programme, ProgrammeLine
from inspections.remedies.models import CarriedDemand, LookAgain, RemedyReport, RemedyVerdict, RemedyWording
from inspections.schemes.models import SchemeEvent, TypedFigure
from inspections.superiors.models import ProposedSupervision, RegularSupervision, Remark, Visit
from permissions import audit
from permissions.models import AuditEntry
from workflows.invariants.breach import Breach, of
from workflows.models import WorkItem

OF_CORRECTION = "correction__demand__notice__case"
OF_ACTION = f"action__{OF_CORRECTION}"
# model, who, when, the case (or organisation) in whose chain it is recorded
STAMPS = (
    (Case, "proposed_by", "proposed_at", "case", "pk"),
    (Case, "signed_by", "signed_at", "case", "pk"),
    (Paper, "written_by", "written_at", "case", "case"),
    (InfoRequest, "asked_by", "asked_at", "case", "case"),
    (ChangeRequest, "asked_by", "asked_at", "case", "case"),
    (ChangeRequest, "decided_by", "decided_at", "case", "case"),
    (Sitting, "recorded_by", "recorded_at", "case", "case"),
    (Suspension, "decided_by", "decided_at", "case", "subject__case"),
    (Suspension, "ended_by", "ended_at", "case", "subject__case"),
    (Finding, "added_by", "added_at", "case", "case"),
    (FindingVersion, "changed_by", "changed_at", "case", "finding__case"),
    (Answer, "answered_by", "answered_at", "case", "finding__case"),
    (Consideration, "considered_by", "considered_at", "case", "answer__finding__case"),
    (Notice, "drafted_by", "drafted_at", "case", "case"),
    (Notice, "signed_by", "signed_at", "case", "case"),
    (RemedyWording, "submitted_by", "submitted_at", "case", OF_ACTION),
    (RemedyVerdict, "given_by", "given_at", "case", OF_ACTION),
    (RemedyReport, "reported_by", "reported_at", "case", OF_ACTION),
    (LookAgain, "judged_by", "judged_at", "case", OF_CORRECTION),
    (CarriedDemand, "carried_by", "carried_at", "case", OF_CORRECTION),
    (ClockRequest, "asked_by", "asked_at", "case", "deadline__case_id"),
    (ClockRequest, "decided_by", "decided_at", "case", "deadline__case_id"),
    (Programme, "drafted_by", "drafted_at", "organisation", "organisation"),
    (Programme, "submitted_by", "submitted_at", "organisation", "organisation"),
    (Programme, "adopted_by", "adopted_at", "organisation", "organisation"),
    (SchemeEvent, "recorded_by", "recorded_at", "organisation", "organisation"),
    (SchemeEvent, "struck_by", "struck_at", "organisation", "organisation"),
    (TypedFigure, "recorded_by", "recorded_at", "organisation", "organisation"),
    (Succession, "decided_by", "decided_at", "organisation", "organisation"),
    (Visit, "visitor", "noted_at", "organisation", "meeting__organisation"),
    (Remark, "left_by", "left_at", "organisation", "meeting__organisation"),
    (Remark, "answered_by", "answered_at", "organisation", "meeting__organisation"),
    (Visit, "struck_by", "struck_at", "organisation", "meeting__organisation"),
    (ProposedSupervision, "proposed_by", "proposed_at", "organisation", "remark__meeting__organisation"),
    (ProposedSupervision, "decided_by", "decided_at", "organisation", "remark__meeting__organisation"),
    (RegularSupervision, "opened_by", "opened_at", "organisation", "organisation"),
    (RegularSupervision, "struck_by", "struck_at", "organisation", "organisation"),
    (ProgrammeLine, "dropped_by", "dropped_at", "organisation", "programme__organisation"),
)


def whole(now: datetime.datetime) -> Iterator[Breach]:
    for fault in audit.faults():
        yield Breach(fault.place, fault.what)


def all_recorded(now: datetime.datetime) -> Iterator[Breach]:
    for model, who, when, kind, chain in STAMPS:
        yield from _unrecorded(model._default_manager.all(), who, when, kind, chain)
    done = WorkItem.objects.filter(done_by__isnull=False)
    yield from _unrecorded(done.filter(case__isnull=False), "done_by", "done_at", "case", "case")
    yield from _unrecorded(done.filter(case__isnull=True), "done_by", "done_at", "organisation", "organisation")


def _unrecorded(rows: "QuerySet[Any]", who: str, when: str, kind: str, chain: str) -> Iterator[Breach]:
    name = Concat(Value(f"{kind}:"), Cast(OuterRef(chain), CharField()))
    entry = AuditEntry.objects.filter(chain=name, at=OuterRef(when))
    # what nobody decided came with the deed of another
    recorded = Q(Exists(entry.filter(user=OuterRef(who)))) | Q(Exists(entry), **{f"{who}__isnull": True})
    for row in rows.filter(~recorded, **{f"{when}__isnull": False}):
        yield of(row, f"{when} {getattr(row, when)} is not in the record of its {kind}")
