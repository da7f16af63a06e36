from django.apps import AppConfig


class MembersConfig(AppConfig):
    name = "inspections.members"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from inspections.members import access, passing

        access.register()
        passing.register()
