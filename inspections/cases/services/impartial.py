"""Nobody works or decides on a case with a tie to its subjects (domain.md §2.2)."""

import datetime
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from inspections.cases.access import ties_to_subjects
from inspections.cases.models import Case, CaseSubject
from inspections.organisations.models import Interest, Person
from inspections.organisations.queries import standing_for
from permissions.catalogue import SUBJECT_VERBS
from permissions.verdicts import Allowed, Denied, Refused

# what one does as the subject, or to get away from the case: a tie is no hindrance
AS_SUBJECT = SUBJECT_VERBS | {"answer_as_subject", "withdraw_from_case"}


def interests_against(person: Person, subjects: Iterable[CaseSubject], on: datetime.date) -> list[str]:
    """Why the person may not examine these subjects on the day: he is one, or declared an interest; empty: he may."""
    reasons = []
    subject_list = list(subjects)
    people = [subject.person_id for subject in subject_list if subject.person_id]
    organisations = standing_for(subject.organisation for subject in subject_list)
    if person.pk in people:
        reasons.append(_("%(person)s is a subject of the case.") % {"person": person})
    ties = Interest.objects.in_force(on).filter(person=person)
    ties = ties.filter(Q(about_person_id__in=people) | Q(about_organisation_id__in=organisations))
    return reasons + _told(ties)


def _told(ties: "QuerySet[Interest]") -> list[str]:
    return [
        _("%(person)s declared an interest: %(nature)s (%(about)s).")
        % {"person": tie.person, "nature": tie.nature, "about": tie.about}
        for tie in ties.select_related("person", "about_person", "about_organisation")
    ]


def check_impartial(case: Case, person: Person, field: str, on: datetime.date) -> None:
    """Raises ValidationError on `field` when the person withdrew, is a subject or declared an interest."""
    problems = interests_against(person, case.subjects.select_related("organisation"), on)
    if case.recusals.filter(person=person).exists():
        problems.append(_("%(person)s withdrew from this case.") % {"person": person})
    if problems:
        raise ValidationError({field: problems})


def require_impartial(case: Case, allowed: Allowed, now: datetime.datetime) -> None:
    """Raises Refused when who acts, or in whose name he acts, has a tie to a subject of the case."""
    if allowed.verb in AS_SUBJECT:
        return
    holders = Q(person__user=allowed.user)
    if allowed.delegation is not None:
        holders |= Q(person=allowed.delegation.office.person_id)
    reasons = _told(ties_to_subjects(case.pk, timezone.localdate(now)).filter(holders))
    if reasons:
        way_out = _("So another has to do this. Whoever is on the team withdraws from the case or asks to be replaced.")
        raise Refused(Denied(" ".join([*reasons, way_out])))
