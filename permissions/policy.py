"""Two questions, one module: may this user do this to that, and which rows may this user see.

A room says in its `access.py` how its rows hang on organisations and cases (`register`); the answers are given here.
"""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from inspections.organisations.models import Organisation, User
from permissions.catalogue import VERBS, On, Reach, parts_with, roles_with
from permissions.verdicts import Allowed, Denied, Refused, Verdict
from permissions.viewer import Viewer, grants_in_force

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Access:
    """How the rows of a model hang on organisations and cases.

    visible: viewer -> condition of the rows the viewer may see.
    organisation: (row, verb) -> the organisation whose office decides about the verb, or None.
    case: row -> the case it belongs to, or None.
    grants: for the case model only, the table of parts turned into grants."""

    visible: Callable[[Viewer], Q]
    organisation: Callable[[Any, str], Organisation | None]
    case: Callable[[Any], Any]
    grants: type[Model] | None = None
    is_recused: Callable[[Viewer, Any], bool] | None = None


_REGISTER: dict[type[Model], Access] = {}


def register(
    model: type[Model],
    *,
    visible: Callable[[Viewer], Q],
    organisation: Callable[[Any, str], Organisation | None],
    case: Callable[[Any], Any] = lambda row: None,
    grants: type[Model] | None = None,
    is_recused: Callable[[Viewer, Any], bool] | None = None,
) -> None:
    """Tells the policy about a model; called once, from the `ready` of its app."""
    _REGISTER[model] = Access(visible, organisation, case, grants, is_recused)


def registered_models() -> list[type[Model]]:
    return list(_REGISTER)


def case_grant_models() -> list[type[Model]]:
    """The tables of grants on cases."""
    return [access.grants for access in _REGISTER.values() if access.grants is not None]


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


def seen_through_cases(viewer: Viewer, field: str, *, otherwise: Q) -> Q:
    """For rooms below cases: rows whose `field` holds a case's id are seen with that case, others by `otherwise`."""
    model, access = next((model, access) for model, access in _REGISTER.items() if access.grants is not None)
    seen = model._default_manager.filter(access.visible(viewer)).values("pk")
    return Q(**{f"{field}__isnull": True}) & otherwise | Q(**{f"{field}__in": seen})


def may(user: User, verb: str, obj: Any, now: datetime.datetime | None = None) -> Verdict:
    """Whether the user may do `verb` to `obj` on the day of `now`, by which office, or why not."""
    return _decide(viewer_for(user, now), verb, obj)


def require(user: User, verb: str, obj: Any, now: datetime.datetime) -> Allowed:
    """As `may`, asked afresh of the database; raises Refused. For verbs, inside their lock."""
    user = User.objects.get(pk=user.pk) if user.pk else user
    verdict = _decide(Viewer(user, timezone.localdate(now)), verb, obj)
    if isinstance(verdict, Denied):
        raise Refused(verdict)
    return verdict


def is_recused(user: User, obj: Any, now: datetime.datetime | None = None) -> bool:
    """Whether the user withdrew, or was withdrawn, from the case of `obj`."""
    return _is_recused(viewer_for(user, now), obj)


def _is_recused(viewer: Viewer, obj: Any) -> bool:
    case = _access(obj).case(obj)
    if case is None:
        return False
    check = _REGISTER[type(case)].is_recused
    if check is None:
        return False
    if case.pk not in viewer.withdrew:
        viewer.withdrew[case.pk] = check(viewer, case)
    return viewer.withdrew[case.pk]


def _access(obj: Any) -> Access:
    return _REGISTER[type(obj)]


def _decide(viewer: Viewer, verb_code: str, obj: Any) -> Verdict:
    verb = VERBS[verb_code]
    if not viewer.user.is_authenticated or not viewer.user.is_active:
        return Denied(_("Please log in first."), stranger=lambda: True)
    if _is_recused(viewer, obj):
        return Denied(_("You withdrew from this matter."), stranger=lambda: True)
    found = _part_allows(viewer, verb_code, obj) if verb.on is On.CASE else _office_allows(viewer, verb_code, obj)
    if found is not None:
        return found
    if verb.technical and viewer.user.is_superuser:
        return Allowed(viewer.user, verb_code)
    return _denied(viewer, verb_code, obj)


def _office_allows(viewer: Viewer, verb_code: str, obj: Any) -> Allowed | None:
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
            delegation = viewer.delegations[held.delegation_id] if held.delegation_id is not None else None
            return Allowed(viewer.user, verb_code, viewer.offices[held.office_id], delegation)
    return None


def _part_allows(viewer: Viewer, verb_code: str, obj: Any) -> Allowed | None:
    case = _access(obj).case(obj)
    grants = _REGISTER[type(case)].grants if case is not None else None
    if grants is None:
        return None
    if case.pk not in viewer.parts:
        held = grants.objects.filter(  # type: ignore[attr-defined]
            grants_in_force(viewer.today), user_id=viewer.user.pk, content_object_id=case.pk
        )
        viewer.parts[case.pk] = dict(held.order_by("-pk").values_list("permission__codename", "part"))
    part = viewer.parts[case.pk].get(verb_code)
    return Allowed(viewer.user, verb_code, part=part) if part is not None else None


def _denied(viewer: Viewer, verb_code: str, obj: Any) -> Denied:
    def stranger() -> bool:
        rows = type(obj)._default_manager.filter(pk=obj.pk)
        return not rows.filter(_access(obj).visible(viewer)).exists()

    verb = VERBS[verb_code]
    if verb.on is On.CASE:
        who = get_text_list([str(part.label) for part in parts_with(verb_code)], _("or"))
        reason = _("You have no part in this case that lets you do this: %(verb)s. It is for the %(who)s.")
        return Denied(reason % {"verb": verb.label, "who": who}, who_can_help=who, stranger=stranger)
    organisation = obj if isinstance(obj, Organisation) else _access(obj).organisation(obj, verb_code)
    who = get_text_list([str(role.label) for role in roles_with(verb_code)], _("or"))
    reason = _("You hold no office of %(organisation)s that lets you do this: %(verb)s. It is for: %(who)s.")
    return Denied(
        reason % {"organisation": organisation or "—", "verb": verb.label, "who": who},
        who_can_help=who,
        stranger=stranger,
    )
