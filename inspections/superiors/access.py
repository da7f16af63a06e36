"""Who sees what superiors keep of meetings: whoever sees the meeting; and which cells a person follows."""

from django.db.models import Q

from inspections.meetings.access import also_seen, visible_meetings
from inspections.organisations.models import in_force
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
    keys = list(followed(viewer))
    return any_of(
        viewer.below("see_meetings", f"{prefix}path"),
        viewer.at("keep_meetings", f"{prefix}pk"),
        Q(**{f"{prefix}pk__in": keys}) if keys else NEVER,
    )


def visible_followings(viewer: Viewer) -> Q:
    """Of the cells whose meetings one sees, and one's own."""
    return any_of(seen_cells(viewer, "organisation__"), Q(person__user_id=viewer.user.pk))


def visible_supervisions(viewer: Viewer) -> Q:
    """Of the organisations whose meetings one sees: the cell reads what was opened about it."""
    keys = list(followed(viewer))
    return any_of(
        viewer.below("see_meetings", "org_path"),
        viewer.at("keep_meetings", "organisation_id"),
        Q(organisation__in=keys) if keys else NEVER,
    )


def register() -> None:
    also_seen(lambda viewer: list(followed(viewer)))
    policy.register(Following, visible=visible_followings, organisation=lambda following, verb: following.organisation)
    for model in (Visit, Remark):
        policy.register(
            model,
            visible=lambda viewer: visible_meetings(viewer, "meeting__"),
            organisation=lambda row, verb: row.meeting.organisation,
        )
    policy.register(
        RegularSupervision,
        visible=visible_supervisions,
        organisation=lambda supervision, verb: supervision.organisation,
    )
