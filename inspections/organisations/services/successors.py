"""Whether organisations can take the place of another; sentences that say why not."""

import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from inspections.organisations.models import Organisation, Succession
from inspections.organisations.rules import is_at_or_below
from inspections.organisations.services.days import told_day
from inspections.organisations.services.passing import Will, facts_against
from inspections.organisations.services.people import check_not_ended
from permissions.verdicts import NotNow

Kind = Succession.Kind


def check_goes_on(organisation: Organisation, today: datetime.date) -> None:
    """Raises NotNow when the organisation has ended, or its last day is set."""
    check_not_ended(organisation, today)
    if organisation.ends_on is not None:
        raise NotNow(
            _("%(organisation)s has its last day already: %(day)s.")
            % {"organisation": organisation, "day": told_day(organisation.ends_on)}
        )


def check_successors(organisation: Organisation, kind: Succession.Kind, will: Will, on: datetime.date) -> None:
    """Raises ValidationError when one of them cannot take the place, or what was done since contradicts the day."""
    offices = [
        _("%(person)s holds an office from %(day)s on: %(office)s.")
        % {"person": office.person, "day": told_day(office.starts_on), "office": office}
        for office in organisation.offices.select_related("person", "organisation").filter(starts_on__gte=on)
        if office.ends_on is None or office.ends_on >= office.starts_on
    ]
    against = [*offices, *facts_against(organisation, on)]
    if against:
        text = _("It cannot have ended before %(day)s: %(facts)s")
        raise ValidationError({"on": text % {"day": told_day(on), "facts": " ".join(against[:3])}})
    if len({one.pk for one in will.successors}) != len(will.successors):
        raise ValidationError({"successors": _("A successor is named twice.")})
    if kind == Kind.SPLIT and len(will.successors) < 2:
        raise ValidationError({"successors": _("A split has at least two successors; into one it is a merger.")})
    keys = {one.pk for one in will.successors}
    if kind == Kind.SPLIT and will.rest is None:
        raise ValidationError({"rest": _("Name the successor that takes all the rest.")})
    if (will.rest is not None and will.rest.pk not in keys) or any(
        one.pk not in keys for one in (will.named or {}).values()
    ):
        raise ValidationError({"successors": _("What passes goes to one of the successors named.")})
    before = set(organisation.predecessors.values_list("old", flat=True))
    problems = [
        problem for one in will.successors if (problem := _problem_of(organisation, kind, one, on, one.pk in before))
    ]
    if problems:
        raise ValidationError({"successors": problems})


def _problem_of(
    old: Organisation, kind: Succession.Kind, new: Organisation, on: datetime.date, is_predecessor: bool
) -> str:
    """Why one organisation cannot take the place of another; empty when it can."""
    names = {"old": old, "new": new}
    if new.pk == old.pk:
        return _("%(old)s cannot be its own successor.") % names
    if is_predecessor:
        return _("%(old)s took the place of %(new)s itself, so this would be a circle.") % names
    if is_at_or_below(str(new.path), str(old.path)):
        return _("%(new)s stands below %(old)s; move it out first.") % names
    if new.ends_on is not None:
        text = _("%(new)s has its last day, %(day)s; name a successor that goes on.")
        return text % {**names, "day": told_day(new.ends_on)}
    if new.starts_on is not None and new.starts_on > on:
        text = _("%(new)s begins on %(day)s only; a successor is there on the day this takes effect.")
        return text % {**names, "day": told_day(new.starts_on)}
    same = new.type.is_body == old.type.is_body and (new.type.is_cell == old.type.is_cell or kind == Kind.DISSOLVE)
    if not same:
        text = _("%(new)s is not of the kind of %(old)s: a cell, a committee or a body takes the place of its like.")
        return text % names
    return ""
