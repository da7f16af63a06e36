"""A review of a scheme is planned, and held by its day (domain.md §7)."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from viewflow import this
from viewflow.workflow import flow

from inspections.schemes.models import Review
from workflows.flows.base import LOCK
from workflows.models import SchemeReviewProcess
from workflows.nodes import Step, Turn


def keeping_turn(activation: Any) -> Turn:
    """The turn of whoever made the scheme, under the clock of the review."""
    review = activation.process.artifact
    assert isinstance(review, Review)
    return Turn(about=review, organisation=review.scheme.organisation)


class SchemeReviewFlow(flow.Flow):
    process_class, lock_impl = SchemeReviewProcess, LOCK
    process_title = _("Review of a scheme")

    start = flow.StartHandle(this.do_start).Annotation(title=_("Planned")).Next(this.hold_review)
    hold_review = Step(
        _("Hold the review of the scheme"),
        "keep_schemes",
        "inspections.schemes.forms.reviews.HoldReviewForm",
        keeping_turn,
    ).Next(this.end)
    end = flow.End().Annotation(title=_("Held"))

    def do_start(self, activation: Any, review: Review) -> Any:
        activation.process.artifact = review
        return activation.process
