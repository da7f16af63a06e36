"""What waits for people about remarks: of a cell those to be answered, of a body the supervisions proposed to it."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from inspections.meetings.work import CellWork, clocks_of
from inspections.superiors.access import proposals_waiting
from inspections.superiors.models import Remark
from permissions.viewer import Viewer


def remarks_to_answer(viewer: Viewer) -> QuerySet[Remark]:
    """The remarks that the viewer's cells have not answered."""
    return Remark.objects.filter(answered_at__isnull=True, organisation__in=viewer.organisation_ids("keep_meetings"))


def count_for(viewer: Viewer) -> int:
    """How many remarks wait for the viewer. One query; none for whoever is no officer of a cell."""
    return remarks_to_answer(viewer).count() if viewer.holds("keep_meetings") else 0


def work_for(viewer: Viewer) -> list[CellWork]:
    """What waits for the viewer: the remarks by the day, then what is proposed. Three queries."""
    return [*_answers(viewer), *_proposals(viewer)]


def waiting(viewer: Viewer) -> list["QuerySet[Any]"]:
    """The rows, by id, that wait for the viewer beside those of `count_for`: to be counted with others in one query."""
    rows = proposals_waiting(viewer)
    return [rows.order_by().values_list("pk")] if rows is not None else []


def _proposals(viewer: Viewer) -> list[CellWork]:
    rows = proposals_waiting(viewer)
    if rows is None:
        return []
    found = rows.select_related("remark__meeting__organisation", "remark__organisation")
    return [
        CellWork(
            title=_("Decide on a proposed supervision"),
            about_name=str(one.remark.meeting),
            organisation=one.remark.organisation,
            deadline=None,
            address=one.remark.get_absolute_url(),
        )
        for one in found.order_by("proposed_at", "pk")
    ]


def _answers(viewer: Viewer) -> list[CellWork]:
    if not viewer.holds("keep_meetings"):
        return []
    rows = remarks_to_answer(viewer).select_related("organisation", "meeting__organisation")
    remarks = list(rows.order_by("answer_by", "pk"))
    clocks = clocks_of(Remark, remarks)
    return [
        CellWork(
            title=_("Answer the remark"),
            about_name=str(remark.meeting),
            organisation=remark.organisation,
            deadline=clocks.get(remark.pk),
            address=reverse("superiors:answer", args=[remark.pk]),
        )
        for remark in remarks
    ]
