"""How members and where they belong hang on cells, for the policy.

The life of a member in his cell is for the cell and for those above who inspect it; another cell sees nothing of it."""

from django.db.models import Q

from inspections.members.models import Exemption, Member, Membership, PastDiscipline, in_force
from inspections.organisations.models import Organisation
from permissions import policy
from permissions.viewer import Viewer, any_of


def seen_at(viewer: Viewer, path_field: str) -> Q:
    """The condition that the cell whose path is in `path_field` is one whose members the viewer sees."""
    return any_of(viewer.below("see_members", path_field), viewer.below("keep_members", path_field))


def visible_memberships(viewer: Viewer) -> Q:
    """What happens in the cells one sees, where their members are, and one's own."""
    if viewer.user.is_superuser:
        return ~Q(pk__in=[])
    return (
        seen_at(viewer, "cell__path")
        | seen_at(viewer, "person__organisation__path")
        | Q(person__user_id=viewer.user.pk)
    )


def visible_members(viewer: Viewer) -> Q:
    """The members of the cells one sees, those who are temporarily in them today, and oneself."""
    if viewer.user.is_superuser:
        return ~Q(pk__in=[])
    here = seen_at(viewer, "cell__path")
    guests = Membership.objects.filter(here, in_force(viewer.today), kind=Membership.Kind.TEMPORARY)
    return (
        seen_at(viewer, "organisation__path")
        | Q(pk__in=guests.order_by().values("person_id"))
        | Q(user_id=viewer.user.pk)
    )


def visible_of_members(viewer: Viewer) -> Q:
    """What is told of the members of the cells one sees, and of oneself."""
    if viewer.user.is_superuser:
        return ~Q(pk__in=[])
    return seen_at(viewer, "person__organisation__path") | Q(person__user_id=viewer.user.pk)


def _home(row: Membership | Exemption | PastDiscipline, verb: str) -> Organisation | None:
    return row.person.organisation


def register() -> None:
    policy.register(Member, visible=visible_members, organisation=lambda member, verb: member.organisation)
    policy.register(Membership, visible=visible_memberships, organisation=_home)
    policy.register(Exemption, visible=visible_of_members, organisation=_home)
    policy.register(PastDiscipline, visible=visible_of_members, organisation=_home)
