"""The record proves itself: seals over the heads of all chains, and what does not fit them."""

import datetime
import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max, Q
from django.utils import timezone

from permissions.audit.entries import VERSION, digest, digest_of, last_of
from permissions.models import AuditEntry, AuditSeal

# A transaction that was open during the last seal has ended long before so many others have written.
OVERLAP = 10_000
SEALS_LOOKED_AT = 200


def heads(after: int = 0) -> dict[str, list[Any]]:
    """Chain name -> [seq, hash] of its last entry, of the chains with entries whose id is above `after`."""
    return last_of(AuditEntry.objects.filter(pk__gt=after))


def _seal_digest(seal: AuditSeal) -> str:
    return digest(
        {
            "version": VERSION,
            "seal": seal.seq,
            "at": seal.at.astimezone(datetime.UTC).isoformat(),
            "heads": seal.heads,
            "previous": seal.previous_hash,
        }
    )


def seal(now: datetime.datetime | None = None) -> AuditSeal | None:
    """Seals the heads of the chains that moved since the last seal; None when none moved, or another seals just now.

    `heads` of a seal holds only what moved: what a chain's head was is in the newest seal that names it."""
    with transaction.atomic():
        last = AuditSeal.objects.order_by("-seq").first()
        moved = _moved_since(last)
        if not moved:
            return None
        new = AuditSeal(
            seq=last.seq + 1 if last else 1,
            at=now or timezone.now(),
            heads=moved,
            previous_hash=last.hash if last else "",
        )
        new.hash = _seal_digest(new)
        try:
            with transaction.atomic():
                new.save(force_insert=True)
        except IntegrityError:
            return None
        return new


def _moved_since(last: AuditSeal | None) -> dict[str, list[Any]]:
    """The heads that no seal has. Only entries written since the last seal are read, however long the record is."""
    if last is None:
        return heads()
    some = list(last.heads.items())[:50]
    sealed = AuditEntry.objects.filter(reduce(or_, (Q(chain=chain, seq=seq) for chain, (seq, _hash) in some)))
    after = (sealed.aggregate(newest=Max("pk"))["newest"] or 0) - OVERLAP
    moved = heads(after)
    for one in AuditSeal.objects.order_by("-seq")[:SEALS_LOOKED_AT]:
        for chain, head in one.heads.items():
            if moved.get(chain) == head:
                del moved[chain]
    return moved


def sealed_heads() -> dict[str, list[Any]]:
    """Chain name -> [seq, hash] as last sealed."""
    known: dict[str, list[Any]] = {}
    for one in AuditSeal.objects.order_by("seq"):
        known.update(one.heads)
    return known


@dataclass(frozen=True)
class Fault:
    """A place where the trail does not hold together."""

    place: str
    what: str


def faults() -> Iterator[Fault]:
    """Every altered, deleted, swapped or inserted entry or seal that can be found from keys and seals."""
    previous: dict[str, tuple[int, str]] = {}
    at_seal: dict[tuple[str, int], str] = {}
    sealed = {chain: tuple(head) for chain, head in sealed_heads().items()}
    wanted = {(chain, seq) for one in AuditSeal.objects.all() for chain, (seq, _hash) in one.heads.items()}
    for entry in AuditEntry.objects.order_by("chain", "seq").iterator(chunk_size=2000):
        place = f"{entry.chain}#{entry.seq}"
        seq, last_hash = previous.get(entry.chain, (0, ""))
        if entry.seq != seq + 1:
            yield Fault(place, f"entry {seq + 1} is missing")
        if entry.previous_hash != last_hash:
            yield Fault(place, "does not follow the entry before it")
        if not hmac.compare_digest(entry.hash, digest_of(entry)):
            yield Fault(place, "was altered")
        if (entry.chain, entry.seq) in wanted:
            at_seal[entry.chain, entry.seq] = entry.hash
        previous[entry.chain] = (entry.seq, entry.hash)
    last_seal = ""
    number = 0
    for one in AuditSeal.objects.order_by("seq"):
        place = f"seal {one.seq}"
        if one.seq != number + 1 or one.previous_hash != last_seal:
            yield Fault(place, "does not follow the seal before it")
        if not hmac.compare_digest(one.hash, _seal_digest(one)):
            yield Fault(place, "was altered")
        for chain, (seq, hash_) in one.heads.items():
            if at_seal.get((chain, seq)) != hash_:
                yield Fault(f"{chain}#{seq}", f"is not as {place} has it")
        number, last_seal = one.seq, one.hash
    for chain, (seq, _hash) in sealed.items():
        if previous.get(chain, (0, ""))[0] < seq:
            yield Fault(chain, f"ends before entry {seq}, which was sealed")


def count() -> tuple[int, int]:
    """How many entries and seals there are."""
    return AuditEntry.objects.count(), AuditSeal.objects.aggregate(last=Max("seq"))["last"] or 0


def seal_now() -> str:
    """The worker's hourly job: seals what moved, and says in one line what it did."""
    sealed = seal()
    return f"seal {sealed.seq}: {len(sealed.heads)} chains" if sealed else "nothing moved since the last seal"
