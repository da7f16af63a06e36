"""The search finds numbers, names and texts, whether or not accents and capitals are typed."""

import pytest
from django.urls import reverse

from inspections.documents.queries import issued_about
from tests.browse import logged_in, words_of
from tests.permissions.world import SAYS, SIBLING, World

pytestmark = pytest.mark.django_db


def found(world: World, who: str, words: str) -> dict[str, list[str]]:
    page = logged_in(world.cast[who]).get(reverse("reports:search"), {"q": words})
    assert page.status_code == 200
    shown = words_of(page)
    rows = {kind: [str(row) for row in one["rows"]] for kind, one in page.context["found"].items()}
    assert all(row in shown for kind in rows for row in rows[kind])
    return {kind: names for kind, names in rows.items() if names}


@pytest.mark.parametrize(
    "typed", ["chi bo thon dong muoi", "Chi bộ thôn Đồng Muối", "CHI BỘ THÔN ĐỒNG MUỐI", "muoi dong  thon"]
)
def test_cell_is_found_however_its_name_is_typed(world: World, typed: str):
    assert found(world, "chair", typed)["organisations"] == ["Chi bộ thôn Đồng Muối"]


def test_case_is_found_by_its_numbers_its_text_and_its_subject(world: World):
    case = world.row("case")
    plan = next(one.full_number for one in issued_about(case) if one.type.code == "plan")
    numbers = (case.number, case.number.lower(), plan, case.notice.number)
    for typed in (*numbers, "nen nep sinh hoat", "dong muoi nen nep"):
        assert str(case) in found(world, "chair", typed)["cases"], typed


def test_findings_corrections_and_people_are_found(world: World):
    assert found(world, "chair", "vung muoi con thieu")["findings"]
    assert found(world, "chair", f"{world.row('correction').demand.notice.number}")["corrections"]
    assert found(world, "chair", "dinh huu huan")["people"] == ["Đinh Hữu Huân"]


def test_nothing_of_others_is_found(world: World):
    assert found(world, "chair", SAYS[SIBLING]) == {}
    page = logged_in(world.cast["chair"]).get(reverse("reports:search"), {"q": SAYS[SIBLING]})
    assert "Không tìm thấy" in words_of(page)
