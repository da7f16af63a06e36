"""Who sees what superiors keep of meetings: whoever sees the meeting; and which cells a person follows."""

import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext as _

from inspections.meetings.access import also_seen, members_of
from inspections.meetings.models import Meeting
from inspections.members.queries import cells_of
from inspections.organisations.models import Organisation, User, in_force
from inspections.organisations.rules import LAST, is_at_or_below
from inspections.superiors.models import Following, ProposedSupervision, RegularSupervision, Remark, Visit
from permissions import policy
from permissions.verdicts import Allowed, Denied, Refused, Verdict
from permissions.viewer import NEVER, Viewer, any_of

VISIT = "visit_meetings"
SUPERVISE = "supervise_cells"
ASSIGN = "say_who_follows"


def followed(viewer: Viewer) -> dict[int, str]:
    """Id -> path of the cells that the viewer follows today; read once.

    Only those below an office from which he may visit them: who went to another committee, or whose cell did, follows
    it no longer, though nobody ended it."""
    if viewer.followed is None:
        person = viewer.person if viewer.holds(VISIT) else None
        rows = Following.objects.order_by().filter(in_force(viewer.today), person=person) if person else None
        below = viewer.below(VISIT, "organisation__path")
        pairs = rows.filter(below).values_list("organisation_id", "organisation__path") if rows is not None else ()
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


def may_visit(user: User, meeting: Meeting, now: datetime.datetime | None = None) -> Verdict:
    """Whether the user may attend the meeting as a superior and leave a remark: one who reads the meetings of the cell
    from above or follows it, and no member of it, nor a deputy in the name of one."""
    verdict = policy.may(user, VISIT, meeting, now)
    return _as_superior(verdict, meeting, meeting.organisation, now) if isinstance(verdict, Allowed) else verdict


def require_visit(user: User, meeting: Meeting, now: datetime.datetime) -> Allowed:
    """As `may_visit`, asked afresh; for verbs, inside their lock. Raises Refused."""
    verdict = _as_superior(policy.require(user, VISIT, meeting, now), meeting, meeting.organisation, now)
    if isinstance(verdict, Denied):
        raise Refused(verdict)
    return verdict


def may_act_on(user: User, verb: str, remark: Remark, now: datetime.datetime | None = None) -> Verdict:
    """Whether the user may make the remark a reminder (`remind`) or a request (`ask_report`): by an office that gives
    the verb, or as one who may leave remarks on the cell that answers, because he follows it or reads it from above.
    Only as such he proposes a supervision (`visit_meetings`)."""
    verdict = policy.may(user, verb, remark, now)
    if isinstance(verdict, Allowed) and verb != VISIT:
        return _as_stranger(verdict, remark.meeting, remark.organisation, now)
    visits = verdict if verb == VISIT else policy.may(user, VISIT, remark, now)
    return _as_superior(visits, remark.meeting, remark.organisation, now) if isinstance(visits, Allowed) else verdict


def require_act_on(user: User, verb: str, remark: Remark, now: datetime.datetime) -> Allowed:
    """As `may_act_on`, asked afresh; for verbs, inside their lock. Raises Refused."""
    fresh = User.objects.select_related("person").get(pk=user.pk)
    verdict = may_act_on(fresh, verb, remark, now)
    if isinstance(verdict, Denied):
        raise Refused(verdict)
    return verdict


def _as_superior(allowed: Allowed, meeting: Meeting, cell: Organisation, now: datetime.datetime | None) -> Verdict:
    """cell: that of the meeting, or what took its place."""
    viewer = policy.viewer_for(allowed.user, now)
    if isinstance(verdict := _as_stranger(allowed, meeting, cell, now), Denied):
        return verdict
    if not (viewer.is_above("see_meetings", str(cell.path)) or cell.pk in followed(viewer)):
        # who was a member reads what was assigned to him; of the rest he would not even read his own remark
        return Denied(_("You neither follow this cell nor oversee its meetings from above"))
    return allowed


def _as_stranger(allowed: Allowed, meeting: Meeting, cell: Organisation, now: datetime.datetime | None) -> Verdict:
    """The right of whoever is no member of the cell and keeps none of its meetings, nor a deputy in the name of one."""
    viewer, members = policy.viewer_for(allowed.user, now), members_of(meeting)
    if viewer.is_at("keep_meetings", cell.pk) or (viewer.person and viewer.person.pk in members):
        return Denied(_("You belong to this cell, so another attends its meeting as the superior and leaves remarks"))
    if allowed.delegation is not None and allowed.delegation.office.person_id in members:
        said = _("You act here for %(person)s, who is a member of this cell, so another attends as the superior")
        return Denied(said % {"person": allowed.delegation.office.person})
    return allowed


def may_supervise(user: User, remark: Remark, now: datetime.datetime | None = None) -> Verdict:
    """Whether the user may open a regular supervision from the remark, decline the proposal of one, or strike one out:
    by his office, and not of the cell whose member he is."""
    verdict = policy.may(user, SUPERVISE, remark, now)
    return _as_stranger(verdict, remark.meeting, remark.organisation, now) if isinstance(verdict, Allowed) else verdict


def require_supervise(user: User, remark: Remark, now: datetime.datetime) -> Allowed:
    """As `may_supervise`, asked afresh; for verbs, inside their lock. Raises Refused."""
    verdict = _as_stranger(policy.require(user, SUPERVISE, remark, now), remark.meeting, remark.organisation, now)
    if isinstance(verdict, Denied):
        raise Refused(verdict)
    return verdict


def clocks_followed(viewer: Viewer) -> "QuerySet[Any] | None":
    """The remarks, by id, whose clock is seen by who follows the cell and leads nothing there; None where there are
    none, or where he leads all that he could follow."""
    leads = viewer.tops("see_board")
    if all(any(is_at_or_below(place, top) for top in leads) for place in viewer.tops(VISIT)):
        return None
    cells = followed(viewer)
    return Remark.objects.order_by().filter(organisation__in=cells).values("pk") if cells else None


def visible_asked_reports(viewer: Viewer) -> Q:
    """The reports asked for about remarks of the cells one follows, and of the areas in which one reads meetings."""
    if not viewer.holds(VISIT):
        return NEVER
    remarks = Remark.objects.order_by().filter(visible_remarks(viewer)).values("pk")
    kind = ContentType.objects.get_for_model(Remark)
    return Q(about__item_type=kind, about__item_id__in=remarks)


def visible_followings(viewer: Viewer) -> Q:
    """Of the cells whose meetings one sees, and one's own."""
    return any_of(seen_cells(viewer, "organisation__"), Q(person__user_id=viewer.user.pk))


def visible_remarks(viewer: Viewer) -> Q:
    """Of the cells whose meetings one sees; and of the cell that answers in the place of another."""
    return any_of(
        seen_of_cells(viewer, "meeting__org_path", "meeting__organisation"), seen_cells(viewer, "organisation__")
    )


def visible_proposals(viewer: Viewer) -> Q:
    """Of the cells that one reads as a superior; a cell is not told before somebody decided."""
    above = viewer.below(VISIT, "remark__organisation__path")
    if above is NEVER:
        return NEVER
    return above & seen_cells(viewer, "remark__organisation__") & _of_no_own_cell(viewer)


def _of_no_own_cell(viewer: Viewer) -> Q:
    """Of no cell whose meetings one keeps, or in which one is a plain member, whatever office one holds above."""
    own = viewer.at("keep_meetings", "remark__organisation_id")
    if viewer.person is not None:
        cells = cells_of(viewer.person, viewer.today)
        own = any_of(own, Q(remark__organisation__in=cells), Q(remark__meeting__organisation__in=cells))
    return ~own if own is not NEVER else Q()


def proposals_waiting(viewer: Viewer) -> "QuerySet[ProposedSupervision] | None":
    """The proposals that wait for the viewer: made to a body that oversees what one of his own does, in which he may
    open a regular supervision; and, where that body is no more or the cell stands elsewhere by now, those of the cells
    of which he may open one. None where he may open none."""
    scopes = sorted({held.scope_path for held in viewer.holdings if held.verb == SUPERVISE})
    if not scopes:
        return None
    below = Q(
        remark__organisation__path__gte=F("body__scope_path"),
        remark__organisation__path__lte=Concat(F("body__scope_path"), Value(LAST)),
    )
    is_left = Q(body__ends_on__lt=viewer.today) | ~below
    for_him = Q(body__scope_path__in=scopes) | is_left & viewer.below(SUPERVISE, "remark__organisation__path")
    # whoever may open one reads the meetings by his office, so nobody is asked on every page whom he follows
    read = viewer.below("see_meetings", "remark__organisation__path") & _of_no_own_cell(viewer)
    return ProposedSupervision.objects.filter(read, for_him, decided_at__isnull=True)


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
        ProposedSupervision,
        visible=visible_proposals,
        organisation=lambda proposal, verb: proposal.remark.organisation,
    )
    policy.register(
        RegularSupervision,
        visible=lambda viewer: seen_of_cells(viewer, "org_path", "organisation"),
        organisation=lambda supervision, verb: supervision.organisation,
    )
