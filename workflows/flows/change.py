"""A change of team, content or time, asked by the team, decided by the body that ordered the case (domain.md §4.1)."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from viewflow import this
from viewflow.workflow import flow

from inspections.cases.models import ChangeRequest
from workflows.flows.base import LOCK
from workflows.models import ChangeProcess
from workflows.nodes import Step, Turn


def change_turn(activation: Any) -> Turn:
    """The turn of the body that ordered the case which is to change."""
    change = activation.process.artifact
    assert isinstance(change, ChangeRequest)
    return Turn(about=change, case=change.case, organisation=change.case.organisation)


class ChangeFlow(flow.Flow):
    process_class, lock_impl = ChangeProcess, LOCK
    process_title = _("Changing a running case")

    start = flow.StartHandle(this.do_start).Annotation(title=_("Asked for")).Next(this.decide)
    decide = Step(
        _("Decide on the change"), "decide_change", "inspections.cases.forms.DecideChangeForm", change_turn
    ).Next(this.end)
    end = flow.End().Annotation(title=_("Decided"))

    def do_start(self, activation: Any, change: ChangeRequest) -> Any:
        activation.process.artifact = change
        return activation.process
