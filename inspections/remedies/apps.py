from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RemediesConfig(AppConfig):
    name = "inspections.remedies"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from inspections.deadlines.access import owed_by
        from inspections.deadlines.services import due_is_copied
        from inspections.organisations.services import must_be_over_first, path_is_copied
        from inspections.remedies import access
        from inspections.remedies.clocks import CORRECT
        from inspections.remedies.models import Correction

        access.register()
        owed_by(Correction, access.right_of_owner)
        due_is_copied(Correction, CORRECT, "due_on")
        path_is_copied(Correction, "org_path")
        must_be_over_first(_("These corrections have to be accepted first: %(things)s."), access.open_corrections_of)
