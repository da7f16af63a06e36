"""What the pages of corrections read."""

import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, F, Q, QuerySet
from django.utils.translation import gettext as _

from inspections.calendars.queries import paths_above
from inspections.calendars.rules import days_late
from inspections.cases.models import Case, Recusal
from inspections.cases.proposal_form import candidates
from inspections.cases.services.people import team_of
from inspections.organisations.models import Organisation, PassedItem, User
from inspections.organisations.queries import passed_from
from inspections.organisations.text import on_paper
from inspections.remedies.models import HELD_BY_DOER, CarriedDemand, Correction, FollowUpRule, LookAgain
from inspections.remedies.rules import is_overdue
from permissions import policy


def corrections_for(user: User) -> QuerySet[Correction]:
    """The corrections the user may see, with what a list shows."""
    rows = policy.visible(user, Correction.objects.all()).select_related(
        "demand__notice__case__organisation__type",
        "demand__assignee__organisation",
        "demand__assignee__person",
        "demand__assignee__case",
        "organisation",
        "monitor",
    )
    of_round = Q(actions__round=F("times_recurred") + 1)
    return rows.annotate(
        line_count=Count("actions", filter=of_round & ~Q(actions__state="draft"), distinct=True),
        done_count=Count("actions", filter=of_round & Q(actions__state="done"), distinct=True),
    )


def who_corrects(corrections: QuerySet[Correction]) -> QuerySet[Organisation]:
    """The organisations of the corrections, and those from which any of them passed."""
    passed = PassedItem.objects.order_by().filter(
        item_type=ContentType.objects.get_for_model(Correction), item_id__in=corrections.values("pk")
    )
    old = Q(pk__in=passed.values("part__succession__organisation"))
    return Organisation.objects.filter(Q(pk__in=corrections.order_by().values("organisation")) | old)


def corrected_by(organisation: Organisation) -> Q:
    """The condition that a correction is the organisation's, or passed from it to its successor."""
    return Q(organisation=organisation) | Q(pk__in=passed_from(organisation, Correction).values("item_id"))


def rule_for(organisation: Organisation) -> FollowUpRule | None:
    """The rule of follow-up nearest above the organisation; None where nothing is said. One query."""
    above = Q(organisation__isnull=True) | Q(organisation__path__in=paths_above(organisation))
    nearest = F("organisation__depth").desc(nulls_last=True)
    return FollowUpRule.objects.filter(above).select_related("kind").order_by(nearest).first()


def carried_open() -> QuerySet[CarriedDemand]:
    """The demands that lie in a follow-up case which has not ended."""
    return CarriedDemand.objects.exclude(case__stage__in=Case.ENDED)


def to_carry(case: Case, user: User, today: datetime.date) -> QuerySet[Correction]:
    """The corrections of a case, of those the user sees, that are overdue and in no open follow-up case."""
    owed = Correction.objects.filter(state__in=HELD_BY_DOER, due_on__lt=today)
    rows = policy.visible(user, owed).filter(demand__notice__case=case)
    rows = rows.exclude(pk__in=carried_open().values("correction"))
    return rows.select_related(
        "organisation", "demand__notice", "demand__assignee__organisation", "demand__assignee__person"
    ).order_by("demand__position")


def can_be_carried(correction: Correction, today: datetime.date) -> bool:
    """Whether a follow-up case may be proposed for it now: overdue, and in none that is open."""
    late = is_overdue(correction.due_on, correction.is_owed, today)
    return late and not carried_open().filter(correction=correction).exists()


def follow_ups_of(correction: Correction, user: User) -> list[Case]:
    """The follow-up cases into which it was carried, of those the user sees."""
    rows = Case.objects.filter(carried_demands__correction=correction).select_related("kind")
    return list(policy.visible(user, rows).order_by("pk"))


def carried_into(case: Case, user: User) -> list[Correction]:
    """The corrections that were carried into a case, of those the user sees, with where they come from."""
    rows = policy.visible(user, Correction.objects.filter(carried__case=case))
    return list(rows.select_related("demand__notice__case", "demand__assignee__case").order_by("pk"))


def known_for_follow_up(corrections: list[Correction], today: datetime.date) -> dict[str, Any]:
    """What a proposal of a follow-up case says before anybody types: field -> value. corrections: those of one body;
    team and method are those of the newest of their cases."""
    notices = {one.demand.notice_id: one.demand.notice for one in corrections}
    old = max((notice.case for notice in notices.values()), key=lambda case: case.pk)
    rule = rule_for(old.organisation)
    subjects = {one.demand.assignee_id: one.demand.assignee for one in corrections}.values()
    content, reasons = [], []
    with on_paper():
        for notice in notices.values():
            of_notice = [one for one in corrections if one.demand.notice_id == notice.pk]
            content.append(
                _("Whether the demands of conclusion notice %(number)s of %(day)s were carried out:")
                % {
                    "number": notice.number,
                    "day": notice.issued_on.strftime("%d/%m/%Y") if notice.issued_on else "—",
                }
            )
            told = _("%(demand)s – %(who)s, last day in time %(day)s, %(late)s days overdue")
            content += [f"- {told % _told(one, today)};" for one in of_notice]
            reasons.append(
                _("Overdue on %(day)s: %(demands)s of notice %(number)s.")
                % {
                    "day": today.strftime("%d/%m/%Y"),
                    "demands": ", ".join(_("demand %(n)s") % {"n": one.demand.position} for one in of_notice),
                    "number": notice.number,
                }
            )
    former = list(team_of(old))
    # who withdrew from any of the old matters stays out of the new
    withdrawn = Recusal.objects.filter(case__in={notice.case_id for notice in notices.values()})
    people = candidates(old.organisation).filter(pk__in=[mate.person.pk for mate in former])
    people = people.exclude(pk__in=withdrawn.values("person"))
    allowed = set(people.values_list("pk", flat=True))
    team = [mate for mate in former if mate.person.pk in allowed]
    # where it passed to a successor, that one is the subject now
    places = {one.organisation_id: one.organisation for one in corrections if not _is_personal(one)}
    by_part = {mate.part: mate.person for mate in team}
    return {
        "kind": rule.kind if rule is not None else None,
        "reason": " ".join(reasons),
        "content": "\n".join(content),
        "organisations": list(places.values()),
        "members": [one.person for one in subjects if one is not None and one.person is not None],
        "examined_from": min((one.issued_on for one in notices.values() if one.issued_on is not None), default=None),
        "examined_to": today,
        "method": old.method,
        "leader": by_part.get("leader"),
        "deputy": by_part.get("deputy"),
        "team_secretary": by_part.get("team_secretary"),
        "mates": [mate.person for mate in team if mate.part == "member"],
    }


def _is_personal(correction: Correction) -> bool:
    """Whether a member has to correct it himself."""
    assignee = correction.demand.assignee
    return assignee is not None and assignee.person_id is not None


def _told(correction: Correction, today: datetime.date) -> dict[str, Any]:
    assert correction.due_on is not None  # it is overdue
    return {
        "demand": correction.demand.text,
        "who": correction.demand.assignee,
        "day": correction.due_on.strftime("%d/%m/%Y"),
        "late": days_late(correction.due_on, today),
    }


def looks_of(correction: Correction) -> QuerySet[LookAgain]:
    """The second looks at it, oldest first, with who looked."""
    return correction.looks.select_related("judged_by__person").order_by("round")
