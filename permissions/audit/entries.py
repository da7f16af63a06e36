"""An entry of the record: the chain it stands in, its place there, and the hash that binds it to the one before."""

import datetime
import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.db.models import F, Model, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils import translation

from inspections.organisations.text import on_paper
from permissions.catalogue import PARTS, ROLES
from permissions.models import AuditEntry
from permissions.verdicts import Allowed

VERSION = 1


def chain_of(row: Model) -> str:
    """The name of the chain that belongs to a case or an organisation: "case:12"."""
    return f"{row._meta.model_name}:{row.pk}"


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    """Values as JSON keeps them, so that what is hashed is what is read back."""
    plain: dict[str, Any] = json.loads(json.dumps(values, cls=DjangoJSONEncoder, default=str))
    return plain


def digest(message: dict[str, Any]) -> str:
    canonical = json.dumps(message, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hmac.new(settings.AUDIT_KEY.encode(), canonical.encode(), hashlib.sha256).hexdigest()


def digest_of(entry: AuditEntry) -> str:
    return digest(
        {
            "version": VERSION,
            "chain": entry.chain,
            "seq": entry.seq,
            "at": entry.at.astimezone(datetime.UTC).isoformat(),
            "user": entry.user_id,
            "person": entry.person_name,
            "office": entry.office_name,
            # entries from before the person was kept say the name alone
            "for": [entry.for_name, entry.for_person_id] if entry.for_person_id else entry.for_name,
            "verb": entry.verb,
            "about": [entry.about_type, entry.about_id, entry.about_name],
            "old": entry.old,
            "new": entry.new,
            "reason": entry.reason,
            "previous": entry.previous_hash,
        }
    )


def _office_name(allowed: Allowed) -> str:
    with on_paper():
        if allowed.office is not None:
            title = allowed.office.title or str(ROLES[allowed.office.role].label)
            return f"{title}, {allowed.office.organisation.name}"
        return str(PARTS[allowed.part].label) if allowed.part else ""


def new_entry(
    allowed: Allowed,
    about: Model,
    chain: str,
    now: datetime.datetime,
    verb: str,
    old: dict[str, Any] | None,
    new: dict[str, Any] | None,
    reason: str,
    seq: int,
    previous: str,
) -> AuditEntry:
    if not connection.in_atomic_block:
        raise RuntimeError("an audit entry is written in the transaction of what it records")
    principal = allowed.delegation.office.person if allowed.delegation is not None else None
    # one record for all readers: its names are in the language of the place, whatever the writer's screen speaks
    with translation.override(settings.LANGUAGE_CODE):
        office_name, about_name = _office_name(allowed), str(about)
    entry = AuditEntry(
        chain=chain,
        seq=seq + 1,
        at=now,
        user=allowed.user,
        person_name=str(allowed.user)[:150],
        office_name=office_name[:300],
        for_name=principal.full_name[:300] if principal is not None else "",
        for_person=principal,
        verb=verb or allowed.verb,
        about_type=about._meta.label_lower,
        about_id=about.pk,
        about_name=about_name[:300],
        old=_plain(old or {}),
        new=_plain(new or {}),
        reason=reason,
        previous_hash=previous,
    )
    entry.hash = digest_of(entry)
    return entry


def chained(entries: Iterable[AuditEntry], chain: str) -> Iterator[AuditEntry]:
    """Unsaved entries with their places and hashes in a new chain, in the order given: for writing many at once."""
    previous = ""
    for seq, entry in enumerate(entries, start=1):
        entry.chain, entry.seq, entry.previous_hash = chain, seq, previous
        entry.hash = previous = digest_of(entry)
        yield entry


def entries_of(chain: Model) -> QuerySet[AuditEntry]:
    """The entries of a case or organisation, oldest first."""
    return AuditEntry.objects.filter(chain=chain_of(chain)).select_related("user").order_by("seq")


# so many chains are named in one question: a database takes only so many values
CHAINS_ASKED = 500


def heads_of(chains: Sequence[str]) -> dict[str, list[Any]]:
    """Chain name -> [seq, hash] of its last entry, of those of the chains that have one."""
    found: dict[str, list[Any]] = {}
    for start in range(0, len(chains), CHAINS_ASKED):
        found |= last_of(AuditEntry.objects.filter(chain__in=chains[start : start + CHAINS_ASKED]))
    return found


def last_of(entries: QuerySet[AuditEntry]) -> dict[str, list[Any]]:
    """Chain name -> [seq, hash] of the last of the entries in it."""
    place = Window(RowNumber(), partition_by=F("chain"), order_by=F("seq").desc())
    newest = entries.annotate(place=place).filter(place=1)
    return {chain: [seq, hash_] for chain, seq, hash_ in newest.values_list("chain", "seq", "hash")}
