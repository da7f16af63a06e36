"""Giving out files."""

from django.http import FileResponse, Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from inspections.documents.models import Attachment
from inspections.documents.storage import file_path
from inspections.pages import user_of
from permissions import policy


@require_safe
def download(request: HttpRequest, pk: int) -> FileResponse:
    """The bytes of an attachment, to whoever sees the row it belongs to; a download, never shown inline."""
    attachment = get_object_or_404(Attachment.objects.select_related("file"), pk=pk)
    model = attachment.item_type.model_class()
    rows = model._default_manager.filter(pk=attachment.item_id) if model is not None else None
    if rows is None or not policy.visible(user_of(request), rows).exists():
        raise Http404
    response = FileResponse(
        file_path(attachment.file.sha256).open("rb"),
        as_attachment=True,
        filename=attachment.name,
        content_type=attachment.file.content_type,
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
