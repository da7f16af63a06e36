"""A programme on its way from the draft to the adoption (domain.md §3)."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from viewflow import this
from viewflow.workflow import flow

from inspections.programmes.models import Programme
from workflows.flows.base import LOCK
from workflows.models import ProgrammeProcess
from workflows.nodes import Step, Turn

FORMS = "inspections.programmes.forms"
State = Programme.State


def programme_of(activation: Any) -> Programme:
    programme = activation.process.artifact
    assert isinstance(programme, Programme)
    return programme


def programme_turn(activation: Any) -> Turn:
    programme = programme_of(activation)
    return Turn(about=programme, organisation=programme.organisation)


class ProgrammeFlow(flow.Flow):
    process_class, lock_impl = ProgrammeProcess, LOCK
    process_title = _("Programme of a year or a term")

    start = flow.StartHandle(this.do_start).Annotation(title=_("Begun")).Next(this.draft)
    draft = Step(_("Write the programme and submit it"), "draft_programme", f"{FORMS}.SubmitForm", programme_turn).Next(
        this.submitted
    )
    submitted = flow.If(this.is_submitted).Annotation(title=_("Submitted?")).Then(this.adopt).Else(this.end)
    adopt = Step(_("Adopt the programme"), "adopt_programme", f"{FORMS}.AdoptForm", programme_turn).Next(this.adopted)
    adopted = flow.If(this.is_adopted).Annotation(title=_("Adopted?")).Then(this.end).Else(this.draft)
    end = flow.End().Annotation(title=_("Done"))

    def do_start(self, activation: Any, programme: Programme) -> Any:
        activation.process.artifact = programme
        return activation.process

    def is_submitted(self, activation: Any) -> bool:
        return programme_of(activation).state == State.SUBMITTED

    def is_adopted(self, activation: Any) -> bool:
        return programme_of(activation).state == State.ADOPTED
