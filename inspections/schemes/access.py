"""Who sees a scheme: who made it, leaders above, and whom it concerns below; rows behind its figures by their place."""

from django.db.models import Exists, OuterRef, Q

from inspections.organisations.models import Organisation
from inspections.organisations.rules import STEP
from inspections.schemes.measures import all_measures
from inspections.schemes.models import (
    Indicator,
    KeptRow,
    Review,
    Scheme,
    SchemeEvent,
    SchemeTask,
    TypedFigure,
)
from inspections.schemes.rules import places_above
from permissions import policy
from permissions.viewer import NEVER, Viewer, any_of


def _named(viewer: Viewer) -> Q:
    """The condition that an organisation which a scheme names is one that the viewer leads, one below it, or one that
    stands above it."""
    tops = viewer.tops("see_schemes")
    above = {place for top in tops for place in places_above(top, STEP)}
    return any_of(Q(path__in=above), viewer.below("see_schemes", "path")) if tops else NEVER


def visible_schemes(viewer: Viewer) -> Q:
    """Made by an organisation that the viewer leads or keeps schemes of, or concerning one that he leads: all that
    stand below its maker, those it names, the owners of its tasks."""
    made = any_of(viewer.below("see_schemes", "organisation__path"), viewer.at("keep_schemes", "organisation_id"))
    tops = viewer.tops("see_schemes")
    if not tops:
        return made
    makers_above = {place for top in tops for place in places_above(top, STEP)}
    named = Organisation.objects.order_by().filter(_named(viewer)).values("pk")
    concerned = Scheme.organisations.through.objects.filter(scheme_id=OuterRef("pk"), organisation_id__in=named)
    led = Organisation.objects.order_by().filter(viewer.below("see_schemes", "path")).values("pk")
    owned = SchemeTask.objects.order_by().filter(group__scheme=OuterRef("pk"), owners__in=led)
    return any_of(
        made,
        Q(all_below=True, organisation__path__in=makers_above),
        Q(Exists(concerned), all_below=False),
        Q(Exists(owned)),
    )


def _of_scheme(field: str, viewer: Viewer) -> Q:
    return Q(**{f"{field}__in": Scheme.objects.order_by().filter(visible_schemes(viewer)).values("pk")})


def visible_tasks(viewer: Viewer) -> Q:
    return _of_scheme("group__scheme", viewer)


def visible_events(viewer: Viewer) -> Q:
    """Whoever sees the task sees what was done for it: good ways are there to be spread."""
    return _of_scheme("task__group__scheme", viewer)


def visible_indicators(viewer: Viewer) -> Q:
    return _of_scheme("scheme", viewer)


def visible_typed(viewer: Viewer) -> Q:
    """Of the schemes one sees, the figures of what one leads."""
    return _of_scheme("indicator__scheme", viewer) & any_of(
        viewer.below("see_schemes", "organisation__path"), viewer.at("keep_schemes", "organisation_id")
    )


def visible_reviews(viewer: Viewer) -> Q:
    return _of_scheme("scheme", viewer)


def visible_kept_rows(viewer: Viewer) -> Q:
    """Of the reviews one sees, the rows of what one leads; of these, those that tell of what one may open oneself: a
    review that keeps a name opens it to nobody else."""
    models = {one.model for one in all_measures()} | {TypedFigure}
    return (
        _of_scheme("review__scheme", viewer)
        & viewer.below("see_schemes", "path")
        & policy.seen_items(viewer, "item", sorted(models, key=lambda one: one._meta.label))
    )


def register() -> None:
    policy.register(Scheme, visible=visible_schemes, organisation=lambda scheme, verb: scheme.organisation)
    policy.register(SchemeTask, visible=visible_tasks, organisation=lambda task, verb: task.group.scheme.organisation)
    policy.register(SchemeEvent, visible=visible_events, organisation=lambda event, verb: event.organisation)
    policy.register(Indicator, visible=visible_indicators, organisation=lambda one, verb: one.scheme.organisation)
    policy.register(TypedFigure, visible=visible_typed, organisation=lambda figure, verb: figure.organisation)
    policy.register(Review, visible=visible_reviews, organisation=lambda review, verb: review.scheme.organisation)
    policy.register(KeptRow, visible=visible_kept_rows, organisation=lambda row, verb: row.organisation)
