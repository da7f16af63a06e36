from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorkflowsConfig(AppConfig):
    name = "workflows"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from inspections.cases.services.succession import holds_cases
        from inspections.checks.tables import declare
        from inspections.deadlines.services import lapse_is_followed_by
        from inspections.organisations.services import Estate, Place, passes_on
        from inspections.remedies.imports.services import follow
        from inspections.reports.queries.pictures import register_steps
        from inspections.schemes.services import reviews
        from permissions import grants
        from workflows import access, checks, deeds, starts, step_times
        from workflows.flows.extension import end_lapsed

        access.register()
        declare(checks.CHECKS)
        grants.follow(starts.follow_people)
        register_steps(step_times.step_days)
        deeds.offer()
        passes_on(
            Estate(
                "work",
                _("Open work"),
                starts.open_work_of,
                starts.pass_on_work,
                Place.WORK,
                hold=starts.hold_work,
            )
        )
        holds_cases(starts.cases_asked_about)
        lapse_is_followed_by(end_lapsed)
        follow(runs=starts.run_from_book, ends=starts.end_from_book)
        reviews.follow(runs=starts.run_review, ends=starts.end_review, holds=starts.hold_review_work)
