"""Who sees spreadsheets being taken in: those who may take them in there."""

from django.db.models import Q

from inspections.imports.models import Import
from permissions import policy
from permissions.viewer import Viewer


def visible_imports(viewer: Viewer) -> Q:
    mine = Q(organisation_id__in=viewer.organisation_ids("import_spreadsheets"))
    mine |= viewer.below("import_spreadsheets", "organisation__path")
    drafting = Q(kind="programme", organisation_id__in=viewer.organisation_ids("draft_programme"))
    return mine | drafting | (Q(pk__isnull=False) if viewer.user.is_superuser else Q(pk__in=[]))


def register() -> None:
    policy.register(Import, visible=visible_imports, organisation=lambda one, verb: one.organisation)
