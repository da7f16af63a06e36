from django.apps import AppConfig


class RemindersConfig(AppConfig):
    name = "inspections.reminders"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from inspections.deadlines.services import lapse_is_followed_by
        from inspections.reminders import access, reference
        from inspections.reminders.services.lapsed import tell_of_lapse

        access.register()
        lapse_is_followed_by(tell_of_lapse)
        reference.register()
