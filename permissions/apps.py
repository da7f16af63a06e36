from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.db.models.signals import post_migrate


class PermissionsConfig(AppConfig):
    name = "permissions"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        post_migrate.connect(make_verbs, sender=self)


def make_verbs(**kwargs: Any) -> None:
    """Every verb on organisations has its permission row before the first office is given; those in office have the
    verbs of their roles, also after an upgrade."""
    from inspections.organisations.models import Organisation
    from permissions.catalogue import ORGANISATION_VERBS
    from permissions.grants import follow_catalogue, make_permissions

    make_permissions(Organisation, ORGANISATION_VERBS)
    executor = MigrationExecutor(connections[kwargs["using"]])
    # not when only some migrations were run: the tables are not those of the code then
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        follow_catalogue()
