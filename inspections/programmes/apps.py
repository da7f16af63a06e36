from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProgrammesConfig(AppConfig):
    name = "inspections.programmes"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from inspections.organisations.services import Estate, must_be_over_first, passes_on
        from inspections.programmes import access, imports, services

        access.register()
        imports.register()
        must_be_over_first(_("Adopt or give up these programmes first: %(things)s."), access.unfinished_programmes_of)
        passes_on(Estate("lines", _("Lines of programmes"), access.open_lines_about, services.pass_lines))
