"""Which lines of programmes pass to the successor of an organisation: those still to be carried out about it."""

import pytest

from inspections.cases.services.opening import SubjectChoice
from inspections.programmes import services
from inspections.programmes.access import open_lines_about
from inspections.programmes.services import LineFacts
from project.demo import stories
from tests.cast import at
from tests.organisations.test_succession import merged
from workflows import starts

pytestmark = pytest.mark.django_db
YEAR, DAY = "2026-09-01", "2026-10-01"


def programme_of(cast, *contents, keys=("dong_muoi", "thcs")):
    """The adopted programme of the year with a line for each content, each about the same cells."""
    programme = services.begin_programme(
        acting_user=cast["officer"],
        organisation=cast.organisation("ubkt"),
        horizon="year",
        first_year=2026,
        last_year=2026,
        now=at(YEAR),
    )
    for content in contents:
        facts = LineFacts(
            kind=cast.kinds["GSCD"],
            content=content,
            year=2026,
            organisations=[cast.organisation(key) for key in keys],
        )
        services.add_line(acting_user=cast["officer"], programme=programme, facts=facts, now=at(YEAR))
    return adopted(cast, programme)


def adopted(cast, programme, day=YEAR):
    services.submit_programme(acting_user=cast["officer"], programme=programme, now=at(day))
    return services.adopt_programme(acting_user=cast["chair"], programme=programme, now=at(day))


def changed(cast, programme, day="2026-10-20"):
    return services.change_programme(acting_user=cast["officer"], programme=programme, reason="Thêm việc.", now=at(day))


def opened(cast, line, *keys):
    subjects = [SubjectChoice(cast.organisation(key)) for key in keys]
    return stories.signed(cast, stories.proposed(cast, line=line, subjects=subjects, day=DAY), day=DAY)


def stopped(cast, case):
    return starts.stop(acting_user=cast["chair"], case=case, reason="Không còn cần.", now=at("2026-10-05"))


def open_lines(cast, key="dong_muoi"):
    return [line.content for line in open_lines_about(cast.organisation(key))]


def test_a_line_with_a_stopped_case_beside_a_running_one_is_carried_out_already(cast):
    line = programme_of(cast, "Việc học nghị quyết").lines.get()
    stopped(cast, opened(cast, line, "dong_muoi"))
    # as on the page of the programme: what was stopped leaves the line to be done
    assert open_lines(cast) == ["Việc học nghị quyết"]
    opened(cast, line, "dong_muoi")
    assert open_lines(cast) == []


def test_a_stopped_case_about_another_says_nothing_of_this_one(cast):
    line = programme_of(cast, "Việc học nghị quyết").lines.get()
    opened(cast, line, "dong_muoi")
    stopped(cast, opened(cast, line, "thcs"))
    assert (open_lines(cast), open_lines(cast, "thcs")) == ([], ["Việc học nghị quyết"])


def test_a_case_from_an_older_version_of_the_line_counts_for_the_newer_ones(cast, django_assert_max_num_queries):
    """Of three versions the second is replaced, the third is in force: the case was opened from the first."""
    first = programme_of(cast, "Việc học nghị quyết", "Việc thu đảng phí")
    opened(cast, first.lines.get(position=1), "dong_muoi")
    second = adopted(cast, changed(cast, first), "2026-10-21")
    assert open_lines(cast) == ["Việc thu đảng phí"]
    third = changed(cast, second, "2026-10-22")
    assert [(one.programme, one.content) for one in open_lines_about(cast.organisation("dong_muoi"))] == [
        (third, "Việc thu đảng phí"),
        (second, "Việc thu đảng phí"),
    ]
    adopted(cast, third, "2026-10-23")
    with django_assert_max_num_queries(3):
        (line,) = open_lines_about(cast.organisation("dong_muoi"))
        assert (line.programme, line.content) == (third, "Việc thu đảng phí")


def test_only_open_lines_name_the_successor(cast):
    first = programme_of(cast, "Việc học nghị quyết", "Việc thu đảng phí")
    opened(cast, first.lines.get(position=1), "dong_muoi")
    second = adopted(cast, changed(cast, first), "2026-10-21")
    merged(cast)
    named = {
        (one.programme.version, one.position): {cell.name for cell in one.organisations.all()}
        for programme in (first, second)
        for one in programme.lines.select_related("programme")
    }
    old, school, new = "Chi bộ thôn Đồng Muối", "Chi bộ Trường THCS Tân Phước Thượng", "Chi bộ thôn Suối Đá"
    assert named == {
        (1, 1): {old, school},
        (1, 2): {old, school},
        (2, 1): {old, school},
        (2, 2): {new, school},
    }
    merged(cast, "suoi_da", "thcs", day=stories.D(2026, 12, 9))
    assert {cell.name for cell in second.lines.get(position=2).organisations.all()} == {school}
