from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class CasesConfig(AppConfig):
    name = "inspections.cases"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from inspections.calendars.tables import kinds_come_from
        from inspections.cases import access, reference, reminding
        from inspections.cases.models import Case, CaseSubject, Suspension
        from inspections.cases.pages import beside_meeting
        from inspections.cases.services import succession
        from inspections.cases.services.common import acting_verb
        from inspections.cases.services.fieldwork import subject_verb
        from inspections.cases.services.in_meetings import keep_agreeing
        from inspections.deadlines.access import owed_by
        from inspections.meetings.pages.showing import shown_beside
        from inspections.meetings.services.common import after_roll_call
        from inspections.organisations.services import (
            Estate,
            is_named_in,
            must_be_over_first,
            passes_on,
            path_is_copied,
        )

        access.register()
        owed_by(Case, lambda case, duty: (acting_verb(case, "request_change"), case))
        owed_by(CaseSubject, lambda subject, duty: (subject_verb(subject, "submit_self_report"), subject))
        owed_by(Suspension, lambda suspension, duty: ("propose_case", suspension))
        reference.register()
        reminding.register()
        kinds_come_from(reference.kinds)
        path_is_copied(Case, "org_path", _("Cases it carries out"), access.open_cases)
        must_be_over_first(_("Conclude or stop these cases first: %(things)s."), access.open_cases_of)
        must_be_over_first(_("End these suspensions first: %(things)s."), access.open_suspensions_of)
        passes_on(
            Estate(
                "cases",
                _("Cases it carries out"),
                access.open_orders_of,
                succession.pass_cases,
                problem=succession.problem_of_cases,
                hold=succession.hold_cases,
            )
        )
        passes_on(
            Estate(
                "subjects",
                _("Cases about it or its members"),
                access.open_subjects_of,
                succession.pass_subjects,
                tell=lambda subject: f"{subject.case}: {subject}",
            )
        )
        after_roll_call(keep_agreeing)
        shown_beside(beside_meeting)
        is_named_in(succession.also_by_name)
        post_migrate.connect(make_verbs, sender=self)


def make_verbs(**kwargs: Any) -> None:
    """Every verb on cases has its permission row before the first team is formed."""
    from inspections.cases.models import Case
    from permissions.catalogue import CASE_VERBS
    from permissions.grants import make_permissions

    make_permissions(Case, CASE_VERBS)
