from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    name = "inspections.meetings"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from inspections.calendars.models import Duty
        from inspections.deadlines.access import owed_by, seen_by_person
        from inspections.deadlines.services import due_is_copied
        from inspections.meetings import access, imports, reminding
        from inspections.meetings.models import CARRY_OUT, HOLD_MEETING, Meeting, ResolutionItem
        from inspections.meetings.services import passing

        access.register()
        reminding.register()
        imports.register()
        # a meeting is held in its month: there is no asking for another day
        owed_by(Meeting, lambda meeting, duty: None if duty == HOLD_MEETING else ("keep_meetings", meeting))
        owed_by(ResolutionItem, lambda item, duty: ("keep_meetings", item))
        seen_by_person(ResolutionItem, access.own_assignments)
        due_is_copied(Meeting, Duty.UPLOAD_MEETING, "upload_due_on")
        due_is_copied(ResolutionItem, CARRY_OUT, "due_on")
        passing.register()
