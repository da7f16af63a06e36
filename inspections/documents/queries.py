"""What was issued about rows."""

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model

from inspections.documents.models import IssuedDocument


def issued_about(row: Model) -> list[IssuedDocument]:
    """The numbered documents about a row, oldest first."""
    kind = ContentType.objects.get_for_model(row)
    return list(IssuedDocument.objects.filter(item_type=kind, item_id=row.pk).select_related("series"))
