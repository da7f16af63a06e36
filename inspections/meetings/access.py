"""Who sees the meetings of a cell: the cell itself and those above it. Who reads and keeps criteria sets: they count
for a whole tree."""

import datetime
from collections.abc import Callable
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Concat
from django.utils import timezone
from django.utils.translation import gettext as _

from inspections.calendars.moments import start_of
from inspections.meetings.models import TO_HOLD, CriteriaSet, ItemRating, Meeting, MeetingFiles, ResolutionItem
from inspections.meetings.models.criteria import CriteriaSetQuerySet
from inspections.members.queries import cells_of, roll_of
from inspections.organisations.models import Organisation, Person, User
from inspections.organisations.rules import LAST
from inspections.reference.access import KEEP, may_keep, require
from permissions import authors, policy
from permissions.verdicts import Allowed, Denied, Refused, Verdict
from permissions.viewer import NEVER, Viewer, any_of

# what whoever was assigned something does by himself, without an office
REPORT = "report_item"


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


# viewer -> ids of cells whose meetings he sees beside those of his offices; rooms above tell of them
_ALSO_SEEN: list[Callable[[Viewer], list[int]]] = []


def also_seen(cells: Callable[[Viewer], list[int]]) -> None:
    """For rooms above: tells of cells whose meetings are seen, by viewer; called once, from the `ready` of an app."""
    _ALSO_SEEN.append(cells)


def visible_meetings(viewer: Viewer, prefix: str = "") -> Q:
    """Those of one's own cell that one keeps; its coming ones, and those that assigned something to oneself, while one
    is on its roll; those of the cells below what one leads or inspects, also of a cell whose place the own one took,
    and those of the cells one follows: these read a record as soon as it is there, though it may still change until it
    is closed. No foreign cell's.

    prefix: the lookup that leads to the meeting."""
    keys = [key for cells in _ALSO_SEEN for key in cells(viewer)]
    return any_of(
        viewer.at("keep_meetings", f"{prefix}organisation_id"),
        viewer.below("see_meetings", f"{prefix}org_path"),
        _coming(viewer, prefix),
        Q(**{f"{prefix}organisation__in": keys}) if keys else NEVER,
        _of_own_assignments(viewer, f"{prefix}pk"),
    )


def _coming(viewer: Viewer, prefix: str) -> Q:
    """What is still to be held by a cell on whose roll the viewer is today: agenda and documents are given out here. Of
    an evening to come that was called off he reads so too."""
    if viewer.person is None:
        return NEVER
    cells = Q(**{f"{prefix}organisation__in": cells_of(viewer.person, viewer.today)})
    is_off = {f"{prefix}state": Meeting.State.CALLED_OFF, f"{prefix}planned_at__gte": start_of(viewer.today)}
    return cells & (Q(**{f"{prefix}state__in": TO_HOLD}) | Q(**is_off))


def _of_own_assignments(viewer: Viewer, field: str) -> Q:
    """The closed meetings that assigned something to the viewer, while he is on the roll of their cell: minutes and
    roll call are the cell's. Who went elsewhere sees what is his to do, and a record that may still change no member.
    """
    if viewer.person is None:
        return NEVER
    cells = cells_of(viewer.person, viewer.today)
    own = ResolutionItem.objects.order_by().filter(person=viewer.person, meeting__state=Meeting.State.CLOSED)
    return Q(**{f"{field}__in": own.filter(meeting__organisation__in=cells).values("meeting")})


def own_assignments(viewer: Viewer) -> QuerySet[Any]:
    """Ids of what was assigned to the viewer, wherever he went since."""
    return ResolutionItem.objects.order_by().filter(person=viewer.person).values("pk")


def visible_assignments(viewer: Viewer) -> Q:
    """Those of one's own cell and of the cells below what one leads or inspects; and what a closed meeting assigned to
    oneself, wherever one is by now and whoever took the place of the cell."""
    own = NEVER
    if viewer.person is not None:
        own = Q(person_id=viewer.person.pk, meeting__state=Meeting.State.CLOSED)
    return any_of(
        viewer.at("keep_meetings", "organisation_id"),
        viewer.below("see_meetings", "organisation__path"),
        viewer.below("see_meetings", "meeting__org_path"),
        own,
    )


def may_report(user: User, item: ResolutionItem, now: datetime.datetime | None = None) -> Verdict:
    """Whether the user may report the assignment done: the officers of its cell, and whoever it was assigned to."""
    verdict = policy.may(user, "keep_meetings", item, now)
    person = policy.viewer_for(user, now).person
    return verdict or (Allowed(user, REPORT) if person is not None and person.pk == item.person_id else verdict)


def require_report(user: User, item: ResolutionItem, now: datetime.datetime) -> Allowed:
    """As `may_report`, asked afresh; for the verb, inside its lock. Raises Refused."""
    try:
        return policy.require(user, "keep_meetings", item, now)
    except Refused:
        if not Person.objects.filter(pk=item.person_id, is_active=True, user=user.pk, user__is_active=True).exists():
            raise
        return Allowed(user, REPORT)


def may_score(user: User, verb: str, meeting: Meeting, now: datetime.datetime | None = None) -> Verdict:
    """Whether the user may score the meeting, which was held, by the verb of a side: whoever kept it, scored it for the
    other side or is on the roll of its evening does not, nor his deputy in his name."""
    verdict = policy.may(user, verb, meeting, now)
    return as_stranger(verdict, meeting, now) if isinstance(verdict, Allowed) else verdict


def as_stranger(allowed: Allowed, meeting: Meeting, now: datetime.datetime | None) -> Verdict:
    """The right to score the meeting by which the user does so as one who had no part in it, or why he may not."""
    verdict = authors.as_other(allowed, meeting, now)
    if isinstance(verdict, Denied):
        return verdict
    members = members_of(meeting)
    person = getattr(verdict.user, "person", None)
    if person is not None and person.pk in members:
        return Denied(_("You are a member of this cell, so another scores its meeting"))
    if verdict.delegation is not None and verdict.delegation.office.person_id in members:
        said = _("You act here for %(person)s, who is a member of this cell, so another scores its meeting")
        return Denied(said % {"person": verdict.delegation.office.person})
    return verdict


def members_of(meeting: Meeting) -> set[int]:
    """The people, by id, who are on the roll of the evening, held or not. The meetings are their own."""
    day = timezone.localdate(meeting.started_at or meeting.planned_at)
    return {one.person.pk for one in roll_of(meeting.organisation, day)}


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
