"""What waits for a cell about its superiors: remarks to be answered."""

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from inspections.meetings.work import CellWork, clocks_of
from inspections.superiors.models import Remark
from permissions.viewer import Viewer


def remarks_to_answer(viewer: Viewer) -> QuerySet[Remark]:
    """The remarks that the viewer's cells have not answered."""
    return Remark.objects.filter(answered_at__isnull=True, organisation__in=viewer.organisation_ids("keep_meetings"))


def count_for(viewer: Viewer) -> int:
    """How many remarks wait for the viewer. One query; none for whoever is no officer of a cell."""
    return remarks_to_answer(viewer).count() if viewer.holds("keep_meetings") else 0


def work_for(viewer: Viewer) -> list[CellWork]:
    """The remarks that wait for the viewer, by the day. Two queries."""
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
