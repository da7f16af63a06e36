"""Two questions, one module: may this user do this to that, and which rows may this user see.

A room says in its `access.py` how its rows hang on organisations and cases (`register`); the answers are given here.
"""

import datetime
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, TypeVar

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, Q, QuerySet
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from inspections.organisations.models import Organisation, User
from permissions.catalogue import SUBJECT_VERBS, VERBS, On, Reach, parts_with, roles_with
from permissions.verdicts import Allowed, Denied, Refused, Verdict
from permissions.viewer import NEVER, Bars, CasePart, Viewer, any_of, grants_in_force

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Access:
    """How the rows of a model hang on organisations and cases.

    visible: viewer -> condition of the rows the viewer may see.
    organisation: (row, verb) -> the organisation whose office decides about the verb, or None.
    case: row -> the case it belongs to, or None.
    own: viewer -> condition of the rows in which the viewer is the subject or answers for it.
    evident: (viewer, row) -> whether what was read of the viewer already shows that he sees the row, so that the
    condition need not be asked of the database; False says nothing. What it says, `visible` says too.
    prepare: rows -> nothing; reads what the other answers need of many rows, in a fixed number of queries.
    parts: for the case model only."""

    visible: Callable[[Viewer], Q]
    organisation: Callable[[Any, str], Organisation | None]
    case: Callable[[Any], Any]
    own: Callable[[Viewer], Q] | None = None
    evident: Callable[[Viewer, Any], bool] | None = None
    parts: "CaseParts | None" = None
    prepare: Callable[[Collection[Any]], None] | None = None


@dataclass(frozen=True)
class CaseParts:
    """What the policy has to know of cases beside their rows.

    grants: the table of parts turned into grants. followed: viewer -> condition of the cases whose course the viewer
    may follow, beyond what the subject sees. bars: the cases from which the viewer withdrew, and those about him."""

    grants: type[Model]
    followed: Callable[[Viewer], Q]
    bars: Callable[[Viewer], Bars]


_REGISTER: dict[type[Model], Access] = {}


def register(
    model: type[Model],
    *,
    visible: Callable[[Viewer], Q],
    organisation: Callable[[Any, str], Organisation | None],
    case: Callable[[Any], Any] = lambda row: None,
    own: Callable[[Viewer], Q] | None = None,
    evident: Callable[[Viewer, Any], bool] | None = None,
    parts: CaseParts | None = None,
    prepare: Callable[[Collection[Any]], None] | None = None,
) -> None:
    """Tells the policy about a model; called once, from the `ready` of its app."""
    _REGISTER[model] = Access(visible, organisation, case, own, evident, parts, prepare)


def registered_models() -> list[type[Model]]:
    return list(_REGISTER)


def models_with_short_way() -> list[type[Model]]:
    """The models of whose rows some are evidently seen."""
    return [model for model, access in _REGISTER.items() if access.evident is not None]


def case_grant_models() -> list[type[Model]]:
    """The tables of grants on cases."""
    return [access.parts.grants for access in _REGISTER.values() if access.parts is not None]


def viewer_for(user: User, now: datetime.datetime | None = None) -> Viewer:
    """The user's holdings on the day, read once per user object (so once per request)."""
    today = timezone.localdate(now)
    kept: Viewer | None = getattr(user, "_viewer", None)
    if kept is None or kept.today != today:
        kept = Viewer(user, today)
        user._viewer = kept  # type: ignore[attr-defined]
    return kept


def holds(user: User, verb: str, now: datetime.datetime | None = None) -> bool:
    """Whether the user holds the verb in any organisation (for menus, not for permission)."""
    return viewer_for(user, now).holds(verb) or (VERBS[verb].technical and user.is_active and user.is_superuser)


def visible(user: User, rows: "QuerySet[Row]", now: datetime.datetime | None = None) -> "QuerySet[Row]":
    """Of the rows, those that the user may see."""
    viewer = viewer_for(user, now)
    if not user.is_authenticated or not user.is_active:
        return rows.none()
    return rows.filter(_REGISTER[rows.model].visible(viewer))


def seen_through_cases(viewer: Viewer, field: str, *, item: str, otherwise: Q) -> Q:
    """For rooms below cases: rows whose `field` holds a case's id and whose generic reference `item` is a row of it.

    Whoever follows the case sees them all, the subject those about its own rows; rows of no case go by `otherwise`."""
    model, parts = _case_model()
    followed = model._default_manager.filter(parts.followed(viewer)).values("pk")
    seen = model._default_manager.filter(_REGISTER[model].visible(viewer)).values("pk")
    own = NEVER
    for kind, access in _REGISTER.items():
        condition = access.own(viewer) if access.own is not None else NEVER
        if condition is not NEVER:
            rows = kind._default_manager.filter(condition).values("pk")
            content_type = ContentType.objects.get_for_model(kind)
            own = any_of(own, Q(**{f"{item}_type": content_type, f"{item}_id__in": rows, f"{field}__in": seen}))
    return any_of(Q(**{f"{field}__isnull": True}) & otherwise, Q(**{f"{field}__in": followed}), own)


def seen_items(viewer: Viewer, item: str, models: Collection[type[Model]]) -> Q:
    """For rooms that keep a generic reference `item` to rows of others: the condition that it is to a row of one of the
    models, and that the viewer may see that row today. The models are registered."""
    return any_of(
        *(
            Q(
                **{
                    f"{item}_type": ContentType.objects.get_for_model(model),
                    f"{item}_id__in": model._default_manager.order_by()
                    .filter(_REGISTER[model].visible(viewer))
                    .values("pk"),
                }
            )
            for model in models
        )
    )


def case_of_id(pk: int, *, lock: bool = False) -> Any:
    """For rooms below cases: the case with the id, locked to the end of the transaction when a verb asks."""
    rows = _case_model()[0]._default_manager.all()
    return (rows.select_for_update() if lock else rows).get(pk=pk)


def cases_of_ids(keys: Collection[int]) -> dict[int, Any]:
    """For rooms below cases: the cases with the ids, by id. One query."""
    return _case_model()[0]._default_manager.in_bulk(keys)


def _case_model() -> tuple[type[Model], CaseParts]:
    return next((model, access.parts) for model, access in _REGISTER.items() if access.parts is not None)


def may(user: User, verb: str, obj: Any, now: datetime.datetime | None = None) -> Verdict:
    """Whether the user may do `verb` to `obj` on the day of `now`, by which office, or why not."""
    return _decide(viewer_for(user, now), verb, obj)


def may_each(user: User, verb: str, rows: Collection[Any], now: datetime.datetime | None = None) -> list[Verdict]:
    """As `may`, of many rows of one model: a fixed number of queries, however many they are."""
    viewer = viewer_for(user, now)
    _look_at(viewer, rows)
    return [_decide(viewer, verb, row) for row in rows]


def _look_at(viewer: Viewer, rows: Collection[Any]) -> None:
    """Reads of many rows of one model at once what is asked of each."""
    if not rows:
        return
    model = type(next(iter(rows)))
    access = _REGISTER[model]
    if access.prepare is not None:
        access.prepare(rows)
    keys = {row.pk for row in rows}
    seen = model._default_manager.filter(access.visible(viewer), pk__in=keys)
    sees = set(seen.values_list("pk", flat=True)) if viewer.user.is_authenticated and viewer.user.is_active else set()
    viewer.seen |= {(model, key): key in sees for key in keys}


_read: ContextVar[dict[int, Viewer] | None] = ContextVar("read", default=None)


@contextmanager
def read_once() -> Iterator[None]:
    """Inside, `require` reads the rights of each user once. For a transaction that holds every lock first: that of the
    process, and of the case, under which one withdraws from it."""
    outer = _read.set({})
    try:
        yield
    finally:
        _read.reset(outer)


def _fresh_viewer(user: User, today: datetime.date) -> Viewer:
    read = _read.get()
    viewer = read.get(user.pk) if read is not None else None
    if viewer is None or viewer.today != today:
        viewer = Viewer(User.objects.select_related("person").get(pk=user.pk) if user.pk else user, today)
        if read is not None:
            read[user.pk] = viewer
    return viewer


def require(user: User, verb: str, obj: Any, now: datetime.datetime) -> Allowed:
    """As `may`, asked afresh of the database; raises Refused. For verbs, inside their lock."""
    verdict = _decide(_fresh_viewer(user, timezone.localdate(now)), verb, obj)
    if isinstance(verdict, Denied):
        raise Refused(verdict)
    return verdict


def require_each(user: User, verb: str, rows: Collection[Any], now: datetime.datetime) -> list[Allowed]:
    """As `require`, of many rows of one model, as `may_each`. Raises Refused for the first that is not allowed."""
    viewer = _fresh_viewer(user, timezone.localdate(now))
    _look_at(viewer, rows)
    allowed = []
    for row in rows:
        verdict = _decide(viewer, verb, row)
        if isinstance(verdict, Denied):
            raise Refused(verdict)
        allowed.append(verdict)
    return allowed


def held_not_from(
    people: Collection[int], user: User, verb: str, obj: Any, now: datetime.datetime | None
) -> Allowed | None:
    """The right to do `verb` by an office that is of none of the people (by id); None when the user has no such one."""
    return _office_allows(Viewer(user, timezone.localdate(now)), verb, obj, people)


def deciding_organisation(obj: Any, verb: str) -> Organisation | None:
    """The organisation whose office decides about `verb` on the row."""
    return _access(obj).organisation(obj, verb)


def chain_for(obj: Any, verb: str) -> Any:
    """The case or organisation in whose chain is recorded what is done to the row."""
    access = _access(obj)
    case = access.case(obj)
    return case if case is not None else access.organisation(obj, verb)


def is_recused(user: User, obj: Any, now: datetime.datetime | None = None) -> bool:
    """Whether the user withdrew, or was withdrawn, from the case of `obj`."""
    return withdrew(viewer_for(user, now), obj)


def bars_of(viewer: Viewer) -> Bars:
    """The cases from which the viewer withdrew, and those about him; read once."""
    if viewer.bars is None:
        _model, parts = _case_model()
        viewer.bars = parts.bars(viewer)
    return viewer.bars


def withdrew(viewer: Viewer, obj: Any) -> bool:
    """Whether the viewer withdrew, or was withdrawn, from the case of the row."""
    case = _access(obj).case(obj)
    return case is not None and case.pk in bars_of(viewer).withdrew


def _is_subject(viewer: Viewer, obj: Any) -> bool:
    case = _access(obj).case(obj)
    return case is not None and case.pk in bars_of(viewer).subject_of


def is_barred(viewer: Viewer, obj: Any) -> bool:
    """Whether the viewer withdrew from the case of the row, or is a member whom it is about."""
    return withdrew(viewer, obj) or _is_subject(viewer, obj)


def parts_of(viewer: Viewer, obj: Any) -> dict[str, str]:
    """Verb -> the part by which the viewer holds it in the case of the row."""
    case = _access(obj).case(obj)
    return {} if case is None else {held.verb: held.part for held in case_parts(viewer) if held.case_id == case.pk}


def case_parts(viewer: Viewer) -> tuple[CasePart, ...]:
    """What the viewer's parts give him today, case by case, the oldest grant of a verb last; read once: parts end with
    their cases, so they are few."""
    if viewer.parts is None:
        _model, parts = _case_model()
        held = parts.grants.objects.filter(  # type: ignore[attr-defined]
            grants_in_force(viewer.today), user_id=viewer.user.pk
        )
        rows = held.order_by("-pk").values_list("content_object_id", "permission__codename", "part")
        viewer.parts = tuple(CasePart(*row) for row in rows) if viewer.user.pk is not None else ()
    return viewer.parts


def _case_parts(obj: Any) -> tuple[CaseParts | None, Any]:
    case = _access(obj).case(obj)
    return (None, None) if case is None else (_REGISTER[type(case)].parts, case)


def _access(obj: Any) -> Access:
    return _REGISTER[type(obj)]


def _decide(viewer: Viewer, verb_code: str, obj: Any) -> Verdict:
    verb = VERBS[verb_code]
    if not viewer.user.is_authenticated or not viewer.user.is_active:
        return Denied(_("Please log in first."), stranger=lambda: True)
    if withdrew(viewer, obj):
        return Denied(_("You withdrew from this matter."), stranger=lambda: True)
    if verb.on is On.ORGANISATION and verb_code not in SUBJECT_VERBS and _is_subject(viewer, obj):
        reason = _("You are a subject of this case yourself, so another has to act for the body.")
        return Denied(reason, stranger=lambda: not _sees(viewer, obj))
    found = _part_allows(viewer, verb_code, obj) if verb.on is On.CASE else _office_allows(viewer, verb_code, obj)
    # nobody does anything to what he may not see; an organisation is seen by whoever holds a verb in it
    if found is not None and (isinstance(obj, Organisation) or _sees(viewer, obj)):
        return found
    if verb.technical and viewer.user.is_superuser and (isinstance(obj, Organisation) or _sees(viewer, obj)):
        return Allowed(viewer.user, verb_code)
    return _denied(viewer, verb_code, obj)


def sees_evidently(viewer: Viewer, obj: Any) -> bool:
    """Whether what was read of the viewer shows that he sees the row; False says nothing."""
    evident = _access(obj).evident
    return evident is not None and evident(viewer, obj)


def _sees(viewer: Viewer, obj: Any) -> bool:
    key = (type(obj), obj.pk)
    if key not in viewer.seen:
        access = _access(obj)
        rows = type(obj)._default_manager.filter(pk=obj.pk)
        viewer.seen[key] = sees_evidently(viewer, obj) or rows.filter(access.visible(viewer)).exists()
    return viewer.seen[key]


def _office_allows(viewer: Viewer, verb_code: str, obj: Any, not_from: Collection[int] = ()) -> Allowed | None:
    organisation = obj if isinstance(obj, Organisation) else _access(obj).organisation(obj, verb_code)
    if organisation is None:
        return None
    reaches_below = VERBS[verb_code].reach is Reach.BELOW
    for held in viewer.holdings:
        if held.verb != verb_code:
            continue
        if held.organisation_id == organisation.pk or (
            reaches_below and (organisation.path or "").startswith(held.scope_path)
        ):
            office = viewer.offices[held.office_id]
            if office.person_id in not_from:
                continue
            delegation = viewer.delegations[held.delegation_id] if held.delegation_id is not None else None
            return Allowed(viewer.user, verb_code, office, delegation)
    return None


def _part_allows(viewer: Viewer, verb_code: str, obj: Any) -> Allowed | None:
    part = parts_of(viewer, obj).get(verb_code)
    return Allowed(viewer.user, verb_code, part=part) if part is not None else None


def _denied(viewer: Viewer, verb_code: str, obj: Any) -> Denied:
    def stranger() -> bool:
        return not _sees(viewer, obj)

    verb = VERBS[verb_code]
    if verb.on is On.CASE:
        who = get_text_list([str(part.label) for part in parts_with(verb_code)], _("or"))
        reason = _("You have no part in this case that lets you do this: %(verb)s. It is for the %(who)s.")
        reason %= {"verb": verb.label, "who": who}
        if any(held.delegation_id for held in viewer.holdings):
            reason += " " + _("A part in a case is personal: a delegation does not pass it on.")
        return Denied(reason, who_can_help=who, stranger=stranger)
    organisation = obj if isinstance(obj, Organisation) else _access(obj).organisation(obj, verb_code)
    who = get_text_list([str(role.label) for role in roles_with(verb_code)], _("or"))
    reason = _("You hold no office of %(organisation)s that lets you do this: %(verb)s. It is for: %(who)s.")
    return Denied(
        reason % {"organisation": organisation or "—", "verb": verb.label, "who": who},
        who_can_help=who,
        stranger=stranger,
    )
