from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate


class ProjectConfig(AppConfig):
    name = "project"

    def ready(self) -> None:
        from project import checks  # noqa: F401 - registers itself
        from project.jobs import make_schedule

        post_migrate.connect(make_schedule, sender=apps.get_app_config("django_q"))
