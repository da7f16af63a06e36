from django.apps import AppConfig


class WorkflowsConfig(AppConfig):
    name = "workflows"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from inspections.checks.tables import declare
        from permissions import grants
        from workflows import access, checks, starts

        access.register()
        declare(checks.CHECKS)
        grants.follow(starts.follow_people)
