from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CasesConfig(AppConfig):
    name = "inspections.cases"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from inspections.cases import access

        access.register()
        post_migrate.connect(make_verbs, sender=self)


def make_verbs(**kwargs: Any) -> None:
    """Every verb on cases has its permission row before the first team is formed."""
    from inspections.cases.models import Case
    from permissions.catalogue import CASE_VERBS
    from permissions.grants import make_permissions

    make_permissions(Case, CASE_VERBS)
