"""Indicators, their targets, and figures that are typed with proof."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from inspections.documents.services import attach
from inspections.organisations.models import Organisation, User
from inspections.organisations.text import clean
from inspections.schemes.measures import choices_of, measure_of, values_of
from inspections.schemes.models import Indicator, Scheme, Target, TypedFigure
from inspections.schemes.queries.figures import concerns, tops_of
from inspections.schemes.services.common import answer_for, begin, check_running, check_year, hold, record, required
from permissions import audit, policy
from permissions.verdicts import NotNow

HUNDRED = Decimal(100)


@dataclass
class IndicatorFacts:
    """What an indicator says. measure_code: how it is counted, empty where it is typed; unit: of a typed one."""

    name: str
    direction: str
    measure_code: str = ""
    unit: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)
    baseline: Decimal | None = None
    baseline_told: str = ""


def add_indicator(*, acting_user: User, scheme: Scheme, facts: IndicatorFacts, now: datetime.datetime) -> Indicator:
    """Adds an indicator to a running scheme. Raises Refused, NotNow, ValidationError."""
    with transaction.atomic():
        scheme, allowed = begin(scheme, acting_user, now)
        last = scheme.indicators.aggregate(last=Max("position"))["last"] or 0
        indicator = Indicator(scheme=scheme, position=last + 1)
        _write(indicator, facts)
        record(allowed, scheme, now, about=indicator, verb="add_indicator", new=facts_of(indicator))
        return indicator


def change_indicator(
    *, acting_user: User, indicator: Indicator, facts: IndicatorFacts, now: datetime.datetime
) -> Indicator:
    """Changes an indicator. How it is counted, and in what, stays once a figure of it was typed or kept: figures of one
    indicator have to be comparable; nor does it become a share while a target of it is above 100.

    Raises Refused, NotNow, ValidationError."""
    with transaction.atomic():
        scheme, allowed = begin(indicator.scheme, acting_user, now)
        indicator = Indicator.objects.select_related("scheme__organisation").get(pk=indicator.pk)
        old = facts_of(indicator)
        frozen = ("measure_code", "parameters", "direction", "unit")
        is_used = indicator.typed_figures.exists() or indicator.kept_figures.exists()
        _write(indicator, facts)
        new = facts_of(indicator)
        if is_used and any(old[name] != new[name] for name in frozen):
            words = _("Figures of this indicator are kept already; add another indicator to count otherwise.")
            raise ValidationError({"measure_code": words})
        measure = indicator.measure
        if measure is not None and measure.is_share and indicator.targets.filter(value__gt=HUNDRED).exists():
            words = _("A target of this indicator is above 100, and a share is at most 100 per cent; lower it first.")
            raise ValidationError({"measure_code": words})
        record(allowed, scheme, now, about=indicator, verb="change_indicator", old=old, new=new)
        return indicator


def _write(indicator: Indicator, facts: IndicatorFacts) -> None:
    required("name", facts.name, _("Give the indicator a name."))
    measure = measure_of(facts.measure_code) if facts.measure_code else None
    if facts.measure_code and measure is None:
        raise ValidationError({"measure_code": _("Choose from the list: what was sent is not in it, or no longer.")})
    if measure is None:
        required("unit", facts.unit, _("Say in what the figure is told: per cent, cells, meetings …"))
    else:
        choices = choices_of(measure)
        for code, value in facts.parameters.items():
            if code in choices and value not in [choice for choice, _words in choices[code]]:
                raise ValidationError({code: _("Choose from the list: what was sent is not in it, or no longer.")})
    if measure is not None and measure.is_share and facts.baseline is not None and facts.baseline > HUNDRED:
        raise ValidationError({"baseline": _("A share is at most 100 per cent.")})
    if facts.baseline is not None and facts.baseline < 0:
        raise ValidationError({"baseline": _("A figure is not below nought.")})
    indicator.name, indicator.direction = clean(facts.name), facts.direction
    indicator.measure_code = facts.measure_code
    indicator.unit = clean(facts.unit) if measure is None else ""
    indicator.parameters = values_of(measure, facts.parameters) if measure is not None else {}
    indicator.baseline, indicator.baseline_told = facts.baseline, clean(facts.baseline_told)
    indicator.full_clean(validate_constraints=False)
    indicator.save()


def facts_of(indicator: Indicator) -> dict[str, Any]:
    """What the record says of an indicator."""
    return {
        "name": indicator.name,
        "unit": indicator.unit,
        "direction": indicator.direction,
        "measure_code": indicator.measure_code,
        "parameters": indicator.parameters,
        "baseline": _plain(indicator.baseline),
        "baseline_told": indicator.baseline_told,
    }


def _plain(value: Decimal | None) -> str | None:
    """A figure as the record tells it: 90 and 90.00 are one."""
    return f"{value.normalize():f}" if value is not None else None


def set_targets(
    *,
    acting_user: User,
    indicator: Indicator,
    year: int,
    values: Mapping[Organisation, Decimal | None],
    now: datetime.datetime,
) -> Indicator:
    """Sets what the indicator is to reach in a year: organisation -> target; None takes it away.

    Raises Refused, NotNow (the scheme is over; nothing changes), ValidationError (a year that is none of the scheme's;
    of what is set anew an organisation that is none of its, below nought, a share above 100)."""
    with transaction.atomic():
        scheme, allowed = begin(indicator.scheme, acting_user, now)
        indicator = Indicator.objects.select_related("scheme__organisation").get(pk=indicator.pk)
        check_year(scheme, year)
        there = {one.organisation_id: one for one in indicator.targets.filter(year=year, organisation__in=values)}
        stands = {one: there[one.pk].value if one.pk in there else None for one in values}
        changed = {one: value for one, value in values.items() if value != stands[one]}
        tops = tops_of(scheme)
        for organisation, value in changed.items():
            # what it concerns no more keeps what it has, and may lose it
            if value is not None:
                _check_concerned(f"target_{organisation.pk}", scheme, organisation, tops)
                _check_value(f"target_{organisation.pk}", indicator, value)
        if not changed:
            raise NotNow(_("These targets stand already; nothing was changed."))
        indicator.targets.filter(year=year, organisation__in=[one for one in changed if changed[one] is None]).delete()
        Target.objects.bulk_create(
            [
                Target(indicator=indicator, organisation=one, year=year, value=value)
                for one, value in changed.items()
                if value is not None
            ],
            update_conflicts=True,
            unique_fields=["indicator", "organisation", "year"],
            update_fields=["value"],
        )
        record(
            allowed,
            scheme,
            now,
            about=indicator,
            verb="set_targets",
            old={"year": year, "targets": {_key(one): _plain(stands[one]) for one in changed}},
            new={"year": year, "targets": {_key(one): _plain(value) for one, value in changed.items()}},
        )
        return indicator


def _key(organisation: Organisation) -> str:
    """An organisation as the record of targets tells it: two may have one name, and no two one number."""
    return f"{organisation} (#{organisation.pk})"


def _check_concerned(name: str, scheme: Scheme, organisation: Organisation, tops: Iterable[str]) -> None:
    if not concerns(scheme, organisation, tops):
        words = _("The scheme does not concern %(organisation)s.")
        raise ValidationError({name: words % {"organisation": organisation}})


def _check_value(name: str, indicator: Indicator, value: Decimal) -> None:
    if value < 0:
        raise ValidationError({name: _("A figure is not below nought.")})
    measure = indicator.measure
    if measure is not None and measure.is_share and value > HUNDRED:
        raise ValidationError({name: _("A share is at most 100 per cent.")})


@dataclass
class TypedFacts:
    """A figure with its proof. reason: why it is corrected, where another counts already."""

    organisation: Organisation
    year: int
    value: Decimal
    proof: str
    reason: str = ""


def type_figure(
    *, acting_user: User, indicator: Indicator, facts: TypedFacts, now: datetime.datetime, files: Iterable[Any] = ()
) -> TypedFigure:
    """Records a figure that no record gives, by who keeps the scheme or who answers for the organisation. One that is
    there is corrected with a reason; both stay.

    Raises Refused, NotNow (scheme over, the indicator is counted from the records), ValidationError (year to come or
    none of the scheme's, an organisation it does not concern, no proof, below nought, no reason for a correction)."""
    with transaction.atomic():
        scheme = hold(indicator.scheme)
        if policy.may(acting_user, "keep_schemes", scheme, now):
            allowed = policy.require(acting_user, "keep_schemes", scheme, now)
        else:
            allowed = answer_for(facts.organisation, scheme, acting_user, now)
        check_running(scheme)
        indicator = Indicator.objects.get(pk=indicator.pk)
        indicator.scheme = scheme
        if not indicator.is_typed:
            raise NotNow(_("This indicator is counted from the records; nobody types its figures."))
        check_year(scheme, facts.year)
        if facts.year > timezone.localdate(now).year:
            raise ValidationError({"year": _("This year is still to come.")})
        _check_concerned("organisation", scheme, facts.organisation, tops_of(scheme))
        _check_value("value", indicator, facts.value)
        required("proof", facts.proof, _("Name the document that proves the figure."))
        same = indicator.typed_figures.filter(organisation=facts.organisation, year=facts.year, is_current=True)
        before = same.select_for_update().first()
        reason = ""
        if before is not None:
            reason = required("reason", facts.reason, _("A figure counts already; say why it is corrected."))
            TypedFigure.objects.filter(pk=before.pk).update(is_current=False)
        figure = TypedFigure.objects.create(
            indicator=indicator,
            organisation=facts.organisation,
            year=facts.year,
            value=facts.value,
            proof=clean(facts.proof),
            reason=reason,
            recorded_by=acting_user,
            recorded_at=now,
        )
        attached = attach(files, item=figure, acting_user=acting_user, now=now)
        old = {"value": _plain(before.value), "proof": before.proof} if before is not None else None
        new = {"indicator": str(indicator), "year": facts.year, "value": _plain(figure.value), "proof": figure.proof}
        audit.record(
            allowed,
            about=figure,
            chain=figure.organisation,
            now=now,
            verb="type_figure",
            old=old,
            new=new | {"files": [one.name for one in attached]},
            reason=reason,
        )
        return figure
