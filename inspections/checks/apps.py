from django.apps import AppConfig


class ChecksConfig(AppConfig):
    name = "inspections.checks"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from inspections.checks import domain, reference
        from inspections.checks.tables import declare

        declare(domain.CHECKS)
        reference.register()
