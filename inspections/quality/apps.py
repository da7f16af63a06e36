from django.apps import AppConfig


class QualityConfig(AppConfig):
    name = "inspections.quality"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from inspections.findings.pages import shown_beside
        from inspections.quality import access, reference
        from inspections.quality.pages import beside_finding

        access.register()
        reference.register()
        shown_beside(beside_finding)
