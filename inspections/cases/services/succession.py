"""Cases pass to the successor of who carries them out, and of whom they are about, as they are."""

from collections.abc import Callable

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from inspections.cases.access import open_cases_of, open_orders_of
from inspections.cases.models import Case, CaseSubject, Suspension
from inspections.cases.services.opening import body_of
from inspections.deadlines.services import pass_on
from inspections.organisations.models import Organisation
from inspections.organisations.queries import passed_to
from inspections.organisations.services import Share, also_found_by


def pass_cases(share: Share) -> None:
    """The successor carries the cases out from now on; team, numbers and clocks stay. Part of a verb."""
    rows = Case.objects.filter(pk__in=[case.pk for case in share.rows])
    rows.update(organisation=share.new, org_path=share.new.path)
    also_found_by(rows, share.new.name)
    suspended = Suspension.objects.filter(subject__case__in=rows, ended_at__isnull=True)
    about = [*share.rows, *suspended]
    pass_on(share.old, share.new, about=about, watched_in=[case.pk for case in share.rows], now=share.now)


def problem_of_cases(share: Share) -> str:
    """Why the successor cannot carry the cases out: their course is that of another kind of body."""
    if body_of(share.old) == body_of(share.new):
        return ""
    text = _("it does not carry out cases in the way of %(old)s; conclude or stop them first: %(things)s.")
    return text % {"old": share.old, "things": "; ".join(str(case) for case in share.rows[:5])}


def pass_subjects(share: Share) -> None:
    """The successor answers for the subjects from now on; they stay named as the case was opened. Part of a verb."""
    also_found_by(Case.objects.filter(pk__in=[subject.case_id for subject in share.rows]), share.new.name)
    pass_on(share.old, share.new, about=share.rows, now=share.now)


# which cases are worked on by what passes of an organisation; rooms above enter theirs when they are ready
_AT_WORK: list[Callable[[Organisation], "QuerySet[Case]"]] = [open_cases_of, open_orders_of]


def holds_cases(find: Callable[[Organisation], "QuerySet[Case]"]) -> None:
    """Tells of cases whose lock comes before that of what passes of an organisation. All are locked together: one room
    after the other would lock them in no order."""
    _AT_WORK.append(find)


def hold_cases(organisation: Organisation) -> None:
    """Locks the cases of all that passes, in one order, before the organisations are locked."""
    keys = {pk for ask in _AT_WORK for pk in ask(organisation).order_by().values_list("pk", flat=True)}
    list(Case.objects.select_for_update().filter(pk__in=keys).order_by("pk").values_list("pk"))


def also_by_name(organisation: Organisation, name: str) -> None:
    """Lets the cases of the organisation and those about it be found by its new name. Part of a verb."""
    about = CaseSubject.objects.order_by().filter(organisation=organisation).values("case")
    came = CaseSubject.objects.order_by().filter(pk__in=passed_to(organisation, CaseSubject).values("item_id"))
    for keys in (about, came.values("case")):
        also_found_by(Case.objects.filter(pk__in=keys), name)
    also_found_by(Case.objects.filter(organisation=organisation), name)
