"""What the pages of findings and notices read."""

import datetime
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from inspections.calendars.queries import calendar_for
from inspections.calendars.rules import Words, due_from_words, practical_day
from inspections.cases.models import Case
from inspections.documents.queries import issued_about, issuer_at, issuer_of
from inspections.documents.rules import recipient_lines
from inspections.documents.services import term_of
from inspections.findings.models import Answer, Demand, Finding, FindingVersion, Notice
from inspections.findings.rules import Place
from inspections.findings.services.findings import facts_of
from inspections.findings.services.notices import people_of_subjects
from inspections.findings.words import REST_DAY, Told
from inspections.organisations.models import Office, Organisation, Person, User
from inspections.organisations.models.people import in_force
from permissions import policy


def findings_for(user: User) -> QuerySet[Finding]:
    """The findings the user may see, with what a list shows; of an earlier one they repeat, if he sees that too."""
    earlier = policy.visible(user, Finding.objects.filter(pk=OuterRef("recurs_id")))
    rows = policy.visible(user, Finding.objects.all()).annotate(sees_earlier=Exists(earlier))
    return rows.select_related(
        "case__kind",
        "severity",
        "responsible__organisation",
        "responsible__person",
        "instrument",
        "recurs__case",
    )


# The facts of a finding that a reader compares from one wording to the next.
FACTS: dict[str, Any] = {
    "text": _("What was found"),
    "severity": _("Severity"),
    "responsible": _("Responsible"),
    "cause": _("Cause"),
    "instrument": _("Rule breached"),
    "article": _("Article, clause"),
    "happened_on": _("When"),
    "topic": _("Topic"),
}


@dataclass(frozen=True)
class Wording:
    """A finding as it stood, and what the change after it made of it: label, before, after."""

    version: FindingVersion
    state: str
    changes: list[tuple[Any, str, str]]


def wordings_of(finding: Finding, *, with_drafts: bool) -> list[Wording]:
    """Every earlier wording, oldest first, each against the one after it.

    with_drafts: whether those are told that were changed before the draft was released."""
    versions = [
        version
        for version in finding.versions.select_related("changed_by__person").order_by("version")
        if with_drafts or version.facts["state"] != Finding.State.DRAFT
    ]
    following = [version.facts for version in versions[1:]] + [facts_of(finding)][: len(versions)]
    states = dict(Finding.State.choices)
    return [
        Wording(
            version,
            str(states[version.facts["state"]]),
            [
                (label, str(version.facts.get(name) or ""), str(after.get(name) or ""))
                for name, label in FACTS.items()
                if (version.facts.get(name) or "") != (after.get(name) or "")
            ],
        )
        for version, after in zip(versions, following, strict=True)
    ]


def reserved_opinions(case: Case) -> list[Answer]:
    """The opinions that stand reserved: the last word of a subject on a finding that was not dropped."""
    rows = Answer.objects.filter(finding__case=case).exclude(finding__state=Finding.State.DROPPED)
    last: dict[tuple[int, int], Answer] = {}
    for answer in rows.select_related("finding", "subject__organisation", "subject__person").order_by("pk"):
        last[answer.finding_id, answer.subject_id] = answer
    reserved = [answer for answer in last.values() if answer.position == Answer.Position.RESERVES]
    return sorted(reserved, key=lambda answer: (answer.finding.number, answer.pk))


@dataclass
class DemandShown:
    """A demand with the places of its shortcomings in part 2 of the notice."""

    demand: Demand
    answers: list[int] = field(default_factory=list)


def rest_day_warnings(case: Case) -> list[Told]:
    """Demands of the draft whose last day in time is a day of rest: no gap, but better known before signing."""
    notice = Notice.objects.filter(case=case).first()
    demands = notice.demands.filter(due_day__isnull=False).select_related("assignee__organisation") if notice else []
    warnings = []
    for demand in demands:
        assert demand.due_day is not None
        due_on = due_from_words(Words(demand.due_words), demand.due_day)
        day = practical_day(due_on, calendar_for(demand.assignee.organisation if demand.assignee else None))
        if day != due_on:
            days = {"due": date_format(due_on, "l d/m/Y"), "day": date_format(day, "l d/m/Y")}
            warnings.append(
                Told(Place.DEMANDS.value, demand.position, str(REST_DAY) % {"number": demand.position, **days})
            )
    return warnings


def notice_parts(case: Case, shown: Notice | None) -> dict[str, Any]:
    """What the prescribed layout of a notice prints (domain.md §8.1)."""
    if shown is None:
        return {}
    issued = next((one for one in issued_about(shown) if one.type.code == "notice"), None) if shown.number else None
    # what was issued keeps its issuer, with the name of the day
    issuer = issuer_at(issued) if issued is not None else case.organisation
    named = issuer_of(issuer, shown.signer_title)
    shortcomings = list(case.findings.standing().select_related("severity", "instrument").order_by("number"))
    place = {finding.pk: number for number, finding in enumerate(shortcomings, start=1)}
    demands = shown.demands.select_related("assignee__organisation", "assignee__person", "monitor")
    return {
        "superior": named.superior,
        "issuer": issuer,
        "issuer_line": named.line,
        "on_behalf": named.on_behalf,
        "signed_for": named.signed_for,
        "strengths": shown.strengths.all(),
        "shortcomings": shortcomings,
        "demands": [
            DemandShown(demand, sorted(place[one.pk] for one in demand.findings.all() if one.pk in place))
            for demand in demands.prefetch_related("findings")
        ],
        "plan": next((one for one in issued_about(case) if one.type.code == "plan"), None),
        "sitting": case.sittings.filter(outcome="concluded").last(),
        "report": case.papers.filter(kind__code="result_report").order_by("-version").first(),
        "reserved": [(place[answer.finding_id], answer) for answer in reserved_opinions(case)],
        "recipients": recipient_lines(shown.recipients),
        "term": term_of(issuer, shown.issued_on) if shown.issued_on else None,
    }


def monitors_for(case: Case, today: datetime.date) -> "QuerySet[Person]":
    """People with a log-in and an office in the tree of the committee, who do not stand for a subject of the case and
    did not withdraw from it."""
    tree = Organisation.objects.at_or_below(case.organisation.overseer.path or "")
    holders = Office.objects.filter(in_force(today), organisation__in=tree).values("person_id")
    return (
        Person.objects.filter(user__isnull=False, is_active=True, pk__in=holders)
        .exclude(pk__in=people_of_subjects(case, today))
        .exclude(pk__in=case.recusals.values("person_id"))
        .select_related("organisation")
    )
