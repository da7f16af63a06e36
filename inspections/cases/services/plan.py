"""Decision and plan as papers: what they say, and their next version after an approved change (domain.md §4.1 P1)."""

import datetime
from typing import Any

from django.utils.translation import gettext as _

from inspections.cases.models import Case, ChangeRequest
from inspections.cases.services.clocks import approval_of, move_with_plan
from inspections.cases.services.common import search_text, write_paper
from inspections.cases.services.people import Mate, set_team, sync_case_grants, team_of
from inspections.organisations.models import Person, User
from inspections.organisations.text import on_paper
from permissions.catalogue import PARTS

What = ChangeRequest.What


def texts_of(case: Case) -> dict[str, str]:
    """What decision and plan say, by kind of paper: the decision sets up the team, the plan says how it works."""
    with on_paper():
        subjects = "; ".join(str(one) for one in case.subjects.select_related("organisation", "person"))
        team = "; ".join(f"{mate.person} ({PARTS[mate.part].label})" for mate in team_of(case))
        common = [(_("Content"), case.content), (_("Subjects"), subjects), (_("Team"), team)]
        plan = [
            *common,
            (_("Period examined"), _between(case.examined_from, case.examined_to)),
            (_("Carried out"), _between(case.starts_on, case.ends_on)),
            (_("Method"), case.method),
        ]
        return {"decision": f"{case.kind.name}\n{_lines(common)}", "plan": _lines(plan)}


def _lines(facts: list[tuple[str, str]]) -> str:
    return "\n".join(f"{label}: {value}" for label, value in facts if value)


def _between(first: datetime.date, last: datetime.date) -> str:
    return f"{first:%d/%m/%Y} – {last:%d/%m/%Y}"


def write_decision_and_plan(case: Case, *, acting_user: User, now: datetime.datetime) -> None:
    """The first version of both, when the case is signed. Part of a verb."""
    for kind, text in texts_of(case).items():
        write_paper(case, kind, acting_user=acting_user, now=now, body=text)


def carry_out(case: Case, change: ChangeRequest, now: datetime.datetime) -> tuple[dict[str, Any], dict[str, Any]]:
    """Makes the approved change: the facts of the case, the next version of each paper that says otherwise from now on
    with the reason, and the clocks that rest on the plan. Returns what was and what is, for the record. Part of a verb.
    """
    assert change.decided_by is not None
    before, old = texts_of(case), _facts(case, change.what)
    proposal = change.proposal
    if change.what == What.TEAM:
        set_team(case, team_of_proposal(proposal), now, paper=approval_of(change))
        sync_case_grants(case)
    elif change.what == What.CONTENT:
        case.content = proposal["content"].strip()
        case.examined_from = datetime.date.fromisoformat(proposal["examined_from"])
        case.examined_to = datetime.date.fromisoformat(proposal["examined_to"])
        case.folded = search_text(case)
        case.save(update_fields=["content", "examined_from", "examined_to", "folded"])
    else:
        case.ends_on = datetime.date.fromisoformat(proposal["ends_on"])
        case.save(update_fields=["ends_on"])
    new = _facts(case, change.what)
    if change.what == What.DURATION:
        moved = move_with_plan(case, change, now)
        old["due"] = {duty: days[0] for duty, days in moved.items()}
        new["due"] = {duty: days[1] for duty, days in moved.items()}
    for kind, text in texts_of(case).items():
        if text != before[kind]:
            write_paper(case, kind, acting_user=change.decided_by, now=now, body=text, reason=change.reason)
    return old, new


def team_of_proposal(proposal: dict[str, Any]) -> list[Mate]:
    """The team that a request for change asks for."""
    people = Person.objects.in_bulk([pk for pk, _part in proposal["team"]])
    return [Mate(people[pk], part) for pk, part in proposal["team"] if pk in people]


def _facts(case: Case, what: str) -> dict[str, Any]:
    if what == What.TEAM:
        return {"team": [f"{mate.person} ({mate.part})" for mate in team_of(case)]}
    if what == What.CONTENT:
        return {"content": case.content, "examined": [case.examined_from, case.examined_to]}
    return {"ends_on": case.ends_on}
