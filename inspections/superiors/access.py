"""Who sees what superiors keep of meetings: whoever sees the meeting; and which cells a person follows."""

from django.db.models import Q, QuerySet

from inspections.meetings.access import also_seen
from inspections.organisations.models import Organisation, in_force
from inspections.superiors.models import Following, RegularSupervision, Remark, Visit
from permissions import policy
from permissions.viewer import NEVER, Viewer, any_of

VISIT = "visit_meetings"


def followed(viewer: Viewer) -> dict[int, str]:
    """Id -> path of the cells that the viewer follows today; read once, and only of who may visit any."""
    if viewer.followed is None:
        person = viewer.person if viewer.holds(VISIT) else None
        rows = Following.objects.order_by().filter(in_force(viewer.today), person=person) if person else None
        pairs = rows.values_list("organisation_id", "organisation__path") if rows is not None else ()
        viewer.followed = {pk: str(path) for pk, path in pairs}
    return viewer.followed


def seen_cells(viewer: Viewer, prefix: str = "") -> Q:
    """The condition that the viewer sees the meetings of the cell. prefix: the lookup that leads to the cell."""
    return seen_of_cells(viewer, f"{prefix}path", f"{prefix}pk")


def seen_of_cells(viewer: Viewer, path: str, cell: str) -> Q:
    """The condition that a row is of a cell whose meetings the viewer sees. path, cell: the lookups of the path and the
    id of the cell."""
    keys = list(followed(viewer))
    return any_of(
        viewer.below("see_meetings", path),
        viewer.at("keep_meetings", cell),
        Q(**{f"{cell}__in": keys}) if keys else NEVER,
    )


def visible_followings(viewer: Viewer) -> Q:
    """Of the cells whose meetings one sees, and one's own."""
    return any_of(seen_cells(viewer, "organisation__"), Q(person__user_id=viewer.user.pk))


def visible_remarks(viewer: Viewer) -> Q:
    """Of the cells whose meetings one sees; and of the cell that answers in the place of another."""
    return any_of(
        seen_of_cells(viewer, "meeting__org_path", "meeting__organisation"), seen_cells(viewer, "organisation__")
    )


def remarks_of(organisation: Organisation) -> QuerySet[Remark]:
    """The remarks that the cell has not answered."""
    rows = Remark.objects.filter(organisation=organisation, answered_at__isnull=True)
    return rows.select_related("meeting__organisation").order_by("answer_by", "pk")


def register() -> None:
    also_seen(lambda viewer: list(followed(viewer)))
    policy.register(Following, visible=visible_followings, organisation=lambda following, verb: following.organisation)
    policy.register(
        Visit,
        visible=lambda viewer: seen_of_cells(viewer, "meeting__org_path", "meeting__organisation"),
        organisation=lambda visit, verb: visit.meeting.organisation,
    )
    policy.register(Remark, visible=visible_remarks, organisation=lambda remark, verb: remark.organisation)
    policy.register(
        RegularSupervision,
        visible=lambda viewer: seen_of_cells(viewer, "org_path", "organisation"),
        organisation=lambda supervision, verb: supervision.organisation,
    )
