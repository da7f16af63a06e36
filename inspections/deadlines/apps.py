from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeadlinesConfig(AppConfig):
    name = "inspections.deadlines"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from inspections.calendars.changes import clocks_are_counted_by
        from inspections.deadlines import access
        from inspections.deadlines.models import Deadline
        from inspections.deadlines.queries import in_the_record
        from inspections.deadlines.services import follow_a_move, live_clocks_of, pass_on, recounting
        from inspections.organisations.services import Estate, Place, follows_a_move, passes_on, path_is_copied
        from permissions.audit import also_told_by

        access.register()
        also_told_by(in_the_record)
        clocks_are_counted_by(recounting)
        path_is_copied(Deadline, "org_path", _("Running deadlines"), Deadline.objects.live)
        # stretches keep the place of their time, so a board of a past day stands in the tree of that day
        follows_a_move(follow_a_move)
        # the clocks of what passes go with it; the rest
        passes_on(
            Estate(
                "clocks",
                _("Deadlines"),
                live_clocks_of,
                lambda share: pass_on(share.old, share.new, now=share.now),
                Place.CLOCKS,
            )
        )
