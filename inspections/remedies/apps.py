from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RemediesConfig(AppConfig):
    name = "inspections.remedies"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from inspections.organisations.services import must_be_over_first, path_is_copied
        from inspections.remedies import access, imports
        from inspections.remedies.models import Correction

        access.register()
        imports.register()
        path_is_copied(Correction, "org_path")
        must_be_over_first(_("These corrections have to be accepted first: %(things)s."), access.open_corrections_of)
