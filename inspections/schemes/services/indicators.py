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
    """Changes an indicator. How it is counted stays once a figure of it was typed or kept: figures of one indicator
    have to be comparable. Raises Refused, NotNow, ValidationError."""
    with transaction.atomic():
        scheme, allowed = begin(indicator.scheme, acting_user, now)
        indicator = Indicator.objects.select_related("scheme__organisation").get(pk=indicator.pk)
        old = facts_of(indicator)
        is_used = indicator.typed_figures.exists() or indicator.kept_figures.exists()
        _write(indicator, facts)
        new = facts_of(indicator)
        if is_used and any(old[name] != new[name] for name in ("measure_code", "parameters", "direction")):
            words = _("Figures of this indicator are kept already; add another indicator to count otherwise.")
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

    Raises Refused, NotNow (the scheme is over; nothing changes), ValidationError (a year or an organisation that is
    none of the scheme's, below nought, a share above 100)."""
    with transaction.atomic():
        scheme, allowed = begin(indicator.scheme, acting_user, now)
        indicator = Indicator.objects.select_related("scheme__organisation").get(pk=indicator.pk)
        check_year(scheme, year)
        for organisation, value in values.items():
            _check_value(f"target_{organisation.pk}", indicator, scheme, organisation, value)
        there = {one.organisation_id: one for one in indicator.targets.filter(year=year, organisation__in=values)}
        old, new = {}, {}
        for organisation, value in values.items():
            row = there.get(organisation.pk)
            if (row.value if row is not None else None) == value:
                continue
            old[str(organisation)] = _plain(row.value) if row is not None else None
            new[str(organisation)] = _plain(value)
            if value is None and row is not None:
                row.delete()
            elif value is not None:
                Target.objects.update_or_create(
                    indicator=indicator, organisation=organisation, year=year, defaults={"value": value}
                )
        if not new:
            raise NotNow(_("These targets stand already; nothing was changed."))
        record(
            allowed,
            scheme,
            now,
            about=indicator,
            verb="set_targets",
            old={"year": year, "targets": old},
            new={"year": year, "targets": new},
        )
        return indicator


def _check_value(
    name: str, indicator: Indicator, scheme: Scheme, organisation: Organisation, value: Decimal | None
) -> None:
    if not concerns(scheme, organisation, tops_of(scheme)):
        words = _("The scheme does not concern %(organisation)s.")
        raise ValidationError({name: words % {"organisation": organisation}})
    if value is None:
        return
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
        _check_value("organisation", indicator, scheme, facts.organisation, None)
        _check_value("value", indicator, scheme, facts.organisation, facts.value)
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
