from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class PermissionsConfig(AppConfig):
    name = "permissions"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        post_migrate.connect(make_verbs, sender=self)


def make_verbs(**kwargs: Any) -> None:
    """Every verb on organisations has its permission row before the first office is given."""
    from inspections.organisations.models import Organisation
    from permissions.catalogue import ORGANISATION_VERBS, VERBS
    from permissions.grants import make_permissions, organisation_permissions

    make_permissions(Organisation, {code: str(VERBS[code].label) for code in sorted(ORGANISATION_VERBS)})
    organisation_permissions.cache_clear()
