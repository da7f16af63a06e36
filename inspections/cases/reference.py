"""The reference tables of cases: kinds, papers, procedures, teams, majorities (domain.md §2.2, §3, §4)."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inspections.cases.models import CaseKind, Majority, PaperKind, Procedure, ProcedureStep, TeamLimit
from inspections.cases.words import STEPS
from inspections.reference.tables import Ends, Table, declare

BY_CODE = gettext_lazy("The program refers to the code, so it stays as it was given.")
COURSE_STAYS = gettext_lazy("Cases that run keep their course; what is asked of a step counts when the step is done.")


def kinds() -> list[tuple[str, Any]]:
    """The kinds of work by code."""
    return [(one.code, one.name) for one in CaseKind.objects.all()]


def _check_procedure(row: Procedure) -> None:
    is_of_cell = row.body == Procedure.Body.CELL
    if is_of_cell != (row.flow == Procedure.Flow.CELL):
        raise ValidationError(
            {"flow": _("A cell's case takes the course of cells, that of a committee the formal one.")}
        )
    if row.flow == Procedure.Flow.FORMAL and not row.needs_team:
        raise ValidationError({"needs_team": _("The formal course is carried out by a team.")})


def _check_team_limit(row: TeamLimit) -> None:
    if row.at_most is not None and row.at_most < row.at_least:
        raise ValidationError({"at_most": _("This is less than the least.")})
    if row.level is None and TeamLimit.objects.filter(level=None).exclude(pk=row.pk).exists():
        raise ValidationError({"level": _("There is a row for all other levels already.")})


def register() -> None:
    declare(
        [
            Table(
                code="case-kinds",
                label=gettext_lazy("Kinds of work"),
                about=gettext_lazy("The kinds of inspection and supervision that programmes plan and cases carry out."),
                model=CaseKind,
                shown=("code", "name", "nature", "has_case"),
                fixed=("code", "nature"),
                why_fixed=BY_CODE,
                editable=("name", "has_case", "is_active"),
                ends=Ends.NOT_CHOSEN,
                effect=gettext_lazy("Lines and cases of a kind that can no longer be chosen go on to their end."),
            ),
            Table(
                code="paper-kinds",
                label=gettext_lazy("Kinds of paper"),
                about=gettext_lazy("The papers of a dossier: who sees them, and which a team adds at any time."),
                model=PaperKind,
                shown=("name", "is_for_subject", "is_free", "needs_day"),
                fixed=("code", "is_for_subject"),
                why_fixed=gettext_lazy(
                    "The program refers to the code; whether the subject sees a kind of paper would open or close "
                    "every paper that is there at once. So both stay as they were given."
                ),
                editable=("name", "is_free", "needs_day", "is_active"),
                ends=Ends.NOT_CHOSEN,
                effect=gettext_lazy("Papers that are there stay as they are."),
            ),
            Table(
                code="procedures",
                label=gettext_lazy("Procedures"),
                about=gettext_lazy(
                    "How a kind of work is carried out by a kind of body, and what its dossier must hold."
                ),
                model=Procedure,
                shown=("kind", "body", "flow", "legal_basis", "needs_team", "is_available"),
                fixed=("kind", "body", "flow"),
                why_fixed=gettext_lazy(
                    "Cases run by a procedure, so its kind, body and course stay as they were given. A new procedure "
                    "comes with the program, together with its steps and their clocks."
                ),
                may_add=False,
                editable=("legal_basis", "needs_team", "dossier", "is_available"),
                ends=Ends.NOT_CHOSEN,
                active="is_available",
                related=("kind",),
                check=_check_procedure,
                effect=COURSE_STAYS,
            ),
            Table(
                code="procedure-steps",
                label=gettext_lazy("Steps of procedures"),
                about=gettext_lazy(
                    "Which paper has to be there before a step of a procedure ends, and the time limit it runs under."
                ),
                model=ProcedureStep,
                rows=lambda rows: rows.filter(step__in=STEPS),
                shown=("procedure", "step", "needs_paper", "clock"),
                fixed=("procedure", "step", "clock"),
                why_fixed=gettext_lazy(
                    "The course is drawn with its steps, so a row stays with its step. The steps of a new procedure "
                    "come with the program."
                ),
                may_add=False,
                editable=("needs_paper",),
                ends=Ends.NEVER,
                related=("procedure__kind", "needs_paper"),
                choices=lambda: {"step": list(STEPS.items())},
                effect=COURSE_STAYS,
            ),
            Table(
                code="team-limits",
                label=gettext_lazy("Limits of team size"),
                about=gettext_lazy("How many people a team may have; the row without a level is for all others."),
                model=TeamLimit,
                shown=("level", "at_least", "at_most", "source", "certainty"),
                fixed=("level",),
                why_fixed=gettext_lazy("A limit belongs to its level."),
                editable=("at_least", "at_most", "source", "certainty"),
                ends=Ends.TAKEN_OUT,
                related=("level",),
                check=_check_team_limit,
                effect=gettext_lazy("Teams that are signed stay; the next change of a team keeps the new limits."),
            ),
            Table(
                code="majorities",
                label=gettext_lazy("Majorities of sittings"),
                about=gettext_lazy(
                    "How many members of a body have to be present, and to vote for it, so that it concludes."
                ),
                model=Majority,
                shown=("body", "present_share", "votes_share", "source", "certainty", "valid_from", "valid_to"),
                fixed=("body",),
                why_fixed=gettext_lazy("A majority belongs to its kind of body."),
                editable=(
                    "present_parts",
                    "present_of",
                    "present_is_above",
                    "votes_parts",
                    "votes_of",
                    "votes_is_above",
                    "source",
                    "certainty",
                    "valid_from",
                    "valid_to",
                ),
                ends=Ends.ON_A_DAY,
                effect=gettext_lazy("It counts for sittings held from its first to its last day."),
            ),
        ]
    )
