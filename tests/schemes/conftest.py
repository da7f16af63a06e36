"""A scheme of the commune about the meetings of its cells, and a quick way to each of its verbs."""

from datetime import date as D
from decimal import Decimal
from typing import Any

import pytest

from inspections.schemes.models import EventKind, Indicator, Scheme, SchemeTask
from inspections.schemes.queries import figures
from inspections.schemes.services import indicators, schemes, tasks
from project.demo.cast import Cast
from tests.cast import NOW

TODAY = NOW.date()
PAPER = "03-ĐA/ĐU ngày 05/01/2026"
AIM = "Chuyển biến căn bản về nhận thức của cấp uỷ."


def facts(**other: Any) -> schemes.SchemeFacts:
    given: dict[str, Any] = {
        "name": "Nâng cao chất lượng sinh hoạt chi bộ",
        "aim": AIM,
        "first_year": 2026,
        "last_year": 2030,
        "paper": PAPER,
    }
    return schemes.SchemeFacts(**{**given, **other})


@pytest.fixture
def by(cast: Cast) -> dict[str, Any]:
    """Who acts: the chief of the commune's office."""
    return {"acting_user": cast["office_chief"], "now": NOW}


@pytest.fixture
def scheme(cast: Cast, by: dict[str, Any]) -> Scheme:
    return schemes.begin_scheme(organisation=cast.organisation("commune"), facts=facts(), **by)


@pytest.fixture
def task(cast: Cast, by: dict[str, Any], scheme: Scheme) -> SchemeTask:
    """A task of the eleventh group, owned by a cell and the inspection committee."""
    owners = [cast.organisation("dong_muoi"), cast.organisation("ubkt")]
    group = scheme.groups.get(position=11)
    return tasks.add_task(group=group, facts=tasks.TaskFacts("Tập huấn bí thư chi bộ", owners), **by)


@pytest.fixture
def examined(by: dict[str, Any], scheme: Scheme) -> Indicator:
    """The share of cells examined in the year."""
    told = indicators.IndicatorFacts("Chi bộ được kiểm tra, giám sát", "more", "cells_examined", baseline=Decimal(20))
    return indicators.add_indicator(scheme=scheme, facts=told, **by)


@pytest.fixture
def typed(by: dict[str, Any], scheme: Scheme) -> Indicator:
    """An indicator whose figures are typed."""
    told = indicators.IndicatorFacts("Buổi sinh hoạt quá ngắn", "less", unit="buổi")
    return indicators.add_indicator(scheme=scheme, facts=told, **by)


def typed_facts(organisation: Any, **other: Any) -> indicators.TypedFacts:
    given: dict[str, Any] = {"year": 2026, "value": Decimal("12.5"), "proof": "Báo cáo 40-BC/ĐU"}
    return indicators.TypedFacts(organisation=organisation, **{**given, **other})


def kind(begins: str) -> EventKind:
    """The kind of event whose name begins so."""
    return EventKind.objects.get(name__startswith=begins)


def event_facts(organisation: Any, **other: Any) -> tasks.EventFacts:
    given: dict[str, Any] = {
        "kind": kind("Bồi dưỡng"),
        "held_on": D(2026, 10, 5),
        "title": "Lớp bồi dưỡng bí thư chi bộ",
        "people": 42,
        "paper": "15-KH/ĐU",
    }
    return tasks.EventFacts(organisation=organisation, **{**given, **other})


def add(scheme: Scheme, by: dict[str, Any], code: str, **parameters: str) -> Indicator:
    """An indicator that is counted by the measure of the code."""
    told = indicators.IndicatorFacts(code, "more", code, parameters=parameters)
    return indicators.add_indicator(scheme=scheme, facts=told, **by)


def counted(indicator: Indicator, organisation: Any, year: int = 2026, today: D = TODAY) -> figures.Figure:
    """Its figure of one organisation."""
    ((one,),) = figures.figures_of([(indicator, year)], [organisation], today)
    return one
