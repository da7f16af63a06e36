"""The reference table of numbered documents (domain.md §8.2)."""

from django.utils.translation import gettext_lazy as _

from inspections.documents.models import DocumentType
from inspections.reference.tables import Ends, Table, declare


def register() -> None:
    declare(
        [
            Table(
                code="document-types",
                label=_("Types of document and their symbols"),
                about=_("The documents that the program numbers, each with the symbol between number and issuer."),
                model=DocumentType,
                shown=("name", "symbol", "source", "certainty"),
                fixed=("code",),
                why_fixed=_("The program issues these documents by their codes, so there are no others and none goes."),
                editable=("name", "symbol", "source", "certainty"),
                ends=Ends.NEVER,
                may_add=False,
                effect=_(
                    "Documents numbered already keep their numbers and symbols. Under a new symbol numbers begin at 01."
                ),
            ),
        ]
    )
