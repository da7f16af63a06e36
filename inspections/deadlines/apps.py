from django.apps import AppConfig


class DeadlinesConfig(AppConfig):
    name = "inspections.deadlines"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from inspections.calendars.changes import clocks_are_counted_by
        from inspections.deadlines import access
        from inspections.deadlines.models import Deadline
        from inspections.deadlines.services import recounting
        from inspections.organisations.services import path_is_copied

        access.register()
        clocks_are_counted_by(recounting)
        path_is_copied(Deadline, "org_path")
