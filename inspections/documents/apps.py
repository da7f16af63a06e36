from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "inspections.documents"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from inspections.documents import reference
        from inspections.documents.queries import issued_since
        from inspections.organisations.services import speaks_against

        reference.register()
        speaks_against(issued_since)
