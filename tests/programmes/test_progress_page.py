"""Every state of a line as its page shows it, on both sides of each border; and the empty square that starts a line."""

import re
from datetime import date as D
from html import unescape
from typing import Any

import pytest
from django.urls import reverse

from inspections.cases.services.opening import SubjectChoice
from inspections.organisations.models import Organisation
from inspections.programmes import services as programmes
from inspections.programmes.models import Programme
from project.demo import stories
from tests.browse import TAG, logged_in, on, send, words_of
from tests.cast import Cast, at
from tests.filled import values_of
from tests.programmes.test_progress import cells, programme_of
from tests.standing import story
from workflows import starts

pytestmark = pytest.mark.django_db
PLANNED, OPENED, DONE, LATE, DROPPED = "theo kế hoạch", "đã mở", "xong", "chậm", "đã bỏ"
EXAMINED = (D(2025, 1, 1), D(2025, 12, 31))


@story
def programme(cast: Cast) -> Programme:
    """Five lines: two that nobody opened, one being carried out, one concluded, one dropped."""
    november = {"first_month": 10, "last_month": 11}
    adopted = programme_of(
        cast,
        {**cells(cast, "thcs"), **november},
        cells(cast, "thcs"),
        {**cells(cast, "suoi_da"), **november},
        {**cells(cast, "dong_muoi"), **november},
        {**cells(cast, "suoi_da"), "first_month": 3, "last_month": 4},
    )
    lines = {line.position: line for line in adopted.lines.all()}
    subjects = [SubjectChoice(cast.organisation("suoi_da"))]
    stories.signed(cast, stories.proposed(cast, line=lines[3], subjects=subjects, examined=EXAMINED))
    stories.run_to_conclusion(cast, line=lines[4])
    programmes.drop_line(acting_user=cast["chair"], line=lines[5], reason="Sáp nhập chi bộ.", now=at("2026-02-01"))
    return adopted


def shown(cast: Cast, programme: Programme, day: str, hour: int) -> dict[int, str]:
    """Place of each line -> its state in words, as the page says on a day; the figures above say the same."""
    with on(day, hour):
        page = logged_in(cast["chair"]).get(programme.get_absolute_url())
    told = {}
    for row in re.findall(r'<tr id="line-\d+">.*?</tr>', page.content.decode(), re.DOTALL):
        place = re.search(r'<th scope="row" class="number">(\d+)</th>', row)
        state = re.search(r'<span class="state[^"]*">(.*?)</span>', row, re.DOTALL)
        assert place and state
        told[int(place[1])] = " ".join(unescape(TAG.sub(" ", state[1])).split())
    figures = re.findall(r'<li class="figure[^"]*"><strong>(\d+)</strong> (.*?)</li>', page.content.decode())
    assert {words: int(count) for count, words in figures} == {
        state: list(told.values()).count(state) for state in (PLANNED, OPENED, DONE, LATE, DROPPED)
    }
    return told


BORDERS = [  # the line of October and November, and the one without a slot
    ("2026-09-30", 12, PLANNED, PLANNED),  # before the slot
    ("2026-10-01", 0, PLANNED, PLANNED),  # its first day
    ("2026-11-30", 0, PLANNED, PLANNED),  # its last day
    ("2026-11-30", 23, PLANNED, PLANNED),
    ("2026-12-01", 0, LATE, PLANNED),  # the day after, in Vietnam; elsewhere it is still November
    ("2026-12-31", 23, LATE, PLANNED),  # the last day of a line without a slot
    ("2027-01-01", 0, LATE, LATE),
]


def test_a_line_is_late_from_the_day_after_its_slot(cast, programme):
    for day, hour, first, second in BORDERS:
        told = shown(cast, programme, day, hour)
        assert told == {1: first, 2: second, 3: OPENED, 4: DONE, 5: DROPPED}, (day, hour)


def test_a_case_that_is_only_proposed_opens_nothing_and_one_that_was_stopped_neither(cast, programme):
    line = programme.lines.get(position=1)
    subjects = [SubjectChoice(cast.organisation("thcs"))]
    case = stories.proposed(cast, line=line, subjects=subjects, day="2026-11-25")
    assert shown(cast, programme, "2026-11-30", 9)[1] == PLANNED
    assert shown(cast, programme, "2026-12-01", 9)[1] == LATE
    stories.signed(cast, case, day="2026-12-01")
    assert shown(cast, programme, "2026-12-01", 10)[1] == OPENED
    starts.stop(acting_user=cast["chair"], case=case, reason="Trùng nội dung.", now=at("2026-12-02"))
    assert shown(cast, programme, "2026-12-02", 10)[1] == LATE


def test_the_reason_of_a_dropped_line_stands_beside_it_and_it_opens_nothing_more(cast, programme):
    with on("2026-11-23"):
        page = logged_in(cast["officer"]).get(programme.get_absolute_url())
    row = page.content.decode().partition(f'id="line-{programme.lines.get(position=5).pk}"')[2].partition("</tr>")[0]
    assert "Sáp nhập chi bộ." in unescape(row)
    assert reverse("workflows:propose", args=[cast.organisation("ubkt").pk]) not in row
    assert f"{reverse('workflows:propose', args=[cast.organisation('ubkt').pk])}?line=" in page.content.decode()


# the picture


def draft(cast: Cast, year: int) -> Programme:
    return starts.begin_programme(
        acting_user=cast["officer"],
        organisation=cast.organisation("ubkt"),
        horizon="year",
        first_year=year,
        last_year=year,
        now=at("2026-11-20"),
    )


def squares(page: Any, organisation: Organisation) -> list[str]:
    """What stands in the squares of an organisation, the address of a line where one leads to it."""
    rows = unescape(page.content.decode()).split('<th scope="row">')
    row = next(row for row in rows if row.startswith(f"{organisation}</th>")).partition("</tr>")[0]
    cells_ = re.findall(r'<td class="(?:hit|planned|gap)">(.*?)</td>', row, re.DOTALL)
    return [found[1] if (found := re.search(r'href="([^"]+)"', cell)) else cell.strip() for cell in cells_]


def test_an_empty_square_starts_a_line_about_its_organisation_in_its_year(cast, programme):
    next_year, client = draft(cast, 2027), logged_in(cast["officer"])
    cell, picture = cast.organisation("thcs"), reverse("programmes:coverage", args=[cast.organisation("ubkt").pk])
    with on("2026-11-23"):
        *_before, this_year, square = squares(client.get(picture), cell)
        # the adopted programme plans it this year: no second line of it is started from the picture
        assert this_year == "◔ theo kế hoạch"
        assert square == f"{reverse('programmes:add_line', args=[next_year.pk])}?organisations={cell.pk}&year=2027"
        form = client.get(square)
        values = values_of(form)
        assert (values["organisations"], values["year"]) == ([str(cell.pk)], ["2027"])
        typed = {**values, "kind": cast.kinds["GSCD"].pk, "content": "Sinh hoạt chi bộ", "seen": ""}
        send(client, square, **typed)
        line = next_year.lines.get()
        assert (list(line.organisations.all()), line.year) == ([cell], 2027)
        assert squares(client.get(picture), cell)[-1] == "◔ theo kế hoạch"
        inspected, planned_next = squares(client.get(picture), cast.organisation("dong_muoi"))[-2:]
        assert inspected == "✓ 1" and planned_next.endswith("&year=2027")


def test_without_a_draft_of_that_year_or_without_the_right_a_square_leads_nowhere(cast, programme):
    picture = reverse("programmes:coverage", args=[cast.organisation("ubkt").pk])
    with on("2026-11-23"):
        page = logged_in(cast["officer"]).get(picture)
        assert squares(page, cast.organisation("thcs"))[-1] == "·"
        assert "Hãy bắt đầu" in words_of(page) or "dự thảo" in words_of(page)
        draft(cast, 2027)
        assert squares(logged_in(cast["officer"]).get(picture), cast.organisation("thcs"))[-1] != "·"
        assert squares(logged_in(cast["secretary"]).get(picture), cast.organisation("thcs"))[-1] == "·"


@pytest.mark.parametrize(
    "query", ["organisations=abc&year=xyz", "organisations=999999&year=1", f"organisations={2**70}"]
)
def test_a_square_of_a_forged_address_starts_an_empty_line(cast, query):
    with on("2026-11-23"):
        page = logged_in(cast["officer"]).get(f"{reverse('programmes:add_line', args=[draft(cast, 2027).pk])}?{query}")
    assert page.status_code == 200
    assert values_of(page).get("organisations", []) == []
