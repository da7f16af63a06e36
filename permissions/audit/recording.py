"""Writing the record: one entry for each verb, in the chain of its case or organisation, in the verb's transaction.

A case is locked by its verbs first of all, the row of an organisation's chain here; the unique constraints refuse a
second entry in one place whatever happens.
"""

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Model

from inspections.organisations.models import Organisation
from permissions.audit.entries import chain_of, heads_of, new_entry
from permissions.models import AuditEntry
from permissions.verdicts import Allowed

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
    entry = new_entry(allowed, about, name, now, verb, old, new, reason, seq, previous)
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
    """Holds an organisation's chain: its verbs lock people or offices, not the row."""
    if isinstance(chain, Organisation):
        hold_chains_of([chain.pk])


def hold_chains_of(organisations: Iterable[int]) -> None:
    """Holds the chains of the organisations, by id, to the end of the transaction, in one order.

    For verbs that lock what hangs on an organisation and record in its chain afterwards: a succession locks the
    organisation first, so must they. SQLite has one writer at a time anyway."""
    if connection.features.has_select_for_update and connection.in_atomic_block:
        rows = Organisation.objects.select_for_update(no_key=True).filter(pk__in=set(organisations))
        list(rows.order_by("pk").values_list("pk"))


def record_made(
    allowed: Allowed, rows: Iterable[tuple[Model, dict[str, Any]]], *, now: datetime.datetime, verb: str
) -> None:
    """Appends the first entry to the chain of each of the rows that were just made: row, what it says.

    As `record`, for many at once: a row made in this transaction has no entry yet."""
    AuditEntry.objects.bulk_create(
        [new_entry(allowed, row, chain_of(row), now, verb, None, new, "", 0, "") for row, new in rows], batch_size=1000
    )


def record_corrected(
    changed: Iterable[tuple[Allowed, Model, dict[str, Any], dict[str, Any]]], *, now: datetime.datetime, verb: str
) -> None:
    """Appends one entry to the chain of each of the organisations: by which right, row, old, new.

    As `record`, for many at once, each named once; their rows are locked by the verb."""
    rows = list(changed)
    names = [chain_of(row) for _allowed, row, _old, _new in rows]
    ends = heads_of(names)
    AuditEntry.objects.bulk_create(
        [
            new_entry(allowed, row, name, now, verb, old, new, "", *ends.get(name, (0, "")))
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
    # chains are waited for in one order: that of the keys, as whoever locks several organisations does
    for chain in sorted(chains.values(), key=lambda row: (row._meta.label_lower, row.pk)):
        _wait_for_turn(chain)
    ends = heads_of(list(chains))
    entries = []
    for deed in wanted:
        name = chain_of(deed.chain)
        place = ends.get(name, (0, ""))
        entry = new_entry(
            deed.allowed, deed.about, name, now, deed.verb, deed.old, deed.new, deed.reason, place[0], place[1]
        )
        ends[name] = [entry.seq, entry.hash]
        entries.append(entry)
    AuditEntry.objects.bulk_create(entries, batch_size=1000)
