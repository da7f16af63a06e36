from django.apps import AppConfig


class RemediesConfig(AppConfig):
    name = "inspections.remedies"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from inspections.remedies import access

        access.register()
