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
    from permissions.catalogue import ORGANISATION_VERBS
    from permissions.grants import make_permissions

    make_permissions(Organisation, ORGANISATION_VERBS)
