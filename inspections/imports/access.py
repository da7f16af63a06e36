"""Who sees spreadsheets being taken in: those who may take them in there."""

from django.db.models import Q

from inspections.imports.models import Import
from inspections.imports.plans import KINDS
from permissions import policy
from permissions.viewer import Viewer


def visible_imports(viewer: Viewer) -> Q:
    mine = Q(organisation_id__in=viewer.organisation_ids("import_spreadsheets"))
    mine |= viewer.below("import_spreadsheets", "organisation__path")
    for kind in KINDS.values():
        if kind.verb != "import_spreadsheets":
            mine |= Q(kind=kind.code, organisation_id__in=viewer.organisation_ids(kind.verb))
    return mine | (Q(pk__isnull=False) if viewer.user.is_superuser else Q(pk__in=[]))


def register() -> None:
    policy.register(Import, visible=visible_imports, organisation=lambda one, verb: one.organisation)
