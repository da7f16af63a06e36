"""Whose turn a step is, in words: over a column of the drawings, and in a sentence of the pages."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from workflows.flows import base, change, correction, extension, look_again, programme, scheme_review, suspension


@dataclass(frozen=True)
class Side:
    """lane: over the column of its steps. whose: in a sentence."""

    lane: Any
    whose: Any


TURNS: dict[Callable[..., Any], Side] = {
    base.team_turn: Side(_("Team"), _("the team, or the cell itself where there is none")),
    base.subject_turn: Side(_("Subject"), _("the subject")),
    base.body_turn: Side(_("Ordered by"), _("the body that orders the case")),
    base.office_turn: Side(_("Office of the committee"), _("the office of the committee")),
    change.change_turn: Side(_("Ordered by"), _("the body that ordered the case")),
    extension.deciding_turn: Side(_("Who decides"), _("the body that decides on the time limit")),
    correction.doer_turn: Side(_("Who corrects"), _("who must correct")),
    correction.monitor_turn: Side(_("Monitor"), _("the monitor")),
    look_again.look_turn: Side(_("Monitor"), _("the monitor")),
    suspension.ending_turn: Side(_("Ordered by"), _("the body that suspended the member")),
    scheme_review.keeping_turn: Side(_("Who keeps the scheme"), _("who keeps the scheme")),
    programme.programme_turn: Side(_("Body"), _("the body whose programme it is")),
}
