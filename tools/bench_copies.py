"""Cells with all that their meetings left, copied by the thousand: the database copies rows of its own, so that a
province is made in minutes. Keys are moved by arithmetic: row `at` of a pattern becomes first + place × many + at."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.management.color import no_style
from django.db import connection, models, transaction
from django.db.models import Max

from inspections.meetings.models import Meeting
from inspections.organisations.models import Organisation, Person, User
from permissions import audit
from permissions.audit.entries import digest_of
from permissions.models import AuditEntry
from project.demo.copies import Model, _generic, reached_from

CARDS_FROM = 98_000_000  # the numbers of the cards of copied members
BATCH = 500  # chains
COPIED = "bench_copied"  # pattern, model, key there, key of the first copy, how many of the model the pattern has
PLACES = "bench_place"  # one row a copy: what it is a copy of, and what stands there instead


@dataclass(frozen=True)
class Pattern:
    """A cell that is copied, and its secretary."""

    commune: Organisation
    cell: Organisation
    head: Person


@dataclass(frozen=True)
class Clone:
    """A cell that becomes a copy of the pattern of that number, the `place`th of it."""

    pattern: int
    place: int
    commune: Organisation
    cell: Organisation
    head: Person


def copy_cells(patterns: list[Pattern], clones: list[Clone], report: Callable[[str], None]) -> None:
    """Gives each clone the members and the meetings of its pattern, with all that hangs on them, and a trail."""
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # what is copied is whole, so the database need not look up each key again; back at the commit
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute("SET LOCAL work_mem = '256MB'")
        models_copied = _tell_what(cursor, patterns, clones)
        for model in models_copied:
            cursor.execute(_statement(model, models_copied))
            report(f"{cursor.rowcount:,} rows of {model._meta.label_lower}")
        _trails(cursor, patterns, clones, report)
        for statement in connection.ops.sequence_reset_sql(no_style(), [*models_copied, AuditEntry]):
            cursor.execute(statement)
        cursor.execute(f"DROP TABLE {COPIED}")
        cursor.execute(f"DROP TABLE {PLACES}")


def _quoted(name: Any) -> str:
    return str(connection.ops.quote_name(str(name)))


def _tell_what(cursor: Any, patterns: list[Pattern], clones: list[Clone]) -> list[Model]:
    """Writes both tables of the copying; returns the models of which rows are copied."""
    cursor.execute(f"CREATE TEMPORARY TABLE {COPIED} (pattern int, model text, old bigint, first bigint, many int)")
    cursor.execute(
        f"CREATE TEMPORARY TABLE {PLACES} (pattern int, place int, old_commune bigint, commune bigint, old_cell bigint,"
        " cell bigint, old_path text, path text, old_name text, name text, old_head bigint, head bigint,"
        " old_user bigint, account bigint)"
    )
    copies = [sum(clone.pattern == number for clone in clones) for number in range(len(patterns))]
    next_key: dict[Model, int] = {}
    rows: list[tuple[Any, ...]] = []
    for number, pattern in enumerate(patterns):
        meetings = set(Meeting.objects.filter(organisation=pattern.cell).values_list("pk", flat=True))
        members = set(Person.objects.filter(organisation=pattern.cell).values_list("pk", flat=True)) - {pattern.head.pk}
        for model, keys in reached_from({Meeting: meetings, Person: members}).items():
            if model is AuditEntry or not keys:
                continue
            if model not in next_key:
                next_key[model] = (model._base_manager.aggregate(last=Max("pk"))["last"] or 0) + 1
            first, label = next_key[model], model._meta.label_lower
            rows += [(number, label, key, first + at, len(keys)) for at, key in enumerate(sorted(keys))]
            next_key[model] += len(keys) * copies[number]
    cursor.executemany(f"INSERT INTO {COPIED} VALUES (%s, %s, %s, %s, %s)", rows)
    places = [_place(patterns[clone.pattern], clone) for clone in clones]
    marks = ", ".join(["%s"] * 14)
    cursor.executemany(f"INSERT INTO {PLACES} VALUES ({marks})", places)
    for table in (COPIED, PLACES):
        cursor.execute(f"ANALYZE {table}")
    return list(next_key)


def _place(of: Pattern, clone: Clone) -> tuple[Any, ...]:
    return (
        clone.pattern, clone.place, of.commune.pk, clone.commune.pk, of.cell.pk, clone.cell.pk, str(of.cell.path),
        str(clone.cell.path), of.cell.name, clone.cell.name, of.head.pk, clone.head.pk, of.head.user_id,
        clone.head.user_id,
    )  # fmt: skip


def _statement(model: Model, copied: list[Model]) -> str:
    """The statement that copies the rows of a table."""
    labels = {one: one._meta.label_lower for one in copied}
    joins: list[str] = []
    columns = [_value(model, one, labels, joins) for one in model._meta.concrete_fields]
    table, key = _quoted(model._meta.db_table), _quoted(model._meta.pk.column)  # type: ignore[union-attr]
    names = ", ".join(_quoted(one.column) for one in model._meta.concrete_fields)
    return (
        f"INSERT INTO {table} ({names}) SELECT {', '.join(columns)} FROM {COPIED} m "
        f"JOIN {table} t ON t.{key} = m.old JOIN {PLACES} p ON p.pattern = m.pattern {' '.join(joins)} "
        f"WHERE m.model = '{labels[model]}'"
    )


def _value(model: Model, one: Any, labels: dict[Model, str], joins: list[str]) -> str:
    """What stands in a column of the copy."""
    here = f"t.{_quoted(one.column)}"
    if one.primary_key and not one.is_relation:
        return "m.first + p.place * m.many"
    target = one.related_model if one.is_relation else None
    generic = {key: type_column for type_column, key in _generic(model)}.get(one.name)
    if generic is not None:
        return _generic_value(here, f"t.{_quoted(generic)}", labels, joins)
    if target is not None and target._meta.concrete_model in labels:
        joined = _joined(labels[target._meta.concrete_model], here, "", joins)
        moved = f"COALESCE({joined}.first + p.place * {joined}.many, {here})"
        return f"CASE WHEN {here} = p.old_head THEN p.head ELSE {moved} END" if target is Person else moved
    if target is Organisation:
        return f"CASE {here} WHEN p.old_cell THEN p.cell WHEN p.old_commune THEN p.commune ELSE {here} END"
    if target is User:
        return f"CASE WHEN {here} = p.old_user THEN p.account ELSE {here} END"
    if one.name == "org_path":
        return f"CASE WHEN {here} = p.old_path THEN p.path ELSE {here} END"
    if one.name == "card_number":
        return f"CASE WHEN {here} = '' THEN '' ELSE CAST({CARDS_FROM} + m.first + p.place * m.many AS text) END"
    if one.name == "title":
        return f"replace({here}, p.old_name, p.name)"
    return here


def _joined(label: str, key: str, also: str, joins: list[str]) -> str:
    name = f"k{len(joins)}"
    wanted = f"{name}.pattern = m.pattern AND {name}.model = '{label}' AND {name}.old = {key}{also}"
    joins.append(f"LEFT JOIN {COPIED} {name} ON {wanted}")
    return name


def _generic_value(here: str, kind: str, labels: dict[Model, str], joins: list[str]) -> str:
    found = []
    for model, label in labels.items():
        number = ContentType.objects.get_for_model(model).pk
        one = _joined(label, here, f" AND {kind} = {number}", joins)
        found.append(f"{one}.first + p.place * {one}.many")
    return f"COALESCE({', '.join(found)}, {here})"


def _trails(cursor: Any, patterns: list[Pattern], clones: list[Clone], report: Callable[[str], None]) -> None:
    """The deeds of each pattern in the chain of each of its copies: same moments, other keys and names; hashed anew."""
    cursor.execute(f"SELECT model, old, first, many FROM {COPIED}")
    moved = {(model, old): (first, many) for model, old, first, many in cursor.fetchall()}
    deeds = [
        list(AuditEntry.objects.filter(chain=audit.chain_of(one.cell), seq__gt=1).order_by("seq")) for one in patterns
    ]
    said = [[(_told(one.old), _told(one.new)) for one in several] for several in deeds]
    key = (AuditEntry.objects.aggregate(last=Max("pk"))["last"] or 0) + 1
    written = 0
    for start in range(0, len(clones), BATCH):
        some = clones[start : start + BATCH]
        begun = {
            entry.chain: entry
            for entry in AuditEntry.objects.filter(seq=1, chain__in=[audit.chain_of(one.cell) for one in some])
        }
        rows = []
        for clone in some:
            of = patterns[clone.pattern]
            previous = begun[audit.chain_of(clone.cell)].hash
            for entry in _trail(of, clone, deeds[clone.pattern], said[clone.pattern], moved, previous):
                entry.pk, key = key, key + 1
                rows.append(entry)
        _write(cursor, rows)
        written += len(rows)
    report(f"{written:,} entries of the record")


def _trail(
    of: Pattern,
    clone: Clone,
    deeds: list[AuditEntry],
    said: list[tuple[str, str]],
    moved: dict[tuple[str, int], tuple[int, int]],
    previous: str,
) -> Iterator[AuditEntry]:
    chain, head, name = audit.chain_of(clone.cell), str(clone.head), str(of.head)
    places = {Organisation._meta.label_lower: {of.cell.pk: clone.cell.pk, of.commune.pk: clone.commune.pk}}
    for deed, (old, new) in zip(deeds, said, strict=True):
        label = deed.about_type.replace("members.member", Person._meta.label_lower)
        first, many = moved.get((label, deed.about_id), (deed.about_id, 0))
        is_own = deed.user_id == of.head.user_id
        entry = AuditEntry(
            chain=chain,
            seq=deed.seq,
            at=deed.at,
            user_id=clone.head.user_id if is_own else deed.user_id,
            person_name=deed.person_name.replace(name, head),
            office_name=deed.office_name.replace(of.cell.name, clone.cell.name),
            verb=deed.verb,
            about_type=deed.about_type,
            about_id=places.get(label, {}).get(deed.about_id, first + clone.place * many),
            about_name=deed.about_name.replace(of.cell.name, clone.cell.name),
            old=json.loads(old.replace(of.cell.name, clone.cell.name)),
            new=json.loads(new.replace(of.cell.name, clone.cell.name)),
            reason=deed.reason,
            previous_hash=previous,
        )
        entry.hash = previous = digest_of(entry)
        yield entry


def _write(cursor: Any, entries: list[AuditEntry]) -> None:
    fields = AuditEntry._meta.concrete_fields
    if connection.vendor != "postgresql":
        AuditEntry.objects.bulk_create(entries, batch_size=50)
        return
    columns = ", ".join(_quoted(one.column) for one in fields)
    with cursor.copy(f"COPY {_quoted(AuditEntry._meta.db_table)} ({columns}) FROM STDIN") as copy:
        for entry in entries:
            copy.write_row([_plain(one, getattr(entry, one.attname)) for one in fields])


def _plain(field: Any, value: Any) -> Any:
    return _told(value) if isinstance(field, models.JSONField) else value


def _told(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
