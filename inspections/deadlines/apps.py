from django.apps import AppConfig


class DeadlinesConfig(AppConfig):
    name = "inspections.deadlines"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from inspections.deadlines import access

        access.register()
