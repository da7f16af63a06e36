from django.apps import AppConfig


class SchemesConfig(AppConfig):
    name = "inspections.schemes"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from inspections.schemes import access, domain, reference, reminding
        from inspections.schemes.services import passing

        access.register()
        domain.register()
        reference.register()
        reminding.register()
        passing.register()
