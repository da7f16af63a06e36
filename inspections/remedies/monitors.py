"""Who can be given the watching over corrections, and why somebody cannot be given that over some of them."""

import datetime
from collections.abc import Collection

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inspections.cases.models import Case
from inspections.cases.services.impartial import reasons_against
from inspections.findings.services.notices import stands_for_subject
from inspections.organisations.models import Office, Person
from inspections.organisations.models.people import in_force
from inspections.organisations.rules import is_at_or_below, path_end
from inspections.remedies.models import Correction

IS_ACCEPTED = gettext_lazy("This correction has been accepted.")


def with_cases(corrections: "QuerySet[Correction]") -> "QuerySet[Correction]":
    """The corrections with all that is asked of them here."""
    return corrections.select_related(
        "organisation",
        "monitor",
        "demand__notice__case__organisation__type",
        "demand__notice__case__organisation__parent",
    )


def monitors_of_any(corrections: Collection[Correction], today: datetime.date) -> "QuerySet[Person]":
    """The people with a log-in and an office in the tree of a committee that one of the corrections is watched by."""
    tops = {str(_case(one).organisation.overseer.path) for one in corrections}
    trees = Q(pk__in=[])
    for top in sorted(tops):
        trees |= Q(organisation__path__gte=top, organisation__path__lte=path_end(top))
    holders = Office.objects.filter(in_force(today)).filter(trees).values("person_id")
    people = Person.objects.filter(user__isnull=False, is_active=True, pk__in=holders)
    return people.select_related("organisation")


def why_not_monitor(corrections: Collection[Correction], person: Person, today: datetime.date) -> dict[int, str]:
    """Id of each correction that the person cannot watch over -> why not, in sentences.

    A fixed number of queries, however many corrections."""
    if person.user_id is None:
        return {one.pk: _("%(person)s has no log-in.") % {"person": person} for one in corrections}
    cases = {_case(one).pk: _case(one) for one in corrections}
    keys = [one.pk for one in corrections]
    watched = set(Correction.objects.watched().filter(pk__in=keys).values_list("pk", flat=True))
    offices = Office.objects.filter(in_force(today), person=person)
    paths = list(offices.values_list("organisation__path", flat=True))
    of_subjects = stands_for_subject(person, cases.values(), today)
    against = reasons_against(person, cases.values(), today)
    found = {}
    for one in corrections:
        case = _case(one)
        if one.pk not in watched:
            problem = str(IS_ACCEPTED)
        elif case.pk in of_subjects:
            problem = _("Who must correct cannot be the monitor.")
        elif one.monitor_id == person.pk:
            problem = _("%(person)s is the monitor already.") % {"person": person}
        elif against[case.pk]:
            problem = " ".join(against[case.pk])
        elif not any(is_at_or_below(str(path), str(case.organisation.overseer.path)) for path in paths):
            problem = _("%(person)s holds no office below %(committee)s.") % {
                "person": person,
                "committee": case.organisation.overseer,
            }
        else:
            continue
        found[one.pk] = problem
    return found


def _case(correction: Correction) -> Case:
    return correction.demand.notice.case
