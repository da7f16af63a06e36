"""What is attached to rows, and what was issued about them."""

from collections import defaultdict
from collections.abc import Iterable

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model

from inspections.documents.models import Attachment, IssuedDocument


def attachments_of(rows: Iterable[Model]) -> dict[tuple[int, int], list[Attachment]]:
    """(content type id, row id) -> attachments, for rows of any models, in one query a model."""
    by_model: dict[type[Model], list[int]] = defaultdict(list)
    for row in rows:
        by_model[type(row)].append(row.pk)
    found: dict[tuple[int, int], list[Attachment]] = defaultdict(list)
    for model, ids in by_model.items():
        kind = ContentType.objects.get_for_model(model)
        for attachment in Attachment.objects.filter(item_type=kind, item_id__in=ids).select_related("file"):
            found[kind.pk, attachment.item_id].append(attachment)
    return found


def with_attachments(rows: Iterable[Model]) -> list[Model]:
    """The rows as a list, each with its `attachments`."""
    listed = list(rows)
    found = attachments_of(listed)
    for row in listed:
        row.attachments = found[ContentType.objects.get_for_model(row).pk, row.pk]  # type: ignore[attr-defined]
    return listed


def issued_about(row: Model) -> list[IssuedDocument]:
    """The numbered documents about a row, oldest first."""
    kind = ContentType.objects.get_for_model(row)
    return list(IssuedDocument.objects.filter(item_type=kind, item_id=row.pk))
