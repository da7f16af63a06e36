from django.apps import AppConfig


class WorkflowsConfig(AppConfig):
    name = "workflows"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from inspections.reports.queries.pictures import register_steps
        from permissions import grants
        from workflows import access, starts, step_times

        access.register()
        grants.follow(starts.follow_people)
        register_steps(step_times.step_days)
        step_times.offer()
