"""Nobody works or decides on a case with a tie to its subjects (domain.md §2.2)."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from inspections.cases.access import ties_to_subjects
from inspections.cases.models import Case, CaseSubject, Recusal
from inspections.organisations.models import Heir, Interest, Person
from permissions.catalogue import SUBJECT_VERBS
from permissions.verdicts import Allowed, Denied, Refused

# what one does as the subject, or to get away from the case: a tie is no hindrance
AS_SUBJECT = SUBJECT_VERBS | {"answer_as_subject", "withdraw_from_case"}


def interests_against(person: Person, subjects: Iterable[CaseSubject], on: datetime.date) -> list[str]:
    """Why the person may not examine these subjects on the day: he is one, or declared an interest; empty: he may."""
    return list(dict.fromkeys(reason for _subject, reason in _against(person, list(subjects), on)))


def _against(person: Person, subjects: list[CaseSubject], on: datetime.date) -> Iterator[tuple[CaseSubject, str]]:
    """Each reason against the person, with the subject it is about. Two queries at most."""
    ended = {one.organisation_id for one in subjects if one.organisation.ends_on is not None}
    heirs: dict[int, set[int]] = defaultdict(set)
    for old, new in Heir.objects.order_by().filter(old__in=ended).values_list("old", "new") if ended else ():
        heirs[old].add(new)
    ties = Interest.objects.in_force(on).filter(person=person)
    held = list(_named(ties).order_by("pk"))
    for subject in subjects:
        if subject.person_id == person.pk:
            yield subject, _("%(person)s is a subject of the case.") % {"person": person}
        places = {subject.organisation_id, *heirs[subject.organisation_id]}
        for tie in held:
            of_person = tie.about_person_id is not None and tie.about_person_id == subject.person_id
            if of_person or tie.about_organisation_id in places:
                yield subject, _told(tie)


def _told(tie: Interest) -> str:
    return _("%(person)s declared an interest: %(nature)s (%(about)s).") % {
        "person": tie.person,
        "nature": tie.nature,
        "about": tie.about,
    }


def _named(ties: "QuerySet[Interest]") -> "QuerySet[Interest]":
    return ties.select_related("person", "about_person", "about_organisation")


def reasons_against(person: Person, cases: Iterable[Case], on: datetime.date) -> dict[int, list[str]]:
    """Why the person may not work on each of the cases (by id) on the day: he is a subject, declared an interest or
    withdrew. A fixed number of queries, however many cases."""
    found: dict[int, list[str]] = {case.pk: [] for case in cases}
    subjects = list(CaseSubject.objects.filter(case__in=found).select_related("organisation").order_by("pk"))
    for subject, reason in _against(person, subjects, on):
        if reason not in found[subject.case_id]:
            found[subject.case_id].append(reason)
    for withdrawn in Recusal.objects.filter(case__in=found, person=person).values_list("case_id", flat=True):
        found[withdrawn].append(_("%(person)s withdrew from this case.") % {"person": person})
    return found


def check_impartial(case: Case, person: Person, field: str, on: datetime.date) -> None:
    """Raises ValidationError on `field` when the person withdrew, is a subject or declared an interest."""
    problems = reasons_against(person, [case], on)[case.pk]
    if problems:
        raise ValidationError({field: problems})


def require_impartial(case: Case, allowed: Allowed, now: datetime.datetime) -> None:
    """Raises Refused when who acts, or in whose name he acts, has a tie to a subject of the case."""
    if allowed.verb in AS_SUBJECT:
        return
    holders = Q(person__user=allowed.user)
    if allowed.delegation is not None:
        holders |= Q(person=allowed.delegation.office.person_id)
    ties = _named(ties_to_subjects(case.pk, timezone.localdate(now)).filter(holders))
    reasons = [_told(tie) for tie in ties]
    if reasons:
        way_out = _("So another has to do this. Whoever is on the team withdraws from the case or asks to be replaced.")
        raise Refused(Denied(" ".join([*reasons, way_out])))
