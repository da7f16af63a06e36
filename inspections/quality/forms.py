"""The forms of the checklist and the sample."""

import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from inspections.calendars.models import LegalInstrument
from inspections.cases.forms import long_text
from inspections.cases.models import Case, CaseSubject
from inspections.findings.forms import FindingForm
from inspections.findings.services.findings import FindingFacts
from inspections.forms import VerbForm, Watched
from inspections.organisations.models import User
from inspections.organisations.text import on_paper
from inspections.quality.models import Checklist, ChecklistItem, DrawRule, Sample, SampledMeeting, Verdict
from inspections.quality.queries.lists import latest_checklist, latest_sample, newest_judgements
from inspections.quality.queries.showing import evidence_of, shown_items
from inspections.quality.services import checklists, samples


class DrawUpForm(VerbForm):
    """Draws up the checklist of a subject; sent from a page that shows the last one."""

    target: CaseSubject

    def watched(self) -> Watched:
        last = latest_checklist(self.target)
        return {"checklist": (_("checklist"), str(last.number if last is not None else 0))}

    def watched_row(self) -> Case:
        return self.target.case

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Checklist:
        last = latest_checklist(self.target)
        after = last.number if last is not None else 0
        return checklists.draw_up(acting_user=acting_user, subject=self.target, after=after, now=now)


class JudgeForm(VerbForm):
    """A verdict and a note a line of the newest checklist; lines left without a verdict wait."""

    template_name = "quality/judge_form.html"
    target: Checklist

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.lines = shown_items(self.user, self.target)
        for one in self.lines:
            judged = one.judgement
            self.fields[f"verdict_{one.item.pk}"] = forms.ChoiceField(
                label=_("Verdict"),
                choices=Verdict.choices,
                widget=forms.RadioSelect,
                required=False,
                # the record says something else since: it is judged anew, not waved through
                initial=judged.verdict if judged and not one.is_stale else None,
            )
            self.fields[f"note_{one.item.pk}"] = long_text(
                _("Note"),
                required=False,
                widget=forms.Textarea(attrs={"rows": 2}),
                initial=judged.note if judged else "",
            )

    def rows(self) -> list[dict[str, Any]]:
        """A line with its fields, for the template."""
        return [
            {"line": one, "fields": [self[f"{name}_{one.item.pk}"] for name in ("verdict", "note")]}
            for one in self.lines
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        last = latest_checklist(self.target.subject)
        if last is not None and last.pk != self.target.pk:
            self.add_error(None, _("The checklist was drawn up again since: copy what you typed into the newest one."))
        for one in self.lines:
            key = one.item.pk
            kept = one.judgement.note if one.judgement is not None else ""
            if cleaned.get(f"note_{key}", "") not in ("", kept) and not cleaned.get(f"verdict_{key}"):
                self.add_error(f"verdict_{key}", ValidationError(_("Choose a verdict for what you noted.")))
        return cleaned

    def watched(self) -> Watched:
        standing = newest_judgements(self.target)
        return {f"verdict_{one.item.pk}": (one.item.title, _judged(standing.get(one.item.code))) for one in self.lines}

    def watched_row(self) -> Case:
        return self.target.case

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        given = self.cleaned_data
        judged = {
            one.item.pk: checklists.JudgedGiven(given[f"verdict_{one.item.pk}"], given[f"note_{one.item.pk}"])
            for one in self.lines
            if given[f"verdict_{one.item.pk}"]
        }
        return checklists.judge_lines(acting_user=acting_user, checklist=self.target, given=judged, now=now)


def _judged(judgement: Any) -> str:
    return f"{judgement.get_verdict_display()} {judgement.note}".strip() if judgement is not None else ""


class LineFindingForm(FindingForm):
    """A finding begun by a line of a checklist: its wording, the facts and what stands behind them are filled in."""

    def __init__(self, *args: Any, **options: Any) -> None:
        self.item: ChecklistItem = options.pop("item")
        super().__init__(*args, **options)
        for name, value in self._begun().items():
            self.fields[name].initial = value

    def _begun(self) -> dict[str, Any]:
        line, case = self.item.line, self.item.checklist.case
        # a finding is read on paper, in the language of the place
        with on_paper():
            text = evidence_of(self.item)
        on = LegalInstrument.objects.in_force(case.examined_to)
        is_in_force = line.instrument_id is not None and on.filter(pk=line.instrument_id).exists()
        begun: dict[str, Any] = {
            "text": "\n".join(filter(None, (line.wording, text))),
            "responsible": self.item.checklist.subject_id,
            "topic": self.item.title[: self.fields["topic"].max_length],  # type: ignore[attr-defined]
        }
        return begun | ({"instrument": line.instrument_id, "article": line.article} if is_in_force else {})

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        given = dict(self.cleaned_data)
        files = given.pop("files")
        facts = FindingFacts(**given)
        return checklists.record_line_finding(
            acting_user=acting_user, item=self.item, facts=facts, files=files, now=now
        )


class SampleForm(VerbForm):
    """How a sample is drawn; another needs a reason."""

    target: CaseSubject
    rule = forms.ChoiceField(
        label=_("How meetings are chosen"), choices=DrawRule.choices, widget=forms.RadioSelect, initial=DrawRule.RANDOM
    )
    size = forms.IntegerField(
        label=_("How many, or every which"),
        required=False,
        min_value=1,
        max_value=1000,
        help_text=_("Needed at random, for every so many-th, and for the lowest scores; else all are taken."),
    )
    seed = forms.CharField(
        label=_("Seed"),
        required=False,
        max_length=40,
        help_text=_(
            "Any word or number, such as one drawn before witnesses. Empty: the program makes one. It is kept."
        ),
    )
    reason = long_text(_("Why it is drawn again"), widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if latest_sample(self.target) is None:
            del self.fields["reason"]

    def watched(self) -> Watched:
        last = latest_sample(self.target)
        return {"sample": (_("sample"), str(last.number if last is not None else 0))}

    def watched_row(self) -> Case:
        return self.target.case

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Sample:
        given = self.cleaned_data
        last = latest_sample(self.target)
        wish = samples.DrawGiven(given["rule"], given["size"] or 0, given["seed"], given.get("reason", ""))
        after = last.number if last is not None else 0
        return samples.draw_sample(acting_user=acting_user, subject=self.target, given=wish, after=after, now=now)


class ExaminedForm(VerbForm):
    """Which meetings of the newest sample were examined."""

    template_name = "quality/examined_form.html"
    target: Sample

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.drawn: list[SampledMeeting] = list(self.target.meetings.select_related("meeting"))
        for one in self.drawn:
            self.fields[f"examined_{one.pk}"] = forms.BooleanField(
                label=_("examined"), required=False, initial=one.is_examined
            )
            self.fields[f"note_{one.pk}"] = long_text(
                _("Note"), required=False, widget=forms.Textarea(attrs={"rows": 2}), initial=one.note
            )

    def rows(self) -> list[dict[str, Any]]:
        """A meeting with its fields, for the template."""
        return [
            {"drawn": one, "fields": [self[f"{name}_{one.pk}"] for name in ("examined", "note")]} for one in self.drawn
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        last = latest_sample(self.target.subject)
        if last is not None and last.pk != self.target.pk:
            self.add_error(None, _("The sample was drawn again since: copy what you typed into the newest one."))
        return cleaned

    def watched(self) -> Watched:
        fresh = self.target.meetings.select_related("meeting")
        return {f"note_{one.pk}": (one.meeting.told, f"{one.is_examined} {one.note}") for one in fresh}

    def watched_row(self) -> Case:
        return self.target.case

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        given = self.cleaned_data
        noted = {
            one.pk: samples.ExaminedGiven(given[f"examined_{one.pk}"], given[f"note_{one.pk}"]) for one in self.drawn
        }
        return samples.note_examined(acting_user=acting_user, sample=self.target, given=noted, now=now)
