"""What reminders have to know of cases and subjects: who owes in person, by which number they go, who is barred."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterator

from django.urls import reverse

from inspections.cases.models import Case, CaseGrant, CaseSubject, Recusal
from inspections.reminders.items import Barred, Known, Source, tell_of, tell_of_bars
from permissions.grants import permission_id
from permissions.viewer import grants_in_force


def _known_cases(keys: Collection[int], today: datetime.date) -> dict[int, Known]:
    """The team owes what the case owes; a cell's own case without a team is its officers'."""
    team: dict[int, list[int]] = defaultdict(list)
    held = CaseGrant.objects.filter(
        grants_in_force(today), permission_id=permission_id("see_case_as_team"), content_object_id__in=keys
    )
    for case, user in held.order_by("pk").values_list("content_object_id", "user_id"):
        team[case].append(user)
    numbers = Case.objects.filter(pk__in=keys).values_list("pk", "number")
    return {key: Known(number, reverse("cases:overview", args=[key]), tuple(team[key])) for key, number in numbers}


def _known_subjects(keys: Collection[int], today: datetime.date) -> dict[int, Known]:
    rows = CaseSubject.objects.filter(pk__in=keys).select_related("person", "case")
    return {
        one.pk: Known(
            one.case.number,
            reverse("cases:overview", args=[one.case_id]),
            owing=in_person(one),
            is_personal=bool(in_person(one)),
        )
        for one in rows
    }


def in_person(subject: CaseSubject) -> tuple[int, ...]:
    """The log-in of a member who answers for himself; none when the organisation answers."""
    member = subject.person
    return (member.user_id,) if member is not None and member.user_id and member.is_active else ()


def _barred(cases: Collection[int]) -> Iterator[Barred]:
    with_log_in = {"case_id__in": cases, "person__user__isnull": False}
    for case, user in Recusal.objects.filter(**with_log_in).values_list("case_id", "person__user_id"):
        yield Barred(case, user, is_subject=False)
    for case, user in CaseSubject.objects.filter(**with_log_in).values_list("case_id", "person__user_id"):
        yield Barred(case, user, is_subject=True)


def register() -> None:
    tell_of(Case, Source("run_own_case", _known_cases))
    tell_of(CaseSubject, Source("submit_self_report", _known_subjects))
    tell_of_bars(_barred)
