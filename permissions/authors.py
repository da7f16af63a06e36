"""Four eyes: who wrote what another has to decide on does not decide himself, nor does his deputy in his name.

Who wrote it is read from the record, so that saving anew or handing in for somebody else takes nobody off it.
"""

import datetime
from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, Q, QuerySet
from django.utils.translation import gettext as _

from permissions import audit, policy
from permissions.catalogue import DECIDED_BY_ANOTHER
from permissions.models import AuditEntry
from permissions.verdicts import Allowed, Denied, Refused


def authors_of(row: Any, verb: str) -> frozenset[int]:
    """The people who wrote what `verb` decides on: by their own hand, or by that of a deputy in their office."""
    entries = _writings(verb, audit.chain_of(policy.chain_for(row, verb)), row.pk)
    pairs = entries.values_list("user__person", "for_person")
    return frozenset(pk for pair in pairs for pk in pair if pk is not None)


def require_other(allowed: Allowed, row: Any, now: datetime.datetime, also: Iterable[int] = ()) -> Allowed:
    """The right by which the user decides on the row as one who did not write it. For verbs, inside their lock.

    also: people who count as authors besides. Where a deputy holds the right from several, one of those who did not
    write it. Raises Refused."""
    authors = authors_of(row, allowed.verb) | frozenset(also)
    person = getattr(allowed.user, "person", None)
    if person is not None and person.pk in authors:
        raise Refused(Denied(str(DECIDED_BY_ANOTHER[allowed.verb].refusal)))
    if allowed.delegation is None or allowed.delegation.office.person_id not in authors:
        return allowed
    other = policy.held_not_from(authors, allowed.user, allowed.verb, row, now)
    if other is None:
        raise Refused(
            Denied(
                _(
                    "You act here for %(person)s, whose own work this is. "
                    "Another holder of the right, who had no part in it, has to decide."
                )
                % {"person": allowed.delegation.office.person}
            )
        )
    return other


def wrote(verb: str, *, chain: Any, about: Any, user: Any, principal: Any) -> Q:
    """`authors_of` as a condition on a grant: its log-in, or the holder of its office, is an author.

    All are values or references to outer columns."""
    by_hand = Q(user=user) | Q(user__person=principal)
    in_name = Q(for_person__user=user) | Q(for_person=principal)
    return Q(Exists(_writings(verb, chain, about).filter(by_hand | in_name)))


def _writings(verb: str, chain: Any, about: Any) -> "QuerySet[AuditEntry]":
    writing = DECIDED_BY_ANOTHER[verb]
    entries = AuditEntry.objects.filter(chain=chain, verb__in=writing.deeds)
    return entries if writing.is_whole_chain else entries.filter(about_id=about)
