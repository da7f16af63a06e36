from django.apps import AppConfig


class RemindersConfig(AppConfig):
    name = "inspections.reminders"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from inspections.reminders import access, reference

        access.register()
        reference.register()
