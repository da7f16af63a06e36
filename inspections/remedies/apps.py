from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RemediesConfig(AppConfig):
    name = "inspections.remedies"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from inspections.cases.services.succession import pass_cases
        from inspections.organisations.services import (
            Estate,
            is_named_in,
            must_be_over_first,
            passes_on,
            path_is_copied,
        )
        from inspections.remedies import access, services
        from inspections.remedies.models import Correction

        access.register()
        path_is_copied(Correction, "org_path")
        must_be_over_first(_("These corrections have to be accepted first: %(things)s."), access.open_corrections_of)
        passes_on(Estate("corrections", _("Corrections"), access.open_corrections_of, services.pass_corrections))
        passes_on(Estate("judged", _("Closed cases it still judges"), access.closed_cases_judged_by, pass_cases))
        is_named_in(services.also_by_name)
