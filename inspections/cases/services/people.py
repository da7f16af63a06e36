"""The people of a case: their parts become grants; withdrawing beats every grant (domain.md §2.2)."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inspections.calendars.rules import day_before
from inspections.cases.models import Case, CaseGrant, CaseSubject, Participant, Recusal, TeamLimit
from inspections.cases.rules import team_size_problem
from inspections.cases.services.common import require_text
from inspections.cases.services.impartial import interests_against
from inspections.organisations.models import Organisation, Person, User
from permissions import audit, policy
from permissions.catalogue import PARTS
from permissions.grants import verb_permissions
from permissions.verdicts import Allowed, Denied, Refused

TEAM_PARTS = ("leader", "deputy", "member", "team_secretary")


@dataclass(frozen=True)
class Mate:
    """Who plays which part in a team."""

    person: Person
    part: str


def check_team(
    body: Organisation,
    needs_team: bool,
    subjects: Iterable[CaseSubject],
    team: list[Mate],
    on: datetime.date,
    case: Case | None = None,
) -> None:
    """Raises ValidationError on `team`: no leader, twice the same, size out of bounds, interest, part unknown, or one
    who withdrew from the case, if there is one already."""
    if not team and not needs_team:
        return
    problems: list[str] = []
    people = [mate.person.pk for mate in team]
    if sum(mate.part == "leader" for mate in team) != 1:
        problems.append(_("A team has exactly one leader."))
    if len(set(people)) != len(people):
        problems.append(_("Somebody stands in the team twice."))
    if any(mate.part not in TEAM_PARTS for mate in team):
        problems.append(_("Choose a part in the team from the list."))
    limit = TeamLimit.objects.filter(level=body.type.level).first() or TeamLimit.objects.filter(level=None).first()
    if limit is not None:
        broken = team_size_problem(len(team), limit.at_least, limit.at_most)
        if broken == "few":
            problems.append(
                _("A team has at least %(least)s people; this one has %(size)s.")
                % {"least": limit.at_least, "size": len(team)}
            )
        if broken == "many":
            problems.append(
                _("A team has at most %(most)s people; this one has %(size)s. The limit is set by: %(source)s.")
                % {"most": limit.at_most, "size": len(team), "source": limit.source or "—"}
            )
    subject_list = list(subjects)
    for mate in team:
        problems += interests_against(mate.person, subject_list, on)
        if case is not None and case.recusals.filter(person=mate.person).exists():
            problems.append(_("%(person)s withdrew from this case.") % {"person": mate.person})
    if problems:
        raise ValidationError({"team": problems})


def add_participant(case: Case, person: Person, part: str, now: datetime.datetime, paper: str = "") -> Participant:
    """Gives a person a part in the case from today; the grants follow. Part of a verb."""
    participant, _made = Participant.objects.get_or_create(
        case=case,
        person=person,
        part=part,
        ends_on=None,
        defaults={"starts_on": timezone.localdate(now), "paper": paper},
    )
    sync_case_grants(case)
    return participant


def end_part(case: Case, person: Person, part: str, now: datetime.datetime) -> None:
    """Ends a part of a person in the case with yesterday; the grants follow. Part of a verb."""
    standing = case.participants.filter(person=person, part=part, ends_on__isnull=True)
    standing.update(ends_on=day_before(timezone.localdate(now)))
    sync_case_grants(case)


def set_team(case: Case, team: list[Mate], now: datetime.datetime, paper: str = "") -> None:
    """Makes the team the given one: new people from today, those left out until yesterday. Part of a verb."""
    today = timezone.localdate(now)
    wanted = {(mate.person.pk, mate.part) for mate in team}
    for participant in case.participants.filter(part__in=TEAM_PARTS, ends_on__isnull=True):
        if (participant.person_id, participant.part) not in wanted:
            participant.ends_on = day_before(today)
            participant.save(update_fields=["ends_on"])
    have = set(case.participants.filter(ends_on__isnull=True).values_list("person_id", "part"))
    for mate in team:
        if (mate.person.pk, mate.part) not in have:
            Participant.objects.create(case=case, person=mate.person, part=mate.part, starts_on=today, paper=paper)


def sync_case_grants(case: Case) -> None:
    """Writes the grants of the case anew from the parts in it. A proposal gives none; a withdrawn person has none."""
    CaseGrant.objects.filter(content_object=case).delete()
    if case.stage in (Case.Stage.PROPOSED, Case.Stage.WITHDRAWN):
        return
    permissions = verb_permissions()
    recused = set(case.recusals.values_list("person_id", flat=True))
    CaseGrant.objects.bulk_create(
        CaseGrant(
            user_id=participant.person.user_id,
            permission_id=permissions[verb],
            content_object=case,
            participant=participant,
            part=participant.part,
            starts_on=participant.starts_on,
            ends_on=participant.ends_on,
        )
        for participant in case.participants.select_related("person")
        if participant.person.user_id and participant.person.is_active and participant.person_id not in recused
        if participant.ends_on is None or participant.ends_on >= participant.starts_on
        for verb in sorted(PARTS[participant.part].verbs)
    )


def sync_parts_of(people: list[Person]) -> None:
    """Writes the grants of the cases in which the people have parts anew: a log-in came or went."""
    parts = Participant.objects.filter(person__in=people)
    for case in Case.objects.select_for_update().filter(pk__in=parts.values("case_id")).order_by("pk"):
        sync_case_grants(case)


def team_of(case: Case) -> list[Mate]:
    """The team as it stands."""
    standing = case.participants.filter(part__in=TEAM_PARTS, ends_on__isnull=True).select_related("person")
    return [Mate(participant.person, participant.part) for participant in standing]


# what puts somebody on a case: a part in it, an office of the body that ordered it, or the appraisal before him
ON_CASE = ("withdraw_from_case", "see_case_files", "appraise_case")


def require_on_case(user: User, case: Case, now: datetime.datetime) -> Allowed:
    """By what the user is on the case, so that he can withdraw from it. Raises Refused."""
    verdicts = [policy.may(user, verb, case, now) for verb in ON_CASE]
    for verdict in verdicts:
        if isinstance(verdict, Allowed):
            return policy.require(user, verdict.verb, case, now)
    raise Refused(next(verdict for verdict in verdicts if isinstance(verdict, Denied)))


def withdraw_from_case(*, acting_user: User, case: Case, reason: str, now: datetime.datetime) -> Recusal:
    """The acting user withdraws for a conflict of interest: from then on the case is not there for him.

    By anyone on the case: team, monitor, body that ordered it, appraiser. Raises Refused, ValidationError."""
    with transaction.atomic():
        case = Case.objects.select_for_update().get(pk=case.pk)
        allowed = require_on_case(acting_user, case, now)
        person = getattr(acting_user, "person", None)
        if person is None:
            raise Refused(Denied(_("Only a person can withdraw.")))
        recusal = Recusal.objects.create(
            case=case, person=person, reason=require_text("reason", reason), declared_at=now
        )
        yesterday = day_before(timezone.localdate(now))
        case.participants.filter(person=person, ends_on__isnull=True).update(ends_on=yesterday)
        sync_case_grants(case)
        audit.record(allowed, about=recusal, chain=case, now=now, verb="withdraw_from_case", reason=reason)
        return recusal
