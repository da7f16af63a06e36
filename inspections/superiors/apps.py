from django.apps import AppConfig


class SuperiorsConfig(AppConfig):
    name = "inspections.superiors"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from inspections.deadlines.access import owed_by, seen_beside
        from inspections.deadlines.services import due_is_copied
        from inspections.meetings.pages.showing import shown_beside
        from inspections.meetings.services.common import after_roll_call
        from inspections.organisations.services import path_is_copied
        from inspections.reports.access import seen_beside as report_seen_beside
        from inspections.reports.pages import board as leaders_board
        from inspections.superiors import access, measures, reference, reminding
        from inspections.superiors.models import ANSWER_REMARK, RegularSupervision, Remark
        from inspections.superiors.pages.on_leaders_board import beside_board
        from inspections.superiors.pages.showing import beside_meeting
        from inspections.superiors.services import passing
        from inspections.superiors.services.runs import recount_runs

        access.register()
        measures.register()
        reference.register()
        reminding.register()
        passing.register()
        seen_beside(Remark, access.clocks_followed)
        report_seen_beside(access.visible_asked_reports)
        owed_by(Remark, lambda remark, duty: ("keep_meetings", remark))
        due_is_copied(Remark, ANSWER_REMARK, "answer_by")
        path_is_copied(RegularSupervision, "org_path")
        after_roll_call(recount_runs)
        shown_beside(beside_meeting)
        leaders_board.shown_beside(beside_board)
