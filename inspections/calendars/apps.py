from django.apps import AppConfig


class CalendarsConfig(AppConfig):
    name = "inspections.calendars"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from inspections.calendars import reference

        reference.register()
