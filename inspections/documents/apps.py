from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "inspections.documents"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from inspections.documents import reference

        reference.register()
