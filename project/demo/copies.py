"""Copies of a case with all that hangs on it, for the large demo: rows of tables, not verbs.

A case made by the verbs is read once with every row that points to it; each copy takes new keys, the people and
organisations of its place, its own document numbers and its own chain in the audit trail.
"""

import copy
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.core.management.color import no_style
from django.db import connection, models
from django.db.models import Max, Q

from inspections.cases.models import Case
from inspections.deadlines.models import Deadline
from inspections.documents.models import IssuedDocument, NumberSeries
from inspections.documents.rules import full_number
from inspections.organisations.models import Organisation, Person, User
from inspections.organisations.text import fold
from permissions import audit
from permissions.models import AuditEntry

Model = type[models.Model]
Keys = dict[Model, dict[Any, Any]]
PLACES: tuple[Model, ...] = (Organisation, Person, User)
BATCH = 20_000


@dataclass
class Row:
    """One row as the database takes it, with the places of what a copy has otherwise.

    links: place, model, key there. texts: places in which a name or number may stand."""

    source: models.Model
    values: list[Any]
    links: list[tuple[int, Model, Any]] = field(default_factory=list)
    texts: list[int] = field(default_factory=list)


@dataclass
class Family:
    """A case with all rows that hang on it, model by model."""

    rows: dict[Model, list[Row]]


def _tables() -> list[Model]:
    return [model for model in apps.get_models(include_auto_created=True) if not model._meta.proxy]


def _generic(model: Model) -> Iterator[tuple[str, str]]:
    """The column of the type and the field of the key, of every generic key of a table."""
    for one in model._meta.private_fields:
        if isinstance(one, GenericForeignKey):
            yield model._meta.get_field(one.ct_field).attname, one.fk_field  # type: ignore[union-attr]


def _ways_in(model: Model, found: dict[Model, set[Any]]) -> Q:
    """The condition that a row of the table points to one that was found. One of the same kind is another case's."""
    condition = Q(pk__in=[])
    for one in model._meta.concrete_fields:
        if one.is_relation and one.related_model in found and one.related_model is not model:
            condition |= Q(**{f"{one.name}__in": found[one.related_model]})
    for type_column, key in _generic(model):
        for target, keys in found.items():
            kind = ContentType.objects.get_for_model(target)
            condition |= Q(**{type_column: kind.pk, f"{key}__in": list(keys)})
    if model is Deadline:
        condition |= Q(case_id__in=found.get(Case, ()))
    if model is AuditEntry:
        condition |= Q(chain__in=[f"case:{pk}" for pk in found.get(Case, ())])
    return condition


def reached_from(begun: dict[Model, set[Any]]) -> dict[Model, set[Any]]:
    """The keys of the rows, of everything that points to them, and to that, and so on."""
    found = dict(begun)
    is_growing = True
    while is_growing:
        is_growing = False
        for model in _tables():
            pks = set(model._base_manager.filter(_ways_in(model, found)).values_list("pk", flat=True))
            if pks - found.get(model, set()):
                found[model] = found.get(model, set()) | pks
                is_growing = True
    return found


def family_of(case: Case, words: list[str]) -> Family:
    """Reads the case with everything that points to it, and to that, and so on. words: what a copy calls otherwise."""
    found = reached_from({Case: {case.pk}})
    numbers = IssuedDocument.objects.filter(pk__in=found.get(IssuedDocument, ())).values_list("full_number", flat=True)
    words = [*words, *numbers]
    words += [fold(word) for word in words]
    return Family(
        {
            model: [_row(one, found, words) for one in model._base_manager.filter(pk__in=keys).order_by("pk")]
            for model, keys in found.items()
        }
    )


def _row(source: models.Model, found: dict[Model, set[Any]], words: list[str]) -> Row:
    fields = source._meta.concrete_fields
    place = {one.attname: number for number, one in enumerate(fields)}
    values = [one.get_db_prep_save(getattr(source, one.attname), connection) for one in fields]
    row = Row(source, values)
    row.texts = [n for n, text in enumerate(values) if isinstance(text, str) and any(word in text for word in words)]
    for number, one in enumerate(fields):
        if one.primary_key and not one.is_relation:
            row.links.append((number, type(source), source.pk))
        elif one.related_model is type(source) and source._meta.concrete_model not in PLACES:
            values[number] = None  # recurs, follows: a tie to another case
        elif one.is_relation and one.related_model in (*found, *PLACES) and values[number] is not None:
            row.links.append((number, one.related_model, values[number]))  # type: ignore[arg-type]
    for type_column, key in _generic(type(source)):
        kind = getattr(source, type_column)
        target = ContentType.objects.get_for_id(kind).model_class() if kind is not None else None
        if target is not None and target._meta.concrete_model in (*found, *PLACES):
            kept = target._meta.concrete_model._meta.pk.to_python(getattr(source, key))
            row.links.append((place[key], target._meta.concrete_model, kept))
    if isinstance(source, Deadline) and source.case_id is not None:
        row.links.append((place["case_id"], Case, source.case_id))
    return row


@dataclass
class Place:
    """Where a copy belongs. keys: the family's people and organisations -> those here; words: text there -> here;
    names: user key here -> name."""

    keys: Keys
    issuer: Organisation
    words: list[tuple[str, str]]
    names: dict[int, str]


class Copier:
    """Writes copies, many rows at a time. Inside one transaction: keys are given before what they point to is there."""

    def __init__(self) -> None:
        self.next_key: dict[Model, int] = {}
        self.waiting: dict[Model, list[tuple[Any, ...]]] = defaultdict(list)
        self.series: dict[tuple[int, str], NumberSeries] = {}
        self.written = 0

    def copy(self, family: Family, place: Place) -> None:
        """One more case like the family's, at a place."""
        keys: Keys = {**place.keys}
        for model, rows in family.rows.items():
            if not model._meta.pk.is_relation:  # type: ignore[union-attr]
                first = self._keys(model, len(rows))
                keys[model] = {row.source.pk: first + number for number, row in enumerate(rows)}
        words = [*place.words, *self._numbered(family, place)]
        words += [(fold(old), fold(new)) for old, new in words if fold(old) != old]
        for model, rows in family.rows.items():
            if model is AuditEntry:
                self._trail(rows, keys, words, place)
            elif model is not IssuedDocument:
                for row in rows:
                    self._add(model, self._copied(row, keys, words, place))
        for row, (series, number, full) in zip(family.rows.get(IssuedDocument, []), self._given, strict=True):
            values = self._copied(row, keys, words, place)
            for name, value in (("series_id", series), ("number", number), ("full_number", full)):
                values[_at(IssuedDocument, name)] = value
            self._add(IssuedDocument, values)

    def _keys(self, model: Model, many: int) -> int:
        if model not in self.next_key:
            self.next_key[model] = (model._base_manager.aggregate(last=Max("pk"))["last"] or 0) + 1
        first = self.next_key[model]
        self.next_key[model] += many
        return first

    def _numbered(self, family: Family, place: Place) -> list[tuple[str, str]]:
        """Gives the numbers of the issuer's series; what the documents were called and are called now."""
        self._given: list[tuple[int, int, str]] = []
        words = []
        for row in family.rows.get(IssuedDocument, []):
            document = row.source
            assert isinstance(document, IssuedDocument)
            symbol = document.series.symbol
            series = self.series.get((place.issuer.pk, symbol))
            if series is None:
                key = self._keys(NumberSeries, 1)
                series = NumberSeries(pk=key, issuer=place.issuer, term_id=document.series.term_id, symbol=symbol)
                self.series[place.issuer.pk, symbol] = series
            series.last += 1
            full = full_number(series.last, symbol, place.issuer.symbol)
            self._given.append((series.pk, series.last, full))
            words.append((document.full_number, full))
        return words

    def _copied(self, row: Row, keys: Keys, words: list[tuple[str, str]], place: Place) -> list[Any]:
        values = list(row.values)
        for number, model, old in row.links:
            new = keys[model].get(old, old)
            values[number] = str(new) if isinstance(values[number], str) else new
        for number in row.texts:
            text = values[number]
            if isinstance(text, str):
                for old, new in words:
                    text = text.replace(old, new)
                values[number] = text
        return values

    def _trail(self, rows: list[Row], keys: Keys, words: list[tuple[str, str]], place: Place) -> None:
        """The entries of the copy's own chain: same deeds, same moments, other people; hashed anew."""
        entries = []
        for row in rows:
            entry = copy.copy(row.source)
            assert isinstance(entry, AuditEntry)
            entry.pk = keys[AuditEntry][entry.pk]
            entry.user_id = keys[User].get(entry.user_id, entry.user_id)
            entry.person_name = place.names.get(entry.user_id, entry.person_name)
            about = apps.get_model(entry.about_type)
            entry.about_id = keys[about].get(entry.about_id, entry.about_id) if about in keys else entry.about_id
            for old, new in words:
                entry.about_name = entry.about_name.replace(old, new)
                entry.office_name = entry.office_name.replace(old, new)
            entries.append(entry)
        case_key = next(iter(keys[Case].values()))
        for entry in audit.chained(entries, f"case:{case_key}"):
            fields = AuditEntry._meta.concrete_fields
            self._add(AuditEntry, [one.get_db_prep_save(getattr(entry, one.attname), connection) for one in fields])

    def _add(self, model: Model, values: list[Any]) -> None:
        waiting = self.waiting[model]
        waiting.append(tuple(values))
        if len(waiting) >= BATCH:
            self._write(model)

    def _write(self, model: Model) -> None:
        rows = self.waiting.pop(model, [])
        columns = ", ".join(connection.ops.quote_name(str(one.column)) for one in model._meta.concrete_fields)
        marks = ", ".join(["%s"] * len(model._meta.concrete_fields))
        table = connection.ops.quote_name(model._meta.db_table)
        with connection.cursor() as cursor:
            cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows)  # noqa: S608 - our tables
        self.written += len(rows)

    def finish(self) -> int:
        """Writes what waits, sets the sequences, and returns how many rows were written in all."""
        for model in list(self.waiting):
            self._write(model)
        NumberSeries.objects.bulk_create(self.series.values(), batch_size=2000)
        self.written += len(self.series)
        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(no_style(), list(self.next_key)):
                cursor.execute(statement)
        return self.written


def _at(model: Model, attname: str) -> int:
    return [one.attname for one in model._meta.concrete_fields].index(attname)
