from django.apps import AppConfig


class DeadlinesConfig(AppConfig):
    name = "inspections.deadlines"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from inspections.deadlines import access
        from inspections.deadlines.models import Deadline, DeadlineSpan
        from inspections.organisations.services import path_is_copied

        access.register()
        path_is_copied(Deadline, "org_path")
        path_is_copied(DeadlineSpan, "org_path")
