from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    name = "inspections.organisations"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from inspections.organisations import access, imports, reference

        access.register()
        reference.register()
        imports.register()
