"""Forms of reviews: planned, given another day, held."""

import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inspections.forms import VerbForm, Watched, files_field, last_entry_about
from inspections.organisations.models import User
from inspections.schemes.forms.common import long_text
from inspections.schemes.models import Review, Scheme
from inspections.schemes.queries.figures import year_shown
from inspections.schemes.queries.reviews import gathered
from inspections.schemes.services import reviews
from permissions.models import AuditEntry


class PlanReviewForm(VerbForm):
    kind = forms.ChoiceField(label=_("Kind"), choices=Review.Kind.choices, widget=forms.RadioSelect)
    year = forms.IntegerField(label=_("Year whose figures it gathers"), min_value=2000, max_value=2100)
    due_on = forms.DateField(label=_("To be held by"), help_text=_("It comes to the work lists, with reminders."))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["year"].initial = year_shown(self.target, timezone.localdate(self.now))

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        return reviews.plan_review(acting_user=acting_user, scheme=self.target, now=now, **self.cleaned_data)


class MoveReviewForm(VerbForm):
    due_on = forms.DateField(label=_("To be held by"))
    reason = long_text(_("Why the day is moved"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["due_on"].initial = self.target.due_on

    def watched(self) -> Watched:
        fresh = Review.objects.get(pk=self.target.pk)
        return {"due_on": (self.fields["due_on"].label, fresh.due_on.strftime("%d/%m/%Y"))}

    def watched_row(self) -> Scheme | None:
        # whose lock comes before that of all rows of it
        return self.target.scheme

    def last_change(self) -> AuditEntry | None:
        return last_entry_about(self.target, self.target.scheme.organisation)

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        return reviews.move_review(acting_user=acting_user, review=self.target, now=now, **self.cleaned_data)


class HoldReviewForm(VerbForm):
    """The step of the flow: the target review is held, with the figures as they are counted then."""

    known_template = "schemes/known_review.html"
    held_on = forms.DateField(label=_("Held on"))
    assessment = long_text(_("How the scheme is carried out"), 6)
    good_models = long_text(_("Good models to spread"), 5, required=False)
    lessons = long_text(_("Lessons"), 5, required=False)
    files = files_field(_("The report as a file"))  # type: ignore[assignment]

    def known(self) -> dict[str, Any]:
        return gathered(self.target, self.user, timezone.localdate(self.now))

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        given = dict(self.cleaned_data)
        files = given.pop("files")
        return reviews.hold_review(
            acting_user=acting_user, review=self.target, held=reviews.Held(**given), files=files, now=now
        )
