"""What was issued about rows, and how documents name who issues them."""

import datetime
from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.utils.translation import gettext as _

from inspections.documents.models import IssuedDocument
from inspections.documents.rules import committee_name, signed_for
from inspections.organisations.models import DeputySigns, Organisation


def issued_about(row: Model) -> list[IssuedDocument]:
    """The numbered documents about a row, oldest first."""
    kind = ContentType.objects.get_for_model(row)
    return list(
        IssuedDocument.objects.filter(item_type=kind, item_id=row.pk).select_related(
            "series__issuer__type", "series__issuer__parent", "type"
        )
    )


def issued_since(organisation: Organisation, on: datetime.date) -> list[str]:
    """What the organisation issued on the day or later, as sentences."""
    rows = IssuedDocument.objects.filter(series__issuer=organisation, issued_on__gte=on).order_by("issued_on", "pk")
    told = _("It issued %(number)s on %(day)s.")
    return [told % {"number": row.full_number, "day": row.issued_on.strftime("%d/%m/%Y")} for row in rows[:5]]


def issuer_at(document: IssuedDocument) -> Organisation:
    """Who issued the document, with the name borne on its day."""
    issuer = document.series.issuer
    before = issuer.former_names.filter(ends_on__gte=document.issued_on).first()
    if before is not None:
        issuer.name = before.name
    return issuer


@dataclass(frozen=True)
class Issuer:
    """The head and the signature of a document (domain.md §8.1): superior, issuer, on whose behalf, and the line above
    the post of who signs."""

    superior: str
    line: str
    on_behalf: str
    signed_for: str


def issuer_of(organisation: Organisation, post: str) -> Issuer:
    """How documents of the organisation name it; post: of who signs, empty while nobody has."""
    type_ = organisation.type
    above = organisation.overseer if type_.is_body else organisation.parent
    superior = "" if above is None else _committee(above) if type_.is_body or type_.is_cell else above.name
    line = type_.issuer or _committee(organisation)
    on_behalf = organisation.on_behalf or type_.on_behalf or line
    for_head = (organisation.deputy_signs or type_.deputy_signs) == DeputySigns.FOR_HEAD
    return Issuer(superior, line, on_behalf, signed_for(on_behalf, post, deputy_for_head=for_head))


def _committee(organisation: Organisation) -> str:
    type_ = organisation.type
    return organisation.committee_name or committee_name(organisation.name, type_.name_begins, type_.committee_begins)
