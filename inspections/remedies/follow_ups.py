"""Overdue demands of many, chosen together: which follow-up cases they become, and which cannot be carried into one."""

import datetime
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from inspections.cases.models import Case, CaseKind
from inspections.cases.services.impartial import reasons_against
from inspections.cases.services.opening import Proposal, SubjectChoice
from inspections.cases.services.people import Mate
from inspections.organisations.models import Organisation, Person
from inspections.remedies.models import Correction
from inspections.remedies.queries import carried_open, known_for_follow_up
from inspections.remedies.rules import is_overdue


def with_demands(corrections: "QuerySet[Correction]") -> "QuerySet[Correction]":
    """The corrections with all that is asked of them here."""
    return corrections.select_related(
        "organisation__type",
        "demand__notice__case__organisation__type",
        "demand__notice__case__organisation__parent",
        "demand__assignee__organisation",
        "demand__assignee__person__organisation",
    )


@dataclass(frozen=True)
class FollowUp:
    """One follow-up case to be: about one organisation, of demands of notices of one body."""

    organisation: Organisation
    corrections: list[Correction]

    @property
    def cases(self) -> list[Case]:
        """The cases that it follows from, each once."""
        return list({one.demand.notice.case_id: one.demand.notice.case for one in self.corrections}.values())


def follow_ups(corrections: Iterable[Correction]) -> list[FollowUp]:
    """One follow-up case an organisation that has to correct, whatever notices its demands stand in; told apart by the
    body that concluded."""
    groups: dict[tuple[int, int], list[Correction]] = {}
    for one in corrections:
        groups.setdefault((one.demand.notice.case.organisation_id, one.organisation_id), []).append(one)
    ordered = [sorted(some, key=lambda one: (one.demand.notice_id, one.demand.position)) for some in groups.values()]
    return [FollowUp(some[0].organisation, some) for some in ordered]


def why_not_carried(
    corrections: Collection[Correction], proposer: Person | None, today: datetime.date
) -> dict[int, str]:
    """Id of each correction of which no follow-up case can be proposed now -> why not. A fixed number of queries.

    proposer: who would propose, to whom a case of his own ties is closed."""
    cases = {one.demand.notice.case_id: one.demand.notice.case for one in corrections}
    against = reasons_against(proposer, cases.values(), today) if proposer is not None else {}
    keys = [one.pk for one in corrections]
    open_now = set(carried_open().filter(correction__in=keys).values_list("correction_id", flat=True))
    found = {}
    for one in corrections:
        if one.pk in open_now:
            found[one.pk] = _("This demand lies in a follow-up case already.")
        elif not is_overdue(one.due_on, one.is_owed, today):
            found[one.pk] = _("This demand is not overdue, so no case follows from it.")
        elif against.get(one.demand.notice.case_id):
            found[one.pk] = " ".join(against[one.demand.notice.case_id])
    return found


def proposal_of(
    follow_up: FollowUp, kind: CaseKind, starts_on: datetime.date, ends_on: datetime.date, today: datetime.date
) -> Proposal:
    """The proposal with all that is known filled in."""
    known = known_for_follow_up(follow_up.corrections, today)
    subjects = [SubjectChoice(one) for one in known["organisations"]]
    subjects += [SubjectChoice(one.organisation, one) for one in known["members"]]
    team = [
        Mate(known[name], part)
        for name, part in (("leader", "leader"), ("deputy", "deputy"), ("team_secretary", "team_secretary"))
        if known[name] is not None
    ]
    return Proposal(
        organisation=follow_up.cases[0].organisation,
        kind=kind,
        reason=known["reason"],
        content=known["content"],
        subjects=subjects,
        examined_from=known["examined_from"] or today,
        examined_to=known["examined_to"],
        starts_on=starts_on,
        ends_on=ends_on,
        method=known["method"],
        team=[*team, *(Mate(one, "member") for one in known["mates"])],
    )
