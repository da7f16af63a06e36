"""An accepted correction is looked at again after a while: still fixed, or opened again (domain.md §5.4)."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from viewflow import this
from viewflow.workflow import flow

from inspections.remedies.models import Correction, LookAgain
from workflows.flows.base import LOCK
from workflows.flows.correction import CorrectionFlow, watching_turn
from workflows.models import LookAgainProcess
from workflows.nodes import Step, Turn


def look_of(activation: Any) -> LookAgain:
    look = activation.process.artifact
    assert isinstance(look, LookAgain)
    return look


def look_turn(activation: Any) -> Turn:
    """The turn of the monitor in person; of the body that concluded where he cannot."""
    return watching_turn(look_of(activation).correction, "look_again")


class LookAgainFlow(flow.Flow):
    process_class, lock_impl = LookAgainProcess, LOCK
    process_title = _("Looking again at what was corrected")

    start = flow.StartHandle(this.do_start).Annotation(title=_("Correction accepted")).Next(this.look)
    # the monitor
    look = Step(
        _("Look whether it is still fixed"), "monitor_remedies", "inspections.remedies.forms.LookAgainForm", look_turn
    ).Next(this.looked)
    looked = flow.If(this.is_recurring).Annotation(title=_("Recurring?")).Then(this.open_again).Else(this.end)
    open_again = flow.Function(this.do_open_again).Annotation(title=_("The correction opens again")).Next(this.end)
    end = flow.End().Annotation(title=_("Looked at"))

    def do_start(self, activation: Any, look: LookAgain) -> Any:
        activation.process.artifact = look
        return activation.process

    def is_recurring(self, activation: Any) -> bool:
        return look_of(activation).verdict == LookAgain.Verdict.RECURRING

    def do_open_again(self, activation: Any) -> None:
        correction = Correction.objects.get(pk=look_of(activation).correction_id)
        CorrectionFlow.start.run(correction=correction)


def look_later(correction: Correction) -> None:
    """Begins the second look at a correction just accepted, where one was set. Inside the accepting step."""
    look = correction.looks.filter(judged_at__isnull=True).first()
    if look is not None:
        LookAgainFlow.start.run(look=look)
