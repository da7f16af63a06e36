"""The newest checklist and sample of a subject, and the judgements that count."""

from inspections.cases.models import CaseSubject
from inspections.quality.models import Checklist, Judgement, Sample


def latest_checklist(subject: CaseSubject) -> Checklist | None:
    """The one drawn up last. One query."""
    return Checklist.objects.filter(subject=subject).order_by("-number").first()


def latest_sample(subject: CaseSubject) -> Sample | None:
    """The one drawn last. One query."""
    return Sample.objects.filter(subject=subject).order_by("-number").first()


def newest_judgements(subject: CaseSubject) -> dict[str, Judgement]:
    """Code of the line -> the judgement given last, on whichever checklist of the subject. One query."""
    rows = Judgement.objects.filter(item__checklist__subject=subject)
    rows = rows.select_related("item__checklist", "judged_by__person").order_by("pk")
    return {one.item.code: one for one in rows}
