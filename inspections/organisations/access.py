"""How organisations and people hang on the tree, for the policy."""

from django.db.models import Q

from inspections.organisations.models import Interest, Office, Organisation, Person
from permissions import policy
from permissions.viewer import Viewer


def visible_organisations(viewer: Viewer) -> Q:
    """What the offices oversee, and one's own organisations with those above them (their names are no secret)."""
    condition = viewer.below("see_organisations", "path") | viewer.below("keep_organisations", "path")
    condition |= viewer.below("keep_offices", "path")
    if viewer.user.is_superuser:
        return ~Q(pk__in=[])
    own = {held.organisation_id for held in viewer.holdings}
    person = viewer.person
    if person is not None and person.organisation_id:
        own.add(person.organisation_id)
    return condition | Q(pk__in=own)


def kept_organisations(viewer: Viewer) -> Q:
    """Those that the viewer may change: more are seen than kept."""
    return ~Q(pk__in=[]) if viewer.user.is_superuser else viewer.below("keep_organisations", "path")


def visible_people(viewer: Viewer) -> Q:
    """The members and office holders of the organisations one oversees, and oneself."""
    condition = viewer.below("see_organisations", "organisation__path")
    condition |= viewer.below("keep_offices", "organisation__path")
    condition |= Q(user_id=viewer.user.pk)
    if viewer.user.is_superuser:
        return ~Q(pk__in=[])
    return condition


def visible_offices(viewer: Viewer) -> Q:
    condition = viewer.below("see_organisations", "organisation__path")
    condition |= viewer.below("keep_offices", "organisation__path") | Q(person__user_id=viewer.user.pk)
    if viewer.user.is_superuser:
        return ~Q(pk__in=[])
    return condition


def visible_interests(viewer: Viewer) -> Q:
    """One's own declarations, and those of the people whose offices one keeps."""
    return viewer.below("keep_offices", "person__organisation__path") | Q(person__user_id=viewer.user.pk)


def register() -> None:
    policy.register(Organisation, visible=visible_organisations, organisation=lambda organisation, verb: organisation)
    policy.register(Person, visible=visible_people, organisation=lambda person, verb: person.organisation)
    policy.register(Office, visible=visible_offices, organisation=lambda office, verb: office.organisation)
    policy.register(
        Interest, visible=visible_interests, organisation=lambda interest, verb: interest.person.organisation
    )
