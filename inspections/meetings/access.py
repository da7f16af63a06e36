"""Who sees the meetings of a cell: the cell itself and those above it. Who reads and keeps criteria sets: they count
for a whole tree."""

import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Concat

from inspections.meetings.models import CriteriaSet, ItemRating, Meeting, MeetingFiles, ResolutionItem
from inspections.meetings.models.criteria import CriteriaSetQuerySet
from inspections.members.models import Membership
from inspections.organisations.models import Organisation, User
from inspections.organisations.rules import LAST
from inspections.reference.access import KEEP, may_keep, require
from permissions import policy
from permissions.verdicts import Allowed, Verdict
from permissions.viewer import NEVER, Viewer, any_of


def visible_sets(user: User) -> CriteriaSetQuerySet:
    """The sets of the country, and of the trees of which the user sees anything: they count for it."""
    top = OuterRef("organisation__path")
    seen = policy.visible(user, Organisation.objects.all())
    below = seen.filter(path__gte=top, path__lte=Concat(top, Value(LAST)))
    return CriteriaSet.objects.filter(Q(organisation=None) | Exists(below))


def may_keep_set(user: User, organisation: Organisation | None, now: datetime.datetime) -> Verdict:
    """Whether the user keeps the criteria of the tree, or, with None, of the country."""
    return may_keep(user, now) if organisation is None else policy.may(user, KEEP, organisation, now)


def require_set(user: User, organisation: Organisation | None, now: datetime.datetime) -> tuple[Allowed, Organisation]:
    """For verbs: the right, asked afresh behind the lock of the tree, and in whose chain it is recorded.

    Raises Refused, NotNow."""
    if organisation is None:
        return require(user, now)
    tree = Organisation.objects.select_for_update().get(pk=organisation.pk)
    return policy.require(user, KEEP, tree, now), tree


def trees_kept_by(user: User, like: CriteriaSet, now: datetime.datetime) -> QuerySet[Organisation]:
    """The organisations for which the user may make a set from this one: those of the offices that keep criteria, and
    that of the set itself where he keeps it."""
    viewer = policy.viewer_for(user, now)
    keys = viewer.organisation_ids(KEEP)
    if like.organisation is not None and may_keep_set(user, like.organisation, now):
        keys.append(like.organisation.pk)
    return Organisation.objects.filter(pk__in=keys).not_ended(viewer.today).order_by("path")


def visible_meetings(viewer: Viewer, prefix: str = "") -> Q:
    """Those of one's own cell that one keeps, or that assigned something to oneself, and those of the cells below what
    one leads or inspects, also of a cell whose place the own one took; no foreign cell's.

    prefix: the lookup that leads to the meeting."""
    return any_of(
        viewer.at("keep_meetings", f"{prefix}organisation_id"),
        viewer.below("see_meetings", f"{prefix}org_path"),
        _of_own_assignments(viewer, f"{prefix}pk"),
    )


def _of_own_assignments(viewer: Viewer, field: str) -> Q:
    """The closed meetings that assigned something to the viewer, while he is on the roll of their cell: minutes and
    roll call are the cell's. Who went elsewhere sees what is his to do, and a record that may still change nobody."""
    if viewer.person is None:
        return NEVER
    cells = Membership.objects.in_force(viewer.today).filter(person=viewer.person, cell__isnull=False).values("cell")
    own = ResolutionItem.objects.order_by().filter(person=viewer.person, meeting__state=Meeting.State.CLOSED)
    return Q(**{f"{field}__in": own.filter(meeting__organisation__in=cells).values("meeting")})


def visible_assignments(viewer: Viewer) -> Q:
    """Those of one's own cell and of the cells below what one leads or inspects, and one's own."""
    person = viewer.person
    return any_of(
        viewer.at("keep_meetings", "organisation_id"),
        viewer.below("see_meetings", "organisation__path"),
        viewer.below("see_meetings", "meeting__org_path"),
        Q(person_id=person.pk) if person is not None else NEVER,
    )


def planned_of(organisation: Organisation) -> QuerySet[Meeting]:
    """The meetings of the cell that are still to be held."""
    return Meeting.objects.to_hold().filter(organisation=organisation).order_by("month", "planned_at", "pk")


def unclosed_of(organisation: Organisation) -> QuerySet[Meeting]:
    """The meetings that the cell held and has not closed."""
    return Meeting.objects.filter(organisation=organisation, state=Meeting.State.HELD).order_by("started_at", "pk")


def assignments_of(organisation: Organisation) -> QuerySet[ResolutionItem]:
    """What the cell assigned, or took over from the one before it, and is not done."""
    rows = ResolutionItem.objects.open().filter(organisation=organisation)
    return rows.select_related("person").order_by("due_on", "pk")


def reported_of(organisation: Organisation) -> QuerySet[ResolutionItem]:
    """What the cell assigned and was reported done, but no meeting rated as done yet."""
    rated = ItemRating.objects.filter(is_done=True).values("item")
    rows = ResolutionItem.objects.filter(organisation=organisation, meeting__state=Meeting.State.CLOSED)
    return rows.filter(done_on__isnull=False).exclude(pk__in=rated).order_by("due_on", "pk")


def register() -> None:
    policy.register(
        Meeting,
        visible=visible_meetings,
        organisation=lambda meeting, verb: meeting.organisation,
        evident=lambda viewer, meeting: viewer.is_above("see_meetings", meeting.org_path),
    )
    policy.register(
        ResolutionItem,
        visible=visible_assignments,
        organisation=lambda item, verb: item.organisation,
    )
    policy.register(
        MeetingFiles,
        visible=lambda viewer: visible_meetings(viewer, "meeting__"),
        organisation=lambda files, verb: files.meeting.organisation,
    )
