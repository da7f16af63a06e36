"""What a page shows of a finding or a notice and must not change unseen between opening the page and sending it."""

from django.utils.translation import gettext_lazy as _

from inspections.calendars.rules import Words
from inspections.cases.models import Case
from inspections.cases.watched import written
from inspections.findings.models import Finding, Notice
from inspections.forms import Watched


def watched_finding(finding: Finding) -> Watched:
    """A finding, by the fields of its form. Asked of the database afresh."""
    one = Finding.objects.select_related(
        "severity", "instrument", "responsible__organisation", "responsible__person"
    ).get(pk=finding.pk)
    return {
        "text": (_("What was found"), one.text),
        "severity": (_("Severity"), one.severity.name),
        "responsible": (_("Responsible"), str(one.responsible)),
        "topic": (_("Topic"), one.topic),
        "cause": (_("Cause"), one.cause),
        "cause_kind": (_("Kind of cause"), one.cause_kind),
        "happened_on": (_("When (last day)"), written(one.happened_on)),
        "instrument": (_("Rule breached"), one.instrument.symbol if one.instrument else ""),
        "article": (_("Article, clause"), one.article),
    }


def watched_notice(case: Case) -> Watched:
    """The draft of the notice of a case. Asked of the database afresh."""
    notice = Notice.objects.filter(case=case).first()
    strengths = [one.text for one in notice.strengths.all()] if notice else []
    return {
        "strengths": (_("Strengths, one a line"), "\n".join(strengths)),
        "demands": (_("Demands"), _demands_of(notice) if notice else ""),
        "carrying_out": (_("Organisation of carrying out"), notice.carrying_out if notice else ""),
        "recipients": (_("Recipients, one a line"), notice.recipients if notice else ""),
    }


def _demands_of(notice: Notice) -> str:
    rows = notice.demands.select_related("assignee__organisation", "assignee__person", "monitor")
    lines = []
    for demand in rows.prefetch_related("findings"):
        answered = ", ".join(str(finding.number) for finding in demand.findings.all())
        words = Words(demand.due_words).value
        lines.append(
            f"{demand.position}. {demand.text} ({answered}) – {demand.assignee or '—'} – {demand.monitor or '—'} – "
            f"{words} {written(demand.due_day)}"
        )
    return "\n".join(lines)
