"""An organisation moves under another, with all that stands below it (merger of communes, decision 0004)."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, QuerySet, Value
from django.db.models.functions import Concat, Substr
from django.utils import timezone
from django.utils.translation import gettext as _

from inspections.calendars.rules import day_before
from inspections.organisations.models import FormerPath, FormerPlace, Office, Organisation, Person, Succession, User
from inspections.organisations.rules import STEP, is_at_or_below, is_code, path_end, path_step
from inspections.organisations.services.days import check_day, check_paper, told_day
from inspections.organisations.services.ending import NAMED, check_not_beyond, problem_of_place
from inspections.organisations.services.homes import members_below
from inspections.organisations.services.people import check_not_ended
from inspections.organisations.text import clean, fold
from permissions import audit, policy
from permissions.catalogue import VERBS, Reach
from permissions.models import OrganisationGrant
from permissions.verdicts import NotNow
from permissions.viewer import grants_in_force

LONGEST = 60
BATCH = 500
# columns of rooms above the tree that hold the path of an organisation; each room enters its own when it is ready
_COPIES: list[tuple[type[models.Model], str]] = []
# what rooms above do when what stood at one path stands at another
_FOLLOWERS: list[Callable[[str, str, datetime.datetime], None]] = []
_OPEN: list[tuple[Any, str, Callable[[], "QuerySet[Any]"]]] = []


def path_is_copied(
    model: type[models.Model], field: str, words: Any = "", find: Callable[[], "QuerySet[Any]"] | None = None
) -> None:
    """Tells of a column that holds a copy of an organisation's path, so that it follows a move.

    words, find: heading and rows of what is open of the organisations that move, for whoever decides on it."""
    _COPIES.append((model, field))
    if find is not None:
        _OPEN.append((words, field, find))


def follows_a_move(follow: Callable[[str, str, datetime.datetime], None]) -> None:
    """Tells of what a room does after a move, its copies rewritten: (old path, new path, now). Part of a verb."""
    _FOLLOWERS.append(follow)


def copied_paths() -> list[tuple[type[models.Model], str]]:
    """The columns told of."""
    return list(_COPIES)


def held_in_place(organisation: Organisation) -> Organisation:
    """The organisation as it stands now, kept from moving to the end of the transaction: for whoever copies its path.

    Part of a verb."""
    return Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)


def one_move_at_a_time() -> None:
    """Locks the tops of all trees to the end of the transaction: two moves could each be right and make a circle.

    Before any other organisation is locked, or two that cross would wait for each other."""
    list(Organisation.objects.select_for_update().filter(parent=None).order_by("pk").values_list("pk"))


def move_organisation(
    *,
    acting_user: User,
    organisation: Organisation,
    parent: Organisation,
    code: str,
    on: datetime.date,
    paper: str,
    now: datetime.datetime,
) -> Organisation:
    """Moves an organisation, and all below it, under `parent` from a day on, by a paper; `code`: its code from then on.

    Paths, their copies, and with them grants and scopes follow at once; cases, clocks and numbers stay with whom they
    belong to. Raises Refused, NotNow (a body, an ended one), ValidationError (a circle, a type that does not fit, a
    target that has ended or begins later, a code taken, officers of the old tree who follow it, no paper, a day in the
    future or one that what happened since contradicts)."""
    with transaction.atomic():
        one_move_at_a_time()
        locked = Organisation.objects.select_related("type__level", "parent").select_for_update(of=("self",))
        organisation = locked.get(pk=organisation.pk)
        allowed = policy.require(acting_user, "keep_organisations", organisation, now)
        parent = locked.get(pk=parent.pk)
        policy.require(acting_user, "keep_organisations", parent, now)
        today = timezone.localdate(now)
        check_not_ended(organisation, today)
        if organisation.type.is_body:
            raise NotNow(_("A body such as an inspection committee moves with the organisation it belongs to."))
        below = Organisation.objects.at_or_below(str(organisation.path))
        # whoever adds something below waits here, or is waited for
        along = list(below.select_for_update().order_by("pk").values_list("pk", flat=True))
        old = {"parent": organisation.parent_id, "below": str(organisation.parent or ""), "code": organisation.code}
        check_paper(paper)
        check_day(organisation, Succession.Kind.MOVE, on, now)
        _check_target(organisation, parent, on, today)
        former = FormerPlace(organisation=organisation, parent=organisation.parent, code=organisation.code)
        organisation.code = _checked_code(organisation, code)
        _check_areas(organisation, parent, today)
        former.ends_on = day_before(on)
        former.succession = Succession.objects.create(
            kind=Succession.Kind.MOVE,
            organisation=organisation,
            on=on,
            paper=clean(paper),
            decided_by=acting_user,
            decided_at=now,
        )
        former.save()
        _rewrite(organisation, parent, now)
        organisation.folded = fold(f"{organisation.name} {organisation.code}")
        organisation.save(update_fields=["parent", "code", "folded"])
        organisation.refresh_from_db(fields=["path", "scope_path", "depth"])
        audit.record(
            allowed,
            about=organisation,
            chain=organisation,
            now=now,
            verb="move_organisation",
            old=old,
            new={"parent": parent.pk, "below": str(parent), "code": organisation.code, "on": on, "moved": along},
            reason=clean(paper),
        )
        return organisation


def _check_target(organisation: Organisation, parent: Organisation, on: datetime.date, today: datetime.date) -> None:
    if parent.ends_on is not None and parent.ends_on < today:
        text = _("%(organisation)s ended on %(day)s.")
        raise ValidationError({"parent": text % {"organisation": parent, "day": told_day(parent.ends_on)}})
    if parent.starts_on is not None and parent.starts_on > on:
        text = _("%(parent)s begins on %(day)s only; what moves under it does so on that day or later.")
        raise ValidationError({"on": text % {"parent": parent, "day": told_day(parent.starts_on)}})
    check_not_beyond(parent, organisation.ends_on, "parent")
    if is_at_or_below(str(parent.path), str(organisation.path)):
        raise ValidationError(
            {
                "parent": _("%(parent)s is %(organisation)s itself or stands below it.")
                % {"parent": parent, "organisation": organisation}
            }
        )
    if parent.pk == organisation.parent_id:
        raise ValidationError(
            {
                "parent": _("%(organisation)s belongs to %(parent)s already.")
                % {"parent": parent, "organisation": organisation}
            }
        )
    if problem := problem_of_place(organisation.type, parent.type):
        raise ValidationError({"parent": problem})
    longest = Organisation.objects.at_or_below(str(organisation.path)).aggregate(
        longest=models.Max(models.functions.Length("path"))
    )["longest"]
    if len(str(parent.path)) + STEP + longest - len(str(organisation.path)) > LONGEST:
        raise ValidationError({"parent": _("The tree would be deeper than the program can keep.")})


def _checked_code(organisation: Organisation, code: str) -> str:
    code = clean(code)
    if code and not is_code(code):
        raise ValidationError({"code": _("A code has five parts of 2.3.3.3.3 digits, for example 97.101.001.000.000.")})
    if code and Organisation.objects.filter(code=code).exclude(pk=organisation.pk).exists():
        raise ValidationError({"code": _("Another organisation has the code %(code)s already.") % {"code": code}})
    return code


def _check_areas(organisation: Organisation, parent: Organisation, today: datetime.date) -> None:
    """An officer follows areas below his own organisation only; without any he would follow all of it."""
    left = officers_left(organisation, parent, today)
    if left:
        named = "; ".join(left[:NAMED]) + (f" … (+{len(left) - NAMED})" if len(left) > NAMED else "")
        raise ValidationError(
            {
                "parent": _(
                    "These officers follow areas in it and would be of another tree; end their offices first: %(who)s."
                )
                % {"who": named}
            }
        )


def officers_left(organisation: Organisation, parent: Organisation, today: datetime.date) -> list[str]:
    """The officers who follow areas in the organisation and would not be of its tree any more below `parent`."""
    not_ended = models.Q(ends_on__isnull=True) | models.Q(ends_on__gte=today)  # one that begins later has its grants
    offices = Office.objects.filter(not_ended, areas__in=Organisation.objects.at_or_below(str(organisation.path)))
    return [
        f"{office.person} ({office})"
        for office in offices.select_related("person", "organisation").distinct()
        if not is_at_or_below(str(parent.path), office.organisation.scope_path)
        and not is_at_or_below(str(office.organisation.path), str(organisation.path))
    ]


def _rewrite(organisation: Organisation, parent: Organisation, now: datetime.datetime) -> None:
    old, new = str(organisation.path), f"{parent.path}{path_step(organisation.pk)}"
    rewrite_paths(old, new, parent.depth + 1 - organisation.depth, now)
    organisation.parent = parent


def rewrite_paths(old: str, new: str, deeper: int, now: datetime.datetime) -> None:
    """Makes what stands at the path `old`, and all below it, stand at `new`, so many steps deeper; where each stood is
    kept. Part of a verb."""
    rows = Organisation.objects.at_or_below(old)
    stood = [FormerPath(organisation_id=pk, path=str(path)) for pk, path in rows.order_by().values_list("pk", "path")]
    FormerPath.objects.bulk_create(stood, batch_size=BATCH, ignore_conflicts=True)
    rows.filter(scope_path__gte=old, scope_path__lte=path_end(old)).update(scope_path=_under(new, "scope_path", old))
    rows.update(path=_under(new, "path", old), depth=F("depth") + deeper)
    for model, field in _COPIES:
        copies = model._base_manager.filter(**{f"{field}__gte": old, f"{field}__lte": path_end(old)})
        copies.update(**{field: _under(new, field, old)})
    for follow in _FOLLOWERS:
        follow(old, new, now)


def _under(new: str, field: str, old: str) -> Any:
    return Concat(Value(new), Substr(field, len(old) + 1))


@dataclass(frozen=True)
class MovePreview:
    """What a move changes: which organisations go along, how many of each kind of what is open of them all, people who
    lose and who gain sight, by name."""

    below: QuerySet[Organisation]
    counts: list[tuple[Any, int]]
    losing: list[str]
    gaining: list[str]


def preview_of_move(organisation: Organisation, parent: Organisation, today: datetime.date) -> MovePreview:
    """What `move_organisation` would change, nothing changed yet."""
    path = str(organisation.path)
    above = str(organisation.parent.path) if organisation.parent else ""
    losing, gaining = sight_changes([above], [str(parent.path)], today)
    below = Organisation.objects.at_or_below(path).exclude(pk=organisation.pk).select_related("type").order_by("path")
    not_ended = models.Q(ends_on__isnull=True) | models.Q(ends_on__gte=today)
    within = {"organisation__path__gte": path, "organisation__path__lte": path_end(path)}
    counts = [
        (_("Organisations below"), below.count()),
        (_("Members"), members_below(path).count()),
        (_("Offices"), Office.objects.filter(not_ended, **within).count()),
    ]
    for words, field, find in _OPEN:
        copies = {f"{field}__gte": path, f"{field}__lte": path_end(path)}
        counts.append((words, find().filter(**copies).count()))
    return MovePreview(below, counts, losing, gaining)


def sight_changes(old: list[str], new: list[str], today: datetime.date) -> tuple[list[str], list[str]]:
    """Who loses and who gains sight of what passes from below the old paths to below the new ones, by name."""
    before, after = (set().union(*(_seen_by(path, today) for path in paths)) for paths in (old, new))
    names = dict(Person.objects.filter(user_id__in=before ^ after, is_active=True).values_list("user_id", "full_name"))
    return (
        sorted(names[key] for key in before - after if key in names),
        sorted(names[key] for key in after - before if key in names),
    )


def _seen_by(path: str, today: datetime.date) -> set[int]:
    """The log-ins that see what stands below the organisation at `path` by an office there or above."""
    above = [path[:end] for end in range(STEP, len(path) + 1, STEP)]
    sights = [code for code, verb in VERBS.items() if verb.reach is Reach.BELOW and not verb.technical]
    found: QuerySet[Any] = OrganisationGrant.objects.filter(
        grants_in_force(today), permission__codename__in=sights, content_object__scope_path__in=above
    )
    return set(found.values_list("user_id", flat=True))
