from django.apps import AppConfig


class ProgrammesConfig(AppConfig):
    name = "inspections.programmes"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from inspections.programmes import access, imports

        access.register()
        imports.register()
