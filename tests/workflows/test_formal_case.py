"""The formal graph, step by step and by its ways back and out."""

from inspections.cases.models import Case
from inspections.remedies.models import Correction
from project.demo import stories
from project.demo.drive import open_steps


def test_whole_course(cast):
    case = stories.run_to_notice(cast, "Thiếu sinh hoạt chuyên đề quý II.", "Nghị quyết chưa phân công cụ thể.")
    assert case.stage == Case.Stage.NOTIFIED
    assert Correction.objects.count() == 2
    assert open_steps(case) == ["announce_notice", "plan", "plan"]
    stories.closed(cast, case)
    case.refresh_from_db()
    assert case.stage == Case.Stage.CLOSED
    assert open_steps(case) == ["plan", "plan"]
