"""The verbs of imports: begin with a file, choose columns, settle doubts, take it in, give it up."""

import datetime
import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from inspections.documents.rules import safe_name
from inspections.documents.services import read_checked, store_file
from inspections.documents.storage import file_path
from inspections.imports import progress
from inspections.imports.columns import SEARCHED, Layout, guess_layout, header_texts, match_columns, shape_of
from inspections.imports.models import Import, RememberedColumns
from inspections.imports.plans import KINDS, Act, Job, Kind, Line, Question, planned, records_of
from inspections.imports.sheets import OLD_EXCEL, Sheet, Unreadable, check_is_modern, read_sheets
from inspections.organisations.models import Organisation, User
from inspections.organisations.services import check_not_ended
from permissions import audit, policy
from permissions.verdicts import Allowed, NotNow

State = Import.State
# how much of a file in the old container tells whether it has a password
LOOKED_AT = 1024 * 1024
TOLD_EVERY = 100
STATES = ("new", "changed", "same", "skipped", "doubt", "wrong")


@dataclass
class Preview:
    """All that a page shows of an import before it is carried out."""

    kind: Kind
    sheets: list[Sheet]
    layout: Layout
    headers: list[str]
    lines: list[Line]
    missing: list[Any]

    @property
    def counts(self) -> dict[str, int]:
        """How many lines are in each state."""
        found = Counter(line.state for line in self.lines)
        return {state: found[state] for state in STATES}

    @property
    def questions(self) -> list[tuple[Question, list[Line]]]:
        """Every doubt once, with the lines it stands on; settled ones too, so that they can be changed."""
        by_key: dict[str, tuple[Question, list[Line]]] = {}
        for line in self.lines:
            for question in line.questions:
                by_key.setdefault(question.key, (question, []))[1].append(line)
        return list(by_key.values())

    @property
    def digest(self) -> str:
        """What the lines say, in short: a page that is older than a change of them is noticed by it."""
        told = [
            (
                line.record.number,
                line.state,
                line.title,
                line.reason,
                [(str(fact.label), fact.read, fact.old) for fact in line.facts],
            )
            for line in self.lines
        ]
        return hashlib.sha256(repr(told).encode()).hexdigest()

    @property
    def is_decided(self) -> bool:
        """Whether no line is wrong or in doubt, and no required column is missing."""
        return not self.missing and not any(line.state in ("wrong", "doubt") for line in self.lines)


def begin_import(*, acting_user: User, kind: Kind, target: Model, upload: Any, now: datetime.datetime) -> Import:
    """Keeps the file and guesses its header and columns. Raises Refused, ValidationError (key "file")."""
    with transaction.atomic():
        organisation = _lock(kind.organisation_of(target))
        allowed = policy.require(acting_user, kind.verb, target, now)
        check_not_ended(organisation, timezone.localdate(now))
        try:
            upload.seek(0)
            check_is_modern(upload.read(len(OLD_EXCEL)) + upload.read(LOOKED_AT))
            content, content_type = read_checked(upload, "file")
            sheets = read_sheets(content, content_type)
        except Unreadable as problem:
            raise ValidationError({"file": str(problem)}) from problem
        stored = store_file(upload, now=now, field="file")
        layout = _remembered(kind, organisation, sheets) or guess_layout(sheets, kind.fields)
        one = Import.objects.create(
            kind=kind.code,
            organisation=organisation,
            target_type=ContentType.objects.get_for_model(target),
            target_id=target.pk,
            file=stored,
            file_name=safe_name(upload.name),
            sheet=layout.sheet,
            header_row=layout.header_row,
            header_rows=layout.header_rows,
            columns=layout.columns,
            begun_by=acting_user,
            begun_at=now,
        )
        _record(allowed, one, now, new={"file": one.file_name, "sha256": stored.sha256})
        return one


def _remembered(kind: Kind, organisation: Organisation, sheets: list[Sheet]) -> Layout | None:
    """How this organisation read a header of the same shape last, wherever in the file it stands."""
    places = {
        shape_of(header_texts(sheet, row, rows)): (sheet.name, row, rows)
        for sheet in reversed(sheets)
        for row in range(min(SEARCHED, len(sheet.rows)), 0, -1)
        for rows in (2, 1)
    }
    kept = RememberedColumns.objects.filter(kind=kind.code, organisation=organisation, shape__in=places)
    last = kept.order_by("-pk").first()
    return Layout(*places[last.shape], columns=last.columns) if last is not None else None


def preview_of(one: Import, today: datetime.date) -> Preview:
    """Reads the file and says what each line would become."""
    kind = KINDS[one.kind]
    sheets = read_sheets(file_path(one.file.sha256).read_bytes(), one.file.content_type)
    sheet = next((each for each in sheets if each.name == one.sheet), sheets[0])
    layout = Layout(sheet.name, one.header_row, one.header_rows, one.columns)
    missing = [field.label for field in kind.fields if field.is_required and field.name not in layout.columns]
    titles = [
        cell.text
        for row in range(1, layout.header_row)
        if (cell := next((sheet.cell(row, at) for at in range(sheet.width) if sheet.cell(row, at).text), None))
    ]
    job = Job(one.target, one.organisation, today, titles, one.answers, one.file_name)
    lines = [] if missing else planned(kind, records_of(sheet, layout, kind.fields), job)
    return Preview(kind, sheets, layout, header_texts(sheet, layout.header_row, layout.header_rows), lines, missing)


def choose_columns(
    *,
    acting_user: User,
    one: Import,
    sheet: str,
    header_row: int,
    header_rows: int,
    columns: Mapping[str, int] | None,
    now: datetime.datetime,
) -> Import:
    """Says where the header stands and what each column means (None: guess anew), and remembers it for the next
    file of that shape. Raises Refused, NotNow, ValidationError."""
    with transaction.atomic():
        one, allowed = _begin(one, acting_user, now)
        kind = KINDS[one.kind]
        sheets = {
            each.name: each for each in read_sheets(file_path(one.file.sha256).read_bytes(), one.file.content_type)
        }
        if sheet not in sheets:
            raise ValidationError({"sheet": _("Choose a sheet of this file.")})
        if not 1 <= header_row <= len(sheets[sheet].rows):
            raise ValidationError({"header_row": _("This sheet has no such row.")})
        texts = header_texts(sheets[sheet], header_row, header_rows)
        chosen = dict(columns) if columns is not None else match_columns(texts, kind.fields)
        if len(set(chosen.values())) != len(chosen):
            raise ValidationError({"columns": _("One column is chosen for two things.")})
        old = {"sheet": one.sheet, "header_row": one.header_row, "columns": one.columns}
        one.sheet, one.header_row, one.header_rows, one.columns = sheet, header_row, header_rows, chosen
        one.save(update_fields=["sheet", "header_row", "header_rows", "columns"])
        RememberedColumns.objects.update_or_create(
            kind=one.kind, organisation=one.organisation, shape=shape_of(texts), defaults={"columns": chosen}
        )
        _record(allowed, one, now, old=old, new={"sheet": sheet, "header_row": header_row, "columns": chosen})
        return one


def settle(*, acting_user: User, one: Import, answers: Mapping[str, str], now: datetime.datetime) -> Import:
    """Settles doubts: question key -> choice. Raises Refused, NotNow."""
    with transaction.atomic():
        one, allowed = _begin(one, acting_user, now)
        old = dict(one.answers)
        one.answers = {**old, **{key: value for key, value in answers.items() if value}}
        one.save(update_fields=["answers"])
        _record(allowed, one, now, old={"answers": old}, new={"answers": one.answers})
        return one


def carry_out(*, acting_user: User, one: Import, seen: str, now: datetime.datetime) -> Import:
    """Stores what the preview says, every line through its own verb, all or nothing.

    seen: the digest of the preview that the user decided on. Raises Refused, NotNow (done already; lines wrong or in
    doubt), ValidationError (what the lines would do is no longer what was seen; a line failed)."""
    with transaction.atomic():
        one, allowed = _begin(one, acting_user, now)
        preview = preview_of(one, timezone.localdate(now))
        if seen != preview.digest:
            raise ValidationError(
                _("Somebody changed something meanwhile, so the lines are not those that you saw. Look at them again.")
            )
        if not preview.is_decided:
            raise NotNow(_("Some lines are still wrong or in doubt; nothing has been stored. Settle them first."))
        _do_lines(one, preview, acting_user, now)
        one.state, one.done_at, one.counts = State.DONE, now, preview.counts
        one.save(update_fields=["state", "done_at", "counts"])
        _record(allowed, one, now, new={"counts": one.counts, "sha256": one.file.sha256})
        return one


def _do_lines(one: Import, preview: Preview, acting_user: User, now: datetime.datetime) -> None:
    acts: dict[Act, list[Line]] = {}
    for line in preview.lines:
        if line.act is not None and not line.reason:
            acts.setdefault(line.act, []).append(line)
    done, of = 0, sum(len(lines) for lines in acts.values())
    told = 0
    try:
        for act, lines in acts.items():
            try:
                act(acting_user, now)
            except ValidationError as problem:
                row, words = lines[0].record.number, "; ".join(problem.messages)
                raise ValidationError(_("Row %(row)s: %(problem)s") % {"row": row, "problem": words}) from problem
            done += len(lines)
            if done >= told + TOLD_EVERY:
                progress.tell(one, done, of)
                told = done
    finally:
        progress.forget(one)


def give_up(*, acting_user: User, one: Import, now: datetime.datetime) -> Import:
    """Ends an import without storing anything of it. Raises Refused, NotNow."""
    with transaction.atomic():
        one, allowed = _begin(one, acting_user, now)
        one.state = State.GIVEN_UP
        one.save(update_fields=["state"])
        _record(allowed, one, now, new={"state": one.state})
        return one


def _lock(organisation: Organisation) -> Organisation:
    return Organisation.objects.select_for_update().get(pk=organisation.pk)


def _begin(one: Import, acting_user: User, now: datetime.datetime) -> tuple[Import, Allowed]:
    one = Import.objects.select_for_update().get(pk=one.pk)
    _lock(one.organisation)
    allowed = policy.require(acting_user, KINDS[one.kind].verb, one.target, now)
    if one.state != State.OPEN:
        raise NotNow(_("This file is %(state)s; begin again with a file.") % {"state": one.get_state_display()})
    return one, allowed


def _record(allowed: Allowed, one: Import, now: datetime.datetime, **what: Any) -> None:
    audit.record(allowed, about=one, chain=one.organisation, now=now, verb="import_spreadsheets", **what)
