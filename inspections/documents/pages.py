"""Giving out files; the terms of an organisation."""

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from inspections.documents.forms import ChangeTermForm, TermForm
from inspections.documents.models import Attachment, Term
from inspections.documents.storage import file_path
from inspections.organisations.models import Organisation
from inspections.organisations.pages.tree import form_in_tree, organisation_of
from inspections.pages import user_of
from permissions import policy

form_methods = require_http_methods(["GET", "HEAD", "POST"])


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


@form_methods
def add_term(request: HttpRequest, pk: int) -> HttpResponse:
    """The page on which an organisation gets a term."""
    organisation = organisation_of(request, pk)
    return form_in_tree(
        request,
        TermForm,
        organisation,
        heading=_("Add a term of %(organisation)s") % {"organisation": organisation},
        button=_("Add it"),
        done=_("The term is added; numbers run from 01 within it, for all that stand below too."),
    )


@form_methods
def change_term(request: HttpRequest, pk: int) -> HttpResponse:
    """The page on which a term is ended or corrected."""
    seen = policy.visible(user_of(request), Organisation.objects.all())
    term = get_object_or_404(Term.objects.filter(organisation__in=seen).select_related("organisation"), pk=pk)
    return form_in_tree(
        request,
        ChangeTermForm,
        term.organisation,
        target=term,
        heading=_("End or correct the term"),
        button=_("Save"),
        done=_("The term is saved."),
        context={"intro": str(term)},
    )
