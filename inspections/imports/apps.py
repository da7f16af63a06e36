from django.apps import AppConfig


class ImportsConfig(AppConfig):
    name = "inspections.imports"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from inspections.imports import access

        access.register()
