"""Rows of reference tables: how they follow one another, what is held against what is there, and who reads what."""

import datetime
from datetime import date as D
from importlib import import_module

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import connection
from django.urls import reverse

from inspections.calendars.models import EVENTS, Duty, TimeLimitRule
from inspections.cases.models import PaperKind
from inspections.findings.models import Severity
from inspections.organisations.models import Level, Organisation, OrganisationType
from inspections.organisations.models.organisations import OrganisationQuerySet
from inspections.reference import access
from inspections.reference.queries import history_of
from inspections.reference.services import add_row
from inspections.reference.tables import Ends, all_tables, table_of
from permissions import policy
from permissions.verdicts import NotNow
from project.demo import stories
from tests.browse import logged_in, on, words_of
from tests.cast import NOW
from tests.reference.test_tables import changed, ended

pytestmark = pytest.mark.django_db


def test_who_sees_a_kind_of_paper_is_never_changed(cast, keeper):
    kind = PaperKind.objects.filter(is_for_subject=False).first()
    changed(keeper, "paper-kinds", kind, is_for_subject=True, name="Tên khác")
    kind.refresh_from_db()
    assert (kind.is_for_subject, kind.name) == (False, "Tên khác")


def test_what_uses_a_row_is_counted_for_who_keeps_the_tables_only(cast, keeper):
    case = stories.proposed(cast)
    address = reverse("reference:row", args=["case-kinds", case.kind_id])
    with on("2026-11-23"):
        assert "Nơi đang dùng" in words_of(logged_in(keeper).get(address))
        told = logged_in(cast["dm_secretary"]).get(address)
    assert told.context["uses"] == []
    assert "Nơi đang dùng" not in words_of(told)


def test_the_rows_that_came_with_the_program_fit_together():
    for table in all_tables():
        for row in table.all():
            table.check(row)
    assert all(EVENTS[duty] for duty in Duty)


@pytest.mark.parametrize("code", ["procedures", "procedure-steps"])
def test_a_new_procedure_comes_with_the_program(cast, keeper, code):
    with on("2026-11-23"):
        client = logged_in(keeper)
        listed = client.get(reverse("reference:table", args=[code]))
        assert client.get(reverse("reference:add", args=[code])).status_code == 404
    assert reverse("reference:add", args=[code]) not in listed.content.decode()
    assert "theo phiên bản chương trình" in words_of(listed)
    with pytest.raises(NotNow):
        add_row(acting_user=keeper, table=table_of(code), values={}, reason="HD 9", now=NOW)


def test_double_time_limits_of_an_installation_are_told_apart_and_the_newest_counts():
    rule = TimeLimitRule.objects.get(kind="GSCD", level__code="commune", step="verify")
    first = rule.valid_from
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX rule_once_of_a_level")
    twin = TimeLimitRule.objects.get(pk=rule.pk)
    twin.pk, twin._state.adding = None, True
    twin.save()
    import_module("inspections.calendars.migrations.0004_time_limits_once").apart(apps, None)
    rule.refresh_from_db()
    twin.refresh_from_db()
    assert (twin.valid_from, twin.valid_to) == (first, None)
    assert rule.valid_from == rule.valid_to == first - datetime.timedelta(days=1)


def test_the_top_is_locked_before_the_right_is_asked(cast, keeper, monkeypatch):
    """Else two verbs that add the same row at once both find it free."""
    seen, lock, ask = [], OrganisationQuerySet.select_for_update, policy.require
    monkeypatch.setattr(
        OrganisationQuerySet, "select_for_update", lambda rows, **options: seen.append("lock") or lock(rows, **options)
    )
    monkeypatch.setattr(access.policy, "require", lambda *given: seen.append("ask") or ask(*given))
    changed(keeper, "severities", Severity.objects.get(code="limitation"), name="Khác")
    assert seen[:2] == ["lock", "ask"]


def test_the_history_of_a_row_outlives_the_top_of_the_tree(cast, keeper):
    severity = Severity.objects.get(code="limitation")
    changed(keeper, "severities", severity, name="Khác")
    Organisation.objects.filter(parent=None).update(ends_on=D(2020, 1, 1))
    assert [entry.new for entry in history_of(severity)] == [{"name": "Khác"}]


@pytest.mark.parametrize("code", [table.code for table in all_tables() if table.ends is Ends.ON_A_DAY])
def test_what_has_ended_does_not_end_again(cast, keeper, code):
    row = table_of(code).all().first()
    row.valid_from, row.valid_to = D(2026, 1, 1), D(2026, 11, 22)
    row.save()
    with pytest.raises(NotNow):
        ended(keeper, code, row, last_day=D(2026, 12, 31))
    row.refresh_from_db()
    assert row.valid_to == D(2026, 11, 22)


def test_ranks_and_levels_are_held_against_the_tree(cast, keeper):
    province, commune = (cast.organisation(name) for name in ("province", "commune"))
    top = province.type.level
    with pytest.raises(ValidationError) as refusal:
        changed(keeper, "levels", top, rank=90)
    assert list(refusal.value.message_dict) == ["rank"]
    assert "Đảng bộ tỉnh Sơn Hải" in refusal.value.messages[0]
    with pytest.raises(ValidationError) as refusal:
        changed(keeper, "organisation-types", commune.type, level=top)
    assert list(refusal.value.message_dict) == ["level"]
    assert OrganisationType.objects.get(pk=commune.type_id).level == commune.type.level
    changed(keeper, "levels", top, name="Tỉnh, thành phố")
    assert Level.objects.get(pk=top.pk).name == "Tỉnh, thành phố"


def test_a_year_that_is_no_number_is_the_year_of_today(cast, keeper):
    with on("2026-11-23"):
        answer = logged_in(keeper).get(reverse("calendars:list"), {"year": "²"})
    assert (answer.status_code, answer.context["year"]) == (200, 2026)
