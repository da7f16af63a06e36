"""The record of who did what: written by verbs, chained per case or organisation, sealed over all heads.

Sources: reliability.md §4. A case is locked by its verbs first of all, the row of an organisation's chain by `record`;
the unique constraints refuse a second entry in one place whatever happens.
"""

import datetime
import hashlib
import hmac
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, connection, transaction
from django.db.models import F, Max, Model, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils import timezone, translation

from inspections.organisations.models import Organisation
from inspections.organisations.text import on_paper
from permissions.catalogue import PARTS, ROLES
from permissions.models import AuditEntry, AuditSeal
from permissions.verdicts import Allowed

VERSION = 1


def chain_of(row: Model) -> str:
    """The name of the chain that belongs to a case or an organisation: "case:12"."""
    return f"{row._meta.model_name}:{row.pk}"


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    """Values as JSON keeps them, so that what is hashed is what is read back."""
    plain: dict[str, Any] = json.loads(json.dumps(values, cls=DjangoJSONEncoder, default=str))
    return plain


def _digest(message: dict[str, Any]) -> str:
    canonical = json.dumps(message, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hmac.new(settings.AUDIT_KEY.encode(), canonical.encode(), hashlib.sha256).hexdigest()


def _digest_of(entry: AuditEntry) -> str:
    return _digest(
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


_TELLERS: list[Callable[[Model, datetime.datetime], dict[str, Any]]] = []


def _also(new: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    """What an entry says, with more of it: lists that both have are joined."""
    joined = {name: [*new[name], *values] for name, values in more.items() if isinstance(new.get(name), list)}
    return {**new, **more, **joined}


def also_told_by(teller: Callable[[Model, datetime.datetime], dict[str, Any]]) -> None:
    """For rooms above: `teller(chain, now)` is asked what else the entry of a deed says. Called once, from the `ready`
    of an app."""
    _TELLERS.append(teller)


def record(
    allowed: Allowed,
    *,
    about: Model,
    chain: Model,
    now: datetime.datetime,
    verb: str = "",
    old: dict[str, Any] | None = None,
    new: dict[str, Any] | None = None,
    reason: str = "",
) -> AuditEntry:
    """Appends one entry to the chain of a case or an organisation, with what rooms above tell of the deed; returns it.

    Call inside the verb's transaction, in a case's after its lock on the case. `verb` defaults to the verb that was
    allowed. Raises RuntimeError outside a transaction."""
    name = chain_of(chain)
    _wait_for_turn(chain)
    for teller in _TELLERS:
        new = _also(new or {}, teller(chain, now))
    last = AuditEntry.objects.filter(chain=name).order_by("-seq").values_list("seq", "hash").first()
    seq, previous = last if last is not None else (0, "")
    entry = _entry(allowed, about, name, now, verb, old, new, reason, seq, previous)
    entry.save(force_insert=True)
    return entry


def record_by_right(
    done: Iterable[tuple[Allowed, int]],
    *,
    name: str,
    now: datetime.datetime,
    new: dict[str, Any] | None = None,
    reason: str = "",
) -> None:
    """Appends an entry for each right by which something was done to many rows: right, id of a row.

    Each stands in the chain of the organisation whose office it is, with the ids of its rows under `name`."""
    by_right: dict[Allowed, list[int]] = {}
    for allowed, key in done:
        by_right.setdefault(allowed, []).append(key)
    homes = []
    for allowed, keys in by_right.items():
        if allowed.office is None:
            raise RuntimeError("a deed by no office stands in no organisation's chain")
        homes.append((allowed.office.organisation, allowed, keys))
    # chains are waited for in one order
    for home, allowed, keys in sorted(homes, key=lambda one: one[0].pk):
        record(allowed, about=home, chain=home, now=now, new={**(new or {}), name: keys}, reason=reason)


def _wait_for_turn(chain: Model) -> None:
    """Holds an organisation's chain to the end of the transaction: its verbs lock people or offices, not the row.

    SQLite has one writer at a time anyway."""
    if isinstance(chain, Organisation) and connection.features.has_select_for_update and connection.in_atomic_block:
        list(Organisation.objects.select_for_update(no_key=True).filter(pk=chain.pk).values_list("pk"))


def record_made(
    allowed: Allowed, rows: Iterable[tuple[Model, dict[str, Any]]], *, now: datetime.datetime, verb: str
) -> None:
    """Appends the first entry to the chain of each of the rows that were just made: row, what it says.

    As `record`, for many at once: a row made in this transaction has no entry yet."""
    AuditEntry.objects.bulk_create(
        [_entry(allowed, row, chain_of(row), now, verb, None, new, "", 0, "") for row, new in rows], batch_size=1000
    )


# so many chains are named in one question: a database takes only so many values
CHAINS_ASKED = 500


def record_corrected(
    changed: Iterable[tuple[Allowed, Model, dict[str, Any], dict[str, Any]]], *, now: datetime.datetime, verb: str
) -> None:
    """Appends one entry to the chain of each of the organisations: by which right, row, old, new.

    As `record`, for many at once, each named once; their rows are locked by the verb."""
    rows = list(changed)
    names = [chain_of(row) for _allowed, row, _old, _new in rows]
    ends: dict[str, list[Any]] = {}
    for start in range(0, len(names), CHAINS_ASKED):
        ends |= _ends(AuditEntry.objects.filter(chain__in=names[start : start + CHAINS_ASKED]))
    AuditEntry.objects.bulk_create(
        [
            _entry(allowed, row, name, now, verb, old, new, "", *ends.get(name, (0, "")))
            for name, (allowed, row, old, new) in zip(names, rows, strict=True)
        ],
        batch_size=1000,
    )


@dataclass(frozen=True)
class Deed:
    """One entry to be: by which right, about which row, in whose chain, what was done and why."""

    allowed: Allowed
    about: Model
    chain: Model
    verb: str
    old: dict[str, Any]
    new: dict[str, Any]
    reason: str = ""


def record_many(deeds: Iterable[Deed], *, now: datetime.datetime) -> None:
    """Appends the entries in the order given, any number to a chain; the chains of organisations are held meanwhile.

    As `record`, for many at once; rooms above are not asked for more."""
    wanted = list(deeds)
    chains = {chain_of(deed.chain): deed.chain for deed in wanted}
    names = sorted(chains)
    for name in names:
        _wait_for_turn(chains[name])
    ends: dict[str, list[Any]] = {}
    for start in range(0, len(names), CHAINS_ASKED):
        ends |= _ends(AuditEntry.objects.filter(chain__in=names[start : start + CHAINS_ASKED]))
    entries = []
    for deed in wanted:
        name = chain_of(deed.chain)
        place = ends.get(name, (0, ""))
        entry = _entry(
            deed.allowed, deed.about, name, now, deed.verb, deed.old, deed.new, deed.reason, place[0], place[1]
        )
        ends[name] = [entry.seq, entry.hash]
        entries.append(entry)
    AuditEntry.objects.bulk_create(entries, batch_size=1000)


def _entry(
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
    entry.hash = _digest_of(entry)
    return entry


def chained(entries: Iterable[AuditEntry], chain: str) -> Iterator[AuditEntry]:
    """Unsaved entries with their places and hashes in a new chain, in the order given: for writing many at once."""
    previous = ""
    for seq, entry in enumerate(entries, start=1):
        entry.chain, entry.seq, entry.previous_hash = chain, seq, previous
        entry.hash = previous = _digest_of(entry)
        yield entry


def entries_of(chain: Model) -> QuerySet[AuditEntry]:
    """The entries of a case or organisation, oldest first."""
    return AuditEntry.objects.filter(chain=chain_of(chain)).select_related("user").order_by("seq")


# A transaction that was open during the last seal has ended long before so many others have written.
OVERLAP = 10_000
SEALS_LOOKED_AT = 200


def heads(after: int = 0) -> dict[str, list[Any]]:
    """Chain name -> [seq, hash] of its last entry, of the chains with entries whose id is above `after`."""
    return _ends(AuditEntry.objects.filter(pk__gt=after))


def _ends(entries: QuerySet[AuditEntry]) -> dict[str, list[Any]]:
    """Chain name -> [seq, hash] of the last of the entries in it."""
    place = Window(RowNumber(), partition_by=F("chain"), order_by=F("seq").desc())
    newest = entries.annotate(place=place).filter(place=1)
    return {chain: [seq, hash_] for chain, seq, hash_ in newest.values_list("chain", "seq", "hash")}


def _seal_digest(seal: AuditSeal) -> str:
    return _digest(
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
        if not hmac.compare_digest(entry.hash, _digest_of(entry)):
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
