"""Storing files and giving numbers, called by other verbs inside their transaction, which record it; the terms
within which numbers run."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext as _

from inspections.documents.models import Attachment, DocumentType, IssuedDocument, NumberSeries, StoredFile, Term
from inspections.documents.rules import ALLOWED, POSTS, full_number, parts_of_number, safe_name, type_by_content
from inspections.documents.storage import keep
from inspections.organisations.models import Office, Organisation, User
from inspections.organisations.services import check_not_ended, check_not_succeeded
from inspections.organisations.text import clean, on_paper
from permissions import audit, policy
from permissions.catalogue import ROLES
from permissions.verdicts import Allowed


def store_file(upload: Any, *, now: datetime.datetime, field: str = "files") -> StoredFile:
    """Stores an uploaded file's bytes once and returns their row.

    Raises ValidationError naming `field` for an empty, too large or not allowed file."""
    content, kind = read_checked(upload, field)
    stored, _made = StoredFile.objects.get_or_create(
        sha256=keep(content), defaults={"size": len(content), "content_type": kind, "stored_at": now}
    )
    return stored


def read_checked(upload: Any, field: str) -> tuple[bytes, str]:
    """The bytes of an upload and their type, nothing stored. Raises ValidationError as `store_file`."""
    if not upload.size:
        raise ValidationError({field: _("%(name)s is empty. Choose a file with content.") % {"name": upload.name}})
    if upload.size > settings.FILE_SIZE_LIMIT:
        limit = filesizeformat(settings.FILE_SIZE_LIMIT)
        raise ValidationError({field: _("%(name)s is larger than %(limit)s.") % {"name": upload.name, "limit": limit}})
    upload.seek(0)
    content = upload.read()
    kind = type_by_content(content, upload.name)
    if kind not in ALLOWED:
        raise ValidationError(
            {
                field: _(
                    "%(name)s is not a kind of file that is taken: PDF, Word (docx), Excel (xlsx), pictures, text."
                )
                % {"name": upload.name}
            }
        )
    return content, str(kind)


def attach(
    uploads: Iterable[Any],
    *,
    item: models.Model,
    acting_user: User,
    now: datetime.datetime,
    field: str = "files",
) -> list[Attachment]:
    """Stores the uploads and attaches them to the row; all or none. Raises ValidationError as `store_file` does."""
    attached = []
    given = list(uploads)
    for upload in given:
        read_checked(upload, field)
    for upload in given:
        stored = store_file(upload, now=now, field=field)
        attachment, _made = Attachment.objects.get_or_create(
            file=stored,
            name=safe_name(upload.name),
            item_type=ContentType.objects.get_for_model(item),
            item_id=item.pk,
            defaults={"added_by": acting_user, "added_at": now},
        )
        attached.append(attachment)
    return attached


def add_term(
    *,
    acting_user: User,
    organisation: Organisation,
    name: str,
    starts_on: datetime.date,
    ends_on: datetime.date | None,
    now: datetime.datetime,
) -> Term:
    """Adds a term of an organisation, within which its numbers and those of all below run from 01 (§8.1).

    Raises Refused, ValidationError (days out of order, or of another term of the organisation)."""
    with transaction.atomic():
        organisation = Organisation.objects.select_for_update().get(pk=organisation.pk)
        allowed = policy.require(acting_user, "keep_organisations", organisation, now)
        check_not_ended(organisation, timezone.localdate(now))
        term = Term(organisation=organisation)
        _write_term(term, name, starts_on, ends_on)
        audit.record(allowed, about=term, chain=organisation, now=now, verb="add_term", new=_term_facts(term))
        return term


def change_term(
    *,
    acting_user: User,
    term: Term,
    name: str,
    starts_on: datetime.date,
    ends_on: datetime.date | None,
    now: datetime.datetime,
) -> Term:
    """Ends or corrects a term. What was numbered in it stays within its days. Raises as `add_term`."""
    with transaction.atomic():
        organisation = Organisation.objects.select_for_update().get(pk=term.organisation_id)
        allowed = policy.require(acting_user, "keep_organisations", organisation, now)
        check_not_succeeded(organisation)
        term = Term.objects.select_for_update().get(pk=term.pk)
        old = _term_facts(term)
        issued = IssuedDocument.objects.filter(series__term=term)
        days = issued.aggregate(first=models.Min("issued_on"), last=models.Max("issued_on"))
        if days["first"] is not None and days["first"] < starts_on:
            raise ValidationError({"starts_on": _numbered(days["first"])})
        if days["last"] is not None and ends_on is not None and days["last"] > ends_on:
            raise ValidationError({"ends_on": _numbered(days["last"])})
        _write_term(term, name, starts_on, ends_on)
        audit.record(
            allowed, about=term, chain=organisation, now=now, verb="change_term", old=old, new=_term_facts(term)
        )
        return term


def _numbered(day: datetime.date) -> str:
    return _("A document of %(day)s bears a number of this term, so the term has to contain that day.") % {
        "day": day.strftime("%d/%m/%Y")
    }


def _write_term(term: Term, name: str, starts_on: datetime.date, ends_on: datetime.date | None) -> None:
    if ends_on is not None and ends_on < starts_on:
        raise ValidationError({"ends_on": _("The last day is before the first.")})
    others = Term.objects.filter(organisation=term.organisation).exclude(pk=term.pk)
    if ends_on is not None:
        others = others.filter(starts_on__lte=ends_on)
    other = others.filter(models.Q(ends_on__isnull=True) | models.Q(ends_on__gte=starts_on)).first()
    if other is not None:
        raise ValidationError(
            {"starts_on": _("“%(term)s” covers some of these days. Enter its last day first.") % {"term": other}}
        )
    term.name, term.starts_on, term.ends_on = clean(name), starts_on, ends_on
    term.full_clean()
    term.save()


def _term_facts(term: Term) -> dict[str, Any]:
    return {"name": term.name, "starts_on": term.starts_on, "ends_on": term.ends_on}


def term_of(organisation: Organisation, on: datetime.date) -> Term | None:
    """The term of the committee on the day: of the organisation itself or the nearest above that has one."""
    steps = [str(organisation.path)[: end + 5] for end in range(0, len(str(organisation.path)), 5)]
    running = Term.objects.filter(organisation__path__in=steps, starts_on__lte=on)
    running = running.filter(models.Q(ends_on__isnull=True) | models.Q(ends_on__gte=on))
    return running.order_by("-organisation__depth", "-starts_on").first()


def numbers_went_on_before(issuer: Organisation, full: str, on: datetime.date) -> None:
    """A document of the issuer bears this number since before the software: the series of its term goes on after it.

    Nothing where the number is not the issuer's own, or numbers were given here already. Part of a verb."""
    told = parts_of_number(full)
    if told is None or told[2] != issuer.symbol or not DocumentType.objects.filter(symbol=told[1]).exists():
        return
    number, symbol, _issuer = told
    term = term_of(issuer, on)
    NumberSeries.objects.get_or_create(issuer=issuer, term=term, symbol=symbol)
    series = NumberSeries.objects.select_for_update().get(issuer=issuer, term=term, symbol=symbol)
    if series.last == series.before < number:
        series.last = series.before = number
        series.save(update_fields=["last", "before"])


def issue(
    *,
    type: str,
    issuer: Organisation,
    item: models.Model,
    title: str,
    allowed: Allowed,
    now: datetime.datetime,
) -> IssuedDocument:
    """Gives the next number of the issuer's series and returns the issued document.

    type: a code of the table of document types, which has the symbol. Documents of one symbol share their numbers.

    The series row is locked to the end of the transaction, so numbers have no gap and come in signing order.
    Raises ValidationError when the issuer has no symbol for documents."""
    if not issuer.symbol:
        raise ValidationError(
            _("%(issuer)s has no symbol for documents yet. An administrator enters it at the organisation.")
            % {"issuer": issuer}
        )
    today = timezone.localdate(now)
    kind = DocumentType.objects.get(code=type)
    symbol = kind.symbol
    term = term_of(issuer, today)
    NumberSeries.objects.get_or_create(issuer=issuer, term=term, symbol=symbol)
    series = NumberSeries.objects.select_for_update().get(issuer=issuer, term=term, symbol=symbol)
    # who waited for the lock began earlier than who held it; a later number never bears an earlier time
    newest = series.documents.order_by("-number").values_list("issued_at", flat=True).first()
    issued_at = max(now, newest) if newest is not None else now
    series.last += 1
    series.save(update_fields=["last"])
    return IssuedDocument.objects.create(
        type=kind,
        series=series,
        number=series.last,
        full_number=full_number(series.last, symbol, issuer.symbol),
        issued_on=timezone.localdate(issued_at),
        title=title[:300],
        signer_name=str(allowed.user),
        signer_title=_post_of(allowed.office),
        item_type=ContentType.objects.get_for_model(item),
        item_id=item.pk,
        issued_by=allowed.user,
        issued_at=issued_at,
    )


def _post_of(office: Office | None) -> str:
    """How an office is written under a document: in the language of the documents, whatever the reader's."""
    if office is None:
        return ""
    with on_paper():
        return POSTS.get(office.role, "") or office.title or str(ROLES[office.role].label)
