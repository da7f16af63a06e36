"""Schemes, owners, targets and whom a scheme concerns follow what becomes of organisations. Parts of successions, which
record them."""

import datetime

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from inspections.calendars.rules import days_after
from inspections.deadlines.services import pass_on
from inspections.organisations.models import Organisation
from inspections.organisations.rules import is_at_or_below, path_end
from inspections.organisations.services import Estate, Share, follows_a_move, must_be_over_first, passes_on
from inspections.schemes.models import Review, Scheme, SchemeTask, Target


def schemes_of(organisation: Organisation) -> "QuerySet[Scheme]":
    """The schemes that the organisation made and that run."""
    return Scheme.objects.filter(organisation=organisation, ended_at__isnull=True).select_related("organisation")


def hold_schemes(organisation: Organisation) -> None:
    """Locks the schemes in which something passes, as their verbs do."""
    keys = {
        *schemes_of(organisation).values_list("pk", flat=True),
        *schemes_naming(organisation).values_list("pk", flat=True),
        *tasks_of(organisation).values_list("group__scheme", flat=True),
        *targets_of(organisation, None).values_list("indicator__scheme", flat=True),
    }
    list(Scheme.objects.select_for_update().filter(pk__in=keys).order_by("pk").values_list("pk"))


def pass_schemes(share: Share) -> None:
    """The successor keeps the schemes from now on, and holds their reviews by the same days."""
    Scheme.objects.filter(pk__in=[one.pk for one in share.rows]).update(organisation=share.new)
    reviews = Review.objects.filter(scheme__in=share.rows, state=Review.State.PLANNED)
    pass_on(share.old, share.new, about=list(reviews), now=share.now)


def schemes_naming(organisation: Organisation) -> "QuerySet[Scheme]":
    """The running schemes that name the organisation among those they concern."""
    return Scheme.objects.filter(organisations=organisation, ended_at__isnull=True).select_related("organisation")


def pass_concerns(share: Share) -> None:
    """The schemes name the successor."""
    for scheme in share.rows:
        scheme.organisations.remove(share.old)
        scheme.organisations.add(share.new)


def tasks_of(organisation: Organisation) -> "QuerySet[SchemeTask]":
    """The tasks under way that the organisation owns."""
    rows = SchemeTask.objects.filter(
        owners=organisation, state=SchemeTask.State.OPEN, group__scheme__ended_at__isnull=True
    )
    return rows.select_related("group__scheme__organisation")


def tasks_owned_alone(organisation: Organisation) -> "QuerySet[SchemeTask]":
    """Of these, those that nobody else owns."""
    shared = SchemeTask.owners.through.objects.filter(schemetask_id=OuterRef("pk")).exclude(organisation=organisation)
    return tasks_of(organisation).filter(~Exists(shared))


def pass_tasks(share: Share) -> None:
    """The successor owns the tasks."""
    for task in share.rows:
        task.owners.remove(share.old)
        task.owners.add(share.new)


def targets_of(organisation: Organisation, on: datetime.date | None) -> "QuerySet[Target]":
    """The targets of the organisation in running schemes, of the year of the day and later. None: of all years."""
    rows = Target.objects.filter(organisation=organisation, indicator__scheme__ended_at__isnull=True)
    rows = rows.filter(year__gte=on.year) if on is not None else rows
    return rows.select_related("organisation", "indicator__scheme")


def pass_targets(share: Share) -> None:
    """The successor has the targets, where it has none of its own for that year; else the old one's stay as history."""
    last_day = share.old.ends_on
    assert last_day is not None
    rows = Target.objects.filter(pk__in=[one.pk for one in share.rows], year__gte=days_after(last_day, 1).year)
    own = Target.objects.filter(indicator=OuterRef("indicator"), year=OuterRef("year"), organisation=share.new)
    keys = list(rows.filter(~Exists(own)).values_list("pk", flat=True))
    Target.objects.filter(pk__in=keys).update(organisation=share.new)


def leave_behind(old: str, new: str, now: datetime.datetime) -> None:
    """Running schemes name no longer what moved out of the tree of who made them; what a review kept of it stays. Part
    of a move."""
    named = Scheme.organisations.through.objects.filter(
        scheme__ended_at__isnull=True, organisation__path__gte=new, organisation__path__lte=path_end(new)
    )
    rows = named.values_list("pk", "scheme", "organisation__path", "scheme__organisation__scope_path")
    gone = {pk: scheme for pk, scheme, path, top in rows if not is_at_or_below(path, top)}
    list(Scheme.objects.select_for_update().filter(pk__in=gone.values()).order_by("pk").values_list("pk"))
    Scheme.organisations.through.objects.filter(pk__in=gone).delete()


def register() -> None:
    follows_a_move(leave_behind)
    must_be_over_first(_("End these schemes first: %(things)s."), schemes_of)
    must_be_over_first(_("Give these tasks of schemes another owner first: %(things)s."), tasks_owned_alone)
    passes_on(Estate("schemes", _("Schemes"), schemes_of, pass_schemes, hold=hold_schemes))
    passes_on(Estate("scheme_concerns", _("Schemes that concern it"), schemes_naming, pass_concerns))
    passes_on(Estate("scheme_tasks", _("Tasks of schemes"), tasks_of, pass_tasks))
    passes_on(Estate("scheme_targets", _("Targets of schemes"), targets_of, pass_targets, goes_by_day=True))
