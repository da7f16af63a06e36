"""What every verb of a case does first and last."""

import datetime
from collections.abc import Collection, Iterable
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from inspections.cases.models import Case, CaseSubject, Paper, PaperKind, ProcedureStep
from inspections.cases.services.impartial import require_impartial
from inspections.documents.queries import issued_about
from inspections.documents.services import attach
from inspections.organisations.models import FormerName, PassedItem, User
from inspections.organisations.text import fold
from permissions import policy
from permissions.verdicts import Allowed, NotNow


def has_team(case: Case) -> bool:
    """Whether people have parts in the team, so that case verbs are theirs; a cell may do without (domain.md §4.4)."""
    return case.participants.filter(part="leader").exists()


def acting_verb(case: Case, verb: str) -> str:
    """The verb that a step of the team asks for: the team's own, or the cell's where it has no team."""
    return verb if has_team(case) else "run_own_case"


def locked_case(pk: int) -> Case:
    """The case, locked to the end of the transaction, with what nearly every verb reads of it."""
    rows = Case.objects.select_related("kind", "procedure", "organisation__type__level")
    return rows.select_for_update(of=("self",)).get(pk=pk)


def begin(
    case: Case,
    *,
    acting_user: User,
    verb: str,
    stages: Collection[str],
    now: datetime.datetime,
    about: Any = None,
) -> tuple[Case, Allowed]:
    """Locks the case, asks the policy about `verb` (on `about`, by default the case), for ties, checks the stage.

    Raises Refused, NotNow."""
    case = locked_case(case.pk)
    allowed = policy.require(acting_user, verb, about if about is not None else case, now)
    require_impartial(case, allowed, now)
    if case.stage not in stages:
        raise NotNow(
            _("The case is at “%(stage)s”, so this cannot be done now. Open the case page to see whose turn it is.")
            % {"stage": case.get_stage_display()}
        )
    return case, allowed


def begin_for_team(
    case: Case, acting_user: User, verb: str, stages: Iterable[str], now: datetime.datetime
) -> tuple[Case, Allowed]:
    """As `begin`, for a step of the team, or of the cell where there is none."""
    return begin(case, acting_user=acting_user, verb=acting_verb(case, verb), stages=list(stages), now=now)


def move(case: Case, stage: str, now: datetime.datetime, **facts: Any) -> None:
    """Writes the new stage with the facts that came with it."""
    case.stage, case.stepped_at = stage, max(case.stepped_at, now)
    for name, value in facts.items():
        setattr(case, name, value)
    case.save(update_fields=["stage", "stepped_at", *facts])


def write_paper(
    case: Case,
    kind: str,
    *,
    acting_user: User,
    now: datetime.datetime,
    body: str = "",
    files: Iterable[Any] = (),
    subject: CaseSubject | None = None,
    held_on: datetime.date | None = None,
    place: str = "",
    attendees: str = "",
    released: bool = False,
    reason: str = "",
) -> Paper:
    """Adds a paper to the case as the next version of its kind (for its subject); reason: why. Part of a verb."""
    uploads = list(files)
    last = Paper.objects.filter(case=case, kind__code=kind, subject=subject).aggregate(last=Max("version"))["last"]
    paper = Paper.objects.create(
        case=case,
        kind=PaperKind.objects.get(code=kind),
        subject=subject,
        version=(last or 0) + 1,
        body=body.strip(),
        held_on=held_on,
        place=place.strip(),
        attendees=attendees.strip(),
        reason=reason.strip(),
        written_by=acting_user,
        written_at=now,
        released_at=now if released else None,
    )
    attach(uploads, item=paper, acting_user=acting_user, now=now)
    return paper


def search_text(case: Case) -> str:
    """What the case is found by: the numbers of decision and plan, content, kind, subjects, ordering body."""
    numbers = " ".join(document.full_number for document in issued_about(case))
    subjects = " ".join(str(subject) for subject in case.subjects.select_related("organisation", "person"))
    names = " ".join(_other_names(case)) if case.pk else ""
    return fold(f"{numbers} {case.kind.code} {case.kind.name} {case.content} {subjects} {case.organisation} {names}")


def _other_names(case: Case) -> list[str]:
    """The former names of who carries the case out and of whom it is about, and the names of those from whom and to
    whom it or its subjects passed. One query."""
    theirs = [case.organisation_id, *case.subjects.values_list("organisation", flat=True)]
    former = FormerName.objects.order_by().filter(organisation__in=theirs).values_list("name", flat=True)
    rows = PassedItem.objects.order_by().filter(
        Q(item_type=ContentType.objects.get_for_model(Case), item_id=case.pk)
        | Q(item_type=ContentType.objects.get_for_model(CaseSubject), item_id__in=case.subjects.values("pk"))
    )
    old = rows.values_list("part__succession__organisation__name", flat=True)
    return list(former.union(old, rows.values_list("part__successor__name", flat=True)))


def require_text(field: str, text: str) -> str:
    """The text without blanks at its ends. Raises ValidationError when there is none."""
    stripped = text.strip()
    if not stripped:
        raise ValidationError({field: _("Write something here.")})
    return stripped


def check_not_future(field: str, day: datetime.date, today: datetime.date) -> None:
    """Raises ValidationError when what has happened is dated in the future."""
    if day > today:
        raise ValidationError({field: _("This day is in the future; enter the day on which it took place.")})


def check_took_place(case: Case, field: str, day: datetime.date, today: datetime.date) -> None:
    """Raises ValidationError when what belongs to the running case is dated in the future or before its decision."""
    check_not_future(field, day, today)
    if case.signed_at is not None and day < timezone.localdate(case.signed_at):
        raise ValidationError({field: _("This is before the decision was signed.")})


def check_follows(field: str, day: datetime.date, before: datetime.date | None, what: Any) -> None:
    """Raises ValidationError when the day is before the day of `what`, which comes first. None: not known."""
    if before is not None and day < before:
        raise ValidationError(
            {field: _("This is before %(what)s on %(day)s.") % {"what": what, "day": before.strftime("%d/%m/%Y")}}
        )


def missing_paper(case: Case, step: str) -> PaperKind | None:
    """The paper that the procedure asks for before the step ends and that is not there.

    Minutes that name subjects have to be there for every subject; those of all count for all."""
    rules = ProcedureStep.objects.filter(procedure_id=case.procedure_id, step=step, needs_paper__isnull=False)
    rule = rules.select_related("needs_paper").first()
    if rule is None or rule.needs_paper is None:
        return None
    about = set(case.papers.filter(kind=rule.needs_paper).values_list("subject", flat=True))
    subjects = set(case.subjects.values_list("pk", flat=True))
    return None if None in about or (about and subjects <= about) else rule.needs_paper


def check_paper(case: Case, step: str) -> None:
    """Raises ValidationError when the paper that the procedure asks for before the step ends is missing."""
    missing = missing_paper(case, step)
    if missing is not None:
        raise ValidationError(
            _(
                "The procedure asks for this paper first, with every subject: %(paper)s. "
                "Add it on the papers page of the case."
            )
            % {"paper": missing}
        )
