from django.apps import AppConfig


class MembersConfig(AppConfig):
    name = "inspections.members"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from inspections.members import access, imports
        from inspections.members.services import passing

        access.register()
        passing.register()
        imports.register()
