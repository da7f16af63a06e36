"""The newest checklist and sample of a subject, and the judgements that count."""

from inspections.cases.models import CaseSubject
from inspections.quality.models import Checklist, ChecklistItem, Judgement, Sample


def latest_checklist(subject: CaseSubject) -> Checklist | None:
    """The one drawn up last. One query."""
    return Checklist.objects.filter(subject=subject).order_by("-number").first()


def latest_sample(subject: CaseSubject) -> Sample | None:
    """The one drawn last. One query."""
    return Sample.objects.filter(subject=subject).order_by("-number").first()


def sample_beside(checklist: Checklist) -> Sample | None:
    """The sample that stood while the checklist was the newest: drawn last before the next checklist. Two queries."""
    rows = Sample.objects.filter(subject=checklist.subject_id)
    following = Checklist.objects.filter(subject=checklist.subject_id, number=checklist.number + 1).first()
    if following is not None:
        rows = rows.filter(drawn_at__lt=following.drawn_at)
    return rows.order_by("-number").first()


def differs(before: ChecklistItem, item: ChecklistItem) -> bool:
    """Whether two checklists say other things of a line."""
    return (before.state, before.told, before.rows) != (item.state, item.told, item.rows)


def is_stale(judgement: Judgement | None, item: ChecklistItem) -> bool:
    """Whether the judgement was given on an earlier checklist, of which the record said something else."""
    return judgement is not None and judgement.item_id != item.pk and differs(judgement.item, item)


def newest_judgements(checklist: Checklist) -> dict[str, Judgement]:
    """Code of the line -> the judgement given last, on this checklist or one before it. One query.

    One given on a later checklist says nothing of the facts of this one."""
    rows = Judgement.objects.filter(
        item__checklist__subject=checklist.subject_id, item__checklist__number__lte=checklist.number
    )
    rows = rows.select_related("item__checklist", "judged_by__person").order_by("pk")
    return {one.item.code: one for one in rows}
