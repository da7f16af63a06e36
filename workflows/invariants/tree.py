"""Invariants of the tree: paths, scopes and their copies (decision 0004), and who took whose place (0017)."""

import datetime
from collections.abc import Iterator
from typing import Any

from django.db.models import F, Q
from django.utils import timezone

from inspections.cases.models import Case, CaseSubject
from inspections.deadlines.models import LIVE, Deadline
from inspections.meetings.models import Meeting, ResolutionItem
from inspections.members.models import Membership
from inspections.organisations.models import Heir, Office, Organisation, PassedItem, Person, Succession, SuccessionPart
from inspections.organisations.rules import STEP, path_step
from inspections.organisations.services import copied_paths
from inspections.programmes.models import Programme
from inspections.remedies.models import Correction
from workflows.invariants.breach import Breach, of
from workflows.models import WorkItem

AT_HOME = {"memberships__kind": Membership.Kind.HOME, "memberships__ends_on__isnull": True}


def paths_agree(now: datetime.datetime) -> Iterator[Breach]:
    rows = Organisation.objects.values_list("pk", "path", "depth", "scope_path", "parent__path", "type__is_body")
    for pk, path, depth, scope, above, is_body in rows:
        wanted = (above or "") + path_step(pk)
        if (path, depth, scope) != (wanted, len(wanted) // STEP - 1, above if is_body and above else wanted):
            yield of(Organisation(pk=pk), f"is at {path}, and should be at {wanted}; depth {depth}, scope {scope}")
    for model, field in copied_paths():
        copies = model._default_manager.exclude(**{field: F("organisation__path")})
        for copy in copies.select_related("organisation"):
            yield of(copy, f"{field} is {getattr(copy, field)}, its organisation is at {copy.organisation.path}")  # type: ignore[attr-defined]


def nothing_open_of_the_ended(now: datetime.datetime) -> Iterator[Breach]:
    ended = {"organisation__ends_on__lt": timezone.localdate(now)}
    open_things: tuple[tuple[Any, str], ...] = (
        (Case.objects.exclude(stage__in=Case.ENDED), "is carried out by"),
        (Correction.objects.open(), "is to be corrected by"),
        (Deadline.objects.filter(state__in=LIVE), "is owed by"),
        (WorkItem.objects.filter(done_at__isnull=True), "waits for"),
        (Programme.objects.filter(state__in=["draft", "submitted"]), "is being written by"),
        (Meeting.objects.to_hold(), "is to be held by"),
        (Meeting.objects.filter(state=Meeting.State.HELD), "is to be closed by"),
        (ResolutionItem.objects.open(), "is to be seen to by"),
        (Person.objects.filter(organisation__successions__kind__in=Succession.ENDING, **AT_HOME), "is of"),
    )
    for rows, what in open_things:
        for row in rows.filter(**ended).select_related("organisation"):
            yield of(row, f"{what} {row.organisation}, which ended on {row.organisation.ends_on}")
    offices = Office.objects.filter(**ended).filter(Q(ends_on__isnull=True) | Q(ends_on__gt=F("organisation__ends_on")))
    for office in offices.exclude(ends_on__lt=F("starts_on")).select_related("organisation"):
        yield of(office, f"goes on after {office.organisation} ended on {office.organisation.ends_on}")
    children = Organisation.objects.filter(parent__ends_on__lt=timezone.localdate(now)).select_related("parent")
    for child in children.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=F("parent__ends_on"))):
        yield of(child, f"goes on below {child.parent}, which ended")
    passed = PassedItem.objects.filter(item_type__model="casesubject").order_by().values("item_id")
    subjects = CaseSubject.objects.filter(**ended).exclude(pk__in=passed).exclude(case__stage__in=Case.ENDED)
    for subject in subjects.select_related("organisation"):
        yield of(subject, f"nobody answers for {subject.organisation}, which ended")


def successions_lead_on(now: datetime.datetime) -> Iterator[Breach]:
    ending = Succession.objects.filter(kind__in=Succession.ENDING).select_related("organisation")
    for succession in ending.filter(organisation__ends_on__isnull=True):
        yield of(succession, f"{succession.organisation} goes on")
    for succession in ending.exclude(kind=Succession.Kind.DISSOLVE).filter(parts__isnull=True):
        yield of(succession, "nobody took the place")
    heirs: dict[int, set[int]] = {}
    for old, new in SuccessionPart.objects.values_list("succession__organisation_id", "successor_id"):
        heirs.setdefault(old, set()).add(new)
    after = {organisation: _all_after(organisation, heirs) for organisation in sorted(heirs)}
    for organisation, found in after.items():
        if organisation in found:
            yield of(Organisation(pk=organisation), "took its own place in a circle")
    kept = set(Heir.objects.values_list("old", "new"))
    for old, new in sorted(kept ^ {(old, new) for old, found in after.items() for new in found}):
        what = "has an heir that no succession says" if (old, new) in kept else "lacks an heir"
        yield of(Organisation(pk=old), f"{what}: {new}")


def _all_after(organisation: int, heirs: dict[int, set[int]]) -> set[int]:
    """Whom the place passed to, from one to the next."""
    found: set[int] = set()
    left = list(heirs.get(organisation, ()))
    while left:
        one = left.pop()
        if one not in found:
            found.add(one)
            left += heirs.get(one, ())
    return found
