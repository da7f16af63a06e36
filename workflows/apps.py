from django.apps import AppConfig


class WorkflowsConfig(AppConfig):
    name = "workflows"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from inspections.remedies.imports.services import follow
        from permissions import grants
        from workflows import access, starts

        access.register()
        grants.follow(starts.follow_people)
        follow(runs=starts.run_from_book, ends=starts.end_from_book)
