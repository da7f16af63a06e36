from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RemediesConfig(AppConfig):
    name = "inspections.remedies"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from inspections.cases.services.succession import holds_cases, pass_cases
        from inspections.deadlines.access import owed_by
        from inspections.deadlines.services import due_is_copied
        from inspections.organisations.services import (
            Estate,
            is_named_in,
            must_be_over_first,
            passes_on,
            path_is_copied,
        )
        from inspections.remedies import access, imports, reference, reminding
        from inspections.remedies.models import CORRECT, Correction
        from inspections.remedies.services import succession

        access.register()
        reference.register()
        reminding.register()
        owed_by(Correction, access.right_of_owner)
        due_is_copied(Correction, CORRECT, "due_on")
        imports.register()
        path_is_copied(Correction, "org_path", _("Open corrections"), Correction.objects.watched)
        must_be_over_first(_("These corrections have to be accepted first: %(things)s."), access.open_corrections_of)
        must_be_over_first(_("It still judges corrections of these cases: %(things)s."), access.closed_cases_judged_by)
        passes_on(Estate("corrections", _("Corrections"), access.open_corrections_of, succession.pass_corrections))
        passes_on(Estate("judged", _("Closed cases it still judges"), access.closed_cases_judged_by, pass_cases))
        holds_cases(access.cases_of_corrections)
        holds_cases(access.closed_cases_judged_by)
        is_named_in(succession.also_by_name)
