from django.apps import AppConfig


class FindingsConfig(AppConfig):
    name = "inspections.findings"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from inspections.findings import access, reference

        access.register()
        reference.register()
