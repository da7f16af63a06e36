"""Four eyes: who wrote what another has to decide on does not decide himself, nor does his deputy in his name.

Who wrote it is read from the record, so that saving anew or handing in for somebody else takes nobody off it. Two
questions with one answer: may this user decide on that (`as_other`), and which grants let their holders decide on the
rows of a query (`may_decide`).
"""

import datetime
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db.models import Case, CharField, Exists, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Cast, Concat
from django.db.models.lookups import Exact
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inspections.organisations.models import User
from permissions import policy
from permissions.catalogue import Text
from permissions.grants import permission_id
from permissions.models import AuditEntry, OrganisationGrant
from permissions.verdicts import Allowed, Denied, Refused, Verdict
from permissions.viewer import Viewer, grants_in_force


@dataclass(frozen=True)
class Writing:
    """What another has to decide on: the deeds that write it, and what its writers are told when they would decide.

    `is_whole_chain`: every such deed in the chain of the case belongs to it; else those about the row alone.
    `is_of_case`: recorded in the chain of a case; else in that of the organisation."""

    deeds: frozenset[str]
    refusal: Text
    is_whole_chain: bool = False
    is_of_case: bool = True


_KEEPING = frozenset({"prepare_meeting", "hold_meeting", "close_meeting", "correct_meeting"})
# Four eyes: deciding verb -> what it decides on. Who wrote that does not decide, nor does a deputy in his name.
DECIDED_BY_ANOTHER: dict[str, Writing] = {
    "sign_case": Writing(
        frozenset({"propose_case", "resubmit_proposal"}),
        gettext_lazy("You proposed this case, so you may not sign it"),
        is_whole_chain=True,
    ),
    "decide_change": Writing(
        frozenset({"request_change"}), gettext_lazy("You asked for this change, so you may not decide on it")
    ),
    "decide_extension": Writing(
        frozenset({"ask_extension", "ask_suspension", "ask_resumption"}),
        gettext_lazy("You asked for this, so you may not decide on it"),
    ),
    "adopt_programme": Writing(
        frozenset(
            {
                "draft_programme",
                "change_programme",
                "add_programme_line",
                "change_programme_line",
                "remove_programme_line",
                "drop_programme_line",
                "submit_programme",
            }
        ),
        gettext_lazy("You wrote or submitted this programme, so you may not adopt it"),
        is_of_case=False,
    ),
    "score_meetings": Writing(
        _KEEPING | {"inspect_meetings"},
        gettext_lazy("You kept this meeting or scored it as an inspection, so you may not score it as the superior"),
        is_of_case=False,
    ),
    "inspect_meetings": Writing(
        _KEEPING | {"score_meetings"},
        gettext_lazy("You kept this meeting or scored it as the superior, so you may not score it as an inspection"),
        is_of_case=False,
    ),
    "sign_notice": Writing(
        frozenset({"draft_notice", "submit_notice"}),
        gettext_lazy("You lead the team of this case or drafted its notice, so you may not sign it"),
        is_whole_chain=True,
    ),
}


@dataclass(frozen=True)
class _Besides:
    people: "QuerySet[Any]"
    only_with: "QuerySet[Any]"


_BESIDES: dict[str, _Besides] = {}


def count_as_authors(verb: str, *, people: "QuerySet[Any]", only_with: "QuerySet[Any]") -> None:
    """For rooms above: who counts as an author of what `verb` decides on in a case, though he wrote nothing of it.

    people: rows of a person in a case (`person_id`, `case_id`). only_with: rows of cases (`case_id`); in a case without
    any nobody at all is barred. Called once, from the `ready` of an app."""
    _BESIDES[verb] = _Besides(people, only_with)
    _condition.cache_clear()


# from the room of cases: id of a case, day -> the people who take no part in it
_BARRED: list[Callable[[int, datetime.date], "QuerySet[Any]"]] = []


def count_as_barred(people: Callable[[int, datetime.date], "QuerySet[Any]"]) -> None:
    """For rooms above: who is named to nobody as one who may decide in a case, though his office lets him.

    people: id of a case, day -> rows of `Person`. Called once, from the `ready` of an app."""
    _BARRED.append(people)


@dataclass(frozen=True)
class Asked:
    """What is to be decided on: the verb, and by id the row, its case and its organisation."""

    verb: str
    about: int
    case: int | None
    organisation: int | None

    @property
    def chain(self) -> str:
        """The name of the chain in which is recorded what was done to it."""
        is_of_case = DECIDED_BY_ANOTHER[self.verb].is_of_case
        return f"case:{self.case}" if is_of_case else f"organisation:{self.organisation}"


def authors_of_each(asked: Collection[Asked]) -> dict[Asked, frozenset[int]]:
    """The people who wrote what each decides on: by their own hand, or by that of a deputy in their office.

    One query, and two for each verb that counts people besides."""
    deeds = frozenset[str]().union(*(DECIDED_BY_ANOTHER[one.verb].deeds for one in asked))
    entries = AuditEntry.objects.filter(chain__in={one.chain for one in asked}, verb__in=deeds)
    written = list(entries.values_list("chain", "verb", "about_id", "user__person", "for_person"))
    found = {one: _writers(one, written) for one in asked}
    for verb, besides in _BESIDES.items():
        cases = [one.case for one in asked if one.verb == verb]
        if not cases:
            continue
        barring = set(besides.only_with.filter(case_id__in=cases).values_list("case_id", flat=True))
        people = set(besides.people.filter(case_id__in=cases).values_list("case_id", "person_id"))
        for one in asked:
            if one.verb == verb:
                also = {person for case, person in people if case == one.case}
                found[one] = found[one] | also if one.case in barring else frozenset()
    return found


def _writers(asked: Asked, written: list[tuple[Any, ...]]) -> frozenset[int]:
    writing = DECIDED_BY_ANOTHER[asked.verb]
    return frozenset(
        person
        for chain, deed, about, *people in written
        if chain == asked.chain and deed in writing.deeds and (writing.is_whole_chain or about == asked.about)
        for person in people
        if person is not None
    )


def authors_of(row: Any, verb: str) -> frozenset[int]:
    """The people who wrote what `verb` decides on in the row."""
    chain = policy.chain_for(row, verb)
    is_of_case = DECIDED_BY_ANOTHER[verb].is_of_case
    asked = Asked(verb, row.pk, chain.pk if is_of_case else None, None if is_of_case else chain.pk)
    return authors_of_each([asked])[asked]


def wrote_none_of_it(viewer: Viewer, asked: Asked, authors: frozenset[int]) -> bool:
    """Whether the viewer, and one in whose name he may decide, are not among the authors. As `as_other`."""
    person = getattr(viewer.user, "person", None)
    return (person is None or person.pk not in authors) and any(
        viewer.offices[held.office_id].person_id not in authors
        for held in viewer.holdings
        if held.verb == asked.verb and held.organisation_id == asked.organisation
    )


def as_other(allowed: Allowed, row: Any, now: datetime.datetime | None) -> Verdict:
    """The right by which the user decides on the row as one who did not write it, or why he may not and who may.

    Where a deputy holds the right from several, one of those who did not write it. A verb that needs no other's eyes
    is allowed as it is. now: None for today."""
    if allowed.verb not in DECIDED_BY_ANOTHER:
        return allowed
    authors = authors_of(row, allowed.verb)
    person = getattr(allowed.user, "person", None)
    if person is not None and person.pk in authors:
        return _denied(str(DECIDED_BY_ANOTHER[allowed.verb].refusal), authors, allowed, row, now)
    if allowed.delegation is None or allowed.delegation.office.person_id not in authors:
        return allowed
    other = policy.held_not_from(authors, allowed.user, allowed.verb, row, now)
    if other is not None:
        return other
    why = _("You act here for %(person)s, whose own work this is") % {"person": allowed.delegation.office.person}
    return _denied(why, authors, allowed, row, now)


def require_other(allowed: Allowed, row: Any, now: datetime.datetime) -> Allowed:
    """As `as_other`, for verbs inside their lock. Raises Refused."""
    verdict = as_other(allowed, row, now)
    if isinstance(verdict, Denied):
        raise Refused(verdict)
    return verdict


def may_decide(verbs: Collection[str], *, case: str, organisation: str, about: str) -> Q:
    """`as_other` as a condition on grants of offices, in a subquery of the rows to be decided on.

    Of all grants it keeps those by which nobody decides on what he, or he in whose name he acts, wrote.
    verbs: those of `DECIDED_BY_ANOTHER` that the rows may ask for; a query that knows of fewer is a cheaper one.
    case, organisation, about: the columns of the outer query with these ids."""
    return _condition(tuple((verb, permission_id(verb)) for verb in verbs), case, organisation, about)


@lru_cache(maxsize=64)
def _condition(verbs: tuple[tuple[str, int], ...], case: str, organisation: str, about: str) -> Q:
    """The condition of `may_decide`: the same for everybody and every day. verbs: with the ids of their permissions."""
    if not verbs:
        return Q()
    written, chains = Q(), []
    for verb, permission in verbs:
        writing = DECIDED_BY_ANOTHER[verb]
        is_asked = Exact(OuterRef("permission_id"), Value(permission))
        of_it = Q(is_asked, verb__in=writing.deeds)
        written |= of_it if writing.is_whole_chain else of_it & Q(about_id=OuterRef(OuterRef(about)))
        kind, column = ("case", case) if writing.is_of_case else ("organisation", organisation)
        chains.append(When(is_asked, then=Concat(Value(f"{kind}:"), Cast(OuterRef(OuterRef(column)), CharField()))))
    by_hand = Q(user=OuterRef("user_id")) | Q(user=OuterRef("office__person__user_id"))
    in_name = Q(for_person=OuterRef("user__person")) | Q(for_person=OuterRef("office__person_id"))
    entries = AuditEntry.objects.filter(written, chain=Case(*chains)).filter(by_hand | in_name)
    is_author = Q(Exists(entries))
    for verb, permission in verbs:
        if verb in _BESIDES:
            besides, is_other = _BESIDES[verb], ~Q(permission_id=permission)
            holders = Q(person=OuterRef("user__person")) | Q(person=OuterRef("office__person_id"))
            is_beside = Q(Exists(besides.people.filter(holders, case_id=OuterRef(OuterRef(case)))))
            is_author &= is_other | Q(Exists(besides.only_with.filter(case_id=OuterRef(OuterRef(case)))))
            is_author |= ~is_other & is_beside
    # the verb first: for all others the record is not asked
    return ~(Q(permission_id__in=[permission for _verb, permission in verbs]) & is_author)


def _denied(why: str, authors: frozenset[int], allowed: Allowed, row: Any, now: datetime.datetime | None) -> Denied:
    people = ", ".join(_others(authors, allowed.verb, row, now))
    if not people:
        people = _("nobody at present, so the right has to be given to somebody first")
    return Denied(_("%(why)s; who may: %(people)s.") % {"why": why, "people": people}, who_can_help=people)


def _others(authors: frozenset[int], verb: str, row: Any, now: datetime.datetime | None) -> list[str]:
    """The names of those who may do it, deputies left out; as many queries however many they are."""
    today = timezone.localdate(now)
    grants = OrganisationGrant.objects.filter(
        grants_in_force(today),
        permission_id=permission_id(verb),
        content_object=policy.deciding_organisation(row, verb),
        delegation__isnull=True,
    )
    others = User.objects.filter(pk__in=grants.values("user_id"), is_active=True, person__isnull=False)
    others = others.exclude(person__in=authors)
    if DECIDED_BY_ANOTHER[verb].is_of_case:
        for people in _BARRED:
            others = others.exclude(person__in=people(policy.chain_for(row, verb).pk, today))
    return [str(user) for user in others.select_related("person").order_by("person__folded", "pk")]
