"""What a page shows of a case and must not change unseen between opening the page and sending it."""

import datetime

from django.utils.translation import gettext_lazy as _

from inspections.cases.models import Case
from inspections.cases.services.people import team_of
from inspections.forms import Watched
from permissions.catalogue import PARTS


def written(day: datetime.date | None) -> str:
    """A day as people write it."""
    return day.strftime("%d/%m/%Y") if day is not None else ""


def watched_proposal(case: Case) -> Watched:
    """The proposal of a case, by the fields of its form. Asked of the database afresh."""
    case = Case.objects.select_related("kind", "line").get(pk=case.pk)
    subjects = list(case.subjects.select_related("organisation", "person"))
    team = team_of(case)

    def mates(*parts: str) -> str:
        return "; ".join(sorted(mate.person.full_name for mate in team if mate.part in parts))

    return {
        "kind": (_("Kind"), case.kind.name),
        "line": (_("From which line of the programme"), str(case.line or "")),
        "reason": (_("Reason, when outside the programme"), case.reason),
        "content": (_("Content"), case.content),
        "organisations": (_("Subjects: organisations"), "; ".join(str(one) for one in subjects if one.person is None)),
        "members": (_("Subjects: members"), "; ".join(str(one) for one in subjects if one.person is not None)),
        "examined_from": (_("Period examined, from"), written(case.examined_from)),
        "examined_to": (_("Period examined, to"), written(case.examined_to)),
        "starts_on": (_("Carried out from"), written(case.starts_on)),
        "ends_on": (_("Carried out to"), written(case.ends_on)),
        "method": (_("Method"), case.method),
        **{part: (PARTS[part].label, mates(part)) for part in ("leader", "deputy", "team_secretary")},
        "mates": (_("Team members"), mates("member")),
    }


def watched_draft(case: Case) -> Watched:
    """The draft report and the findings that go to the subject with it."""
    paper = case.papers.filter(kind__code="draft_report").order_by("-version").first()
    findings = case.findings.exclude(state="dropped").select_related("severity").order_by("number")
    told = "\n".join(f"{one.number}. {one.text} ({one.severity}; {one.responsible})" for one in findings)
    return {"draft": (_("Draft report"), paper.body if paper else ""), "findings": (_("Findings"), told)}
