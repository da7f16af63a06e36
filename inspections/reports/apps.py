from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "inspections.reports"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from inspections.reports import access
        from inspections.reports.services.offers import offer

        access.register()
        offer()
