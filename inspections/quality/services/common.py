"""What every verb of the checklist does first: the case is locked, the team's right and the stage are asked."""

import datetime

from django.utils.translation import gettext as _

from inspections.cases.models import Case, CaseSubject
from inspections.cases.services.common import begin_for_team
from inspections.organisations.models import User
from inspections.quality.access import is_cell
from permissions.verdicts import Allowed, NotNow

VERB = "verify_case"
STAGES = Case.BEFORE_CONCLUSION


def begin_about(subject: CaseSubject, acting_user: User, now: datetime.datetime) -> tuple[CaseSubject, Case, Allowed]:
    """Locks the case of the subject; it is the team's between the order and the conclusion, and about a cell.

    Raises Refused, NotNow."""
    case, allowed = begin_for_team(subject.case, acting_user, VERB, STAGES, now)
    subject = CaseSubject.objects.select_related("organisation__type").get(pk=subject.pk)
    if not is_cell(subject):
        raise NotNow(_("This subject is no cell, so it holds no meetings that could be looked at here."))
    return subject, case, allowed
