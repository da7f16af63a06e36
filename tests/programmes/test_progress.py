"""How far a line has come, by its subjects, and who has not been inspected for how long (domain.md §3)."""

from datetime import date as D

import pytest

from inspections.cases.services.opening import SubjectChoice
from inspections.programmes import services as programmes
from inspections.programmes.queries import coverage, lines_of
from inspections.programmes.rules import CaseOfLine, Progress, standing_of
from inspections.programmes.services import LineFacts
from permissions.verdicts import NotNow
from project.demo import stories
from project.demo.drive import do
from tests.browse import read
from tests.cast import at
from workflows import starts

TODAY = D(2026, 11, 23)
A, B, M = ("organisation", 1), ("organisation", 2), ("person", 1)


def about(stage, *subjects):
    return CaseOfLine(stage, frozenset(subjects))


@pytest.mark.parametrize(
    ("cases", "last_month", "progress", "covered"),
    [
        ([], 12, Progress.PLANNED, 0),
        ([], 10, Progress.LATE, 0),
        ([about("proposed", A, B)], 12, Progress.PLANNED, 0),
        ([about("proposed", A, B)], 10, Progress.LATE, 0),
        ([about("verifying", A)], 12, Progress.OPENED, 0),
        ([about("verifying", A)], 10, Progress.LATE, 0),  # nothing was opened about B
        ([about("verifying", A, B)], 10, Progress.OPENED, 0),
        ([about("closed", A)], 12, Progress.OPENED, 1),  # one of two is not done
        ([about("closed", A)], 10, Progress.LATE, 1),
        ([about("closed", A), about("verifying", B)], 10, Progress.OPENED, 1),
        ([about("closed", A), about("stopped", B)], 12, Progress.OPENED, 1),
        ([about("closed", A), about("notified", B)], 10, Progress.DONE, 2),
        ([about("concluded", A, B)], 10, Progress.DONE, 2),
        ([about("closed", A, B), about("verifying", A)], 10, Progress.OPENED, 2),
        ([about("closed", A, M)], 12, Progress.OPENED, 1),  # a member is not his organisation
    ],
)
def test_a_line_with_two_subjects(cases, last_month, progress, covered):
    facts = {"is_dropped": False, "planned": frozenset({A, B}), "year": 2026, "last_month": last_month, "today": TODAY}
    standing = standing_of(cases=cases, **facts)
    assert (standing.progress, standing.covered, standing.planned) == (progress, covered, 2)
    assert standing_of(cases=cases, **{**facts, "is_dropped": True}).progress == Progress.DROPPED


def programme_of(cast, *lines, year=2026):
    """The adopted programme of the inspection committee with such lines."""
    programme = starts.begin_programme(
        acting_user=cast["officer"],
        organisation=cast.organisation("ubkt"),
        horizon="year",
        first_year=year,
        last_year=year,
        now=at("2026-01-05"),
    )
    for facts in lines:
        line = LineFacts(kind=cast.kinds["GSCD"], content="Sinh hoạt chi bộ", year=year, **facts)
        programmes.add_line(acting_user=cast["officer"], programme=programme, facts=line, now=at("2026-01-05"))
    do(cast["officer"], programme, "draft", at("2026-01-06"), outcome="submit")
    do(cast["chair"], programme, "adopt", at("2026-01-08"), outcome="adopt")
    programme.refresh_from_db()
    return programme


def cells(cast, *names):
    return {"organisations": [cast.organisation(name) for name in names]}


def squares(cast, year, today=TODAY):
    rows = coverage(cast.organisation("ubkt"), cast["chair"], today)
    return {
        row.organisation.name.removeprefix("Chi bộ "): (one.cases, one.planned)
        for row in rows
        for one in row.squares
        if one.year == year
    }


def test_a_line_is_done_when_all_its_subjects_are_and_the_page_tells_how_many(cast):
    programme = programme_of(cast, cells(cast, "dong_muoi", "suoi_da"))
    line = programme.lines.get()
    stories.run_to_conclusion(cast, line=line)
    (shown,) = lines_of(programme, cast["chair"], TODAY)
    assert (shown.progress, shown.covered, shown.planned) == (Progress.OPENED, 1, 2)
    page = read(cast["chair"], programme.get_absolute_url(), "2026-11-23")
    assert "1 trên 2 đối tượng đã kết luận" in page
    subjects = [SubjectChoice(cast.organisation("suoi_da"))]
    stories.run_to_conclusion(cast, line=line, subjects=subjects, subject_by="sd_secretary")
    (shown,) = lines_of(programme, cast["chair"], TODAY)
    assert (shown.progress, shown.covered) == (Progress.DONE, 2)


def test_all_below_are_planned_every_one_and_counted_in_the_picture(cast):
    programme = programme_of(cast, {"all_below": True})
    (shown,) = lines_of(programme, cast["chair"], TODAY)
    assert (shown.covered, shown.planned) == (0, 3)
    stories.run_to_conclusion(cast, line=programme.lines.get())
    (shown,) = lines_of(programme, cast["chair"], TODAY)
    assert (shown.progress, shown.covered) == (Progress.OPENED, 1)
    assert squares(cast, 2026) == {
        "thôn Đồng Muối": (1, 1),
        "thôn Suối Đá": (0, 1),
        "Trường THCS Tân Phước Thượng": (0, 1),
    }


def test_a_case_about_a_member_is_none_about_the_cell(cast):
    subjects = [SubjectChoice(cast.organisation("suoi_da"), cast.person("sd_member"))]
    stories.signed(cast, stories.proposed(cast, subjects=subjects))
    assert squares(cast, 2026)["thôn Suối Đá"] == (0, 0)
    stories.signed(cast, stories.proposed(cast, subjects=[SubjectChoice(cast.organisation("suoi_da"))]))
    assert squares(cast, 2026)["thôn Suối Đá"] == (1, 0)


def test_a_programme_and_the_draft_of_its_next_version_count_once(cast):
    programme = programme_of(cast, cells(cast, "dong_muoi"), cells(cast, "suoi_da"))
    version = starts.change_programme(
        acting_user=cast["officer"], programme=programme, reason="Thêm.", now=at("2026-03-01")
    )
    assert squares(cast, 2026)["thôn Đồng Muối"] == (0, 1)
    # the draft drops one and plans another
    first = version.lines.get(position=1)
    programmes.drop_line(acting_user=cast["officer"], line=first, reason="Trùng.", now=at("2026-03-02"))
    facts = LineFacts(kind=cast.kinds["GSCD"], content="Đảng phí", year=2026, **cells(cast, "thcs"))
    programmes.add_line(acting_user=cast["officer"], programme=version, facts=facts, now=at("2026-03-02"))
    planned = {name: count for name, (_cases, count) in squares(cast, 2026).items()}
    assert planned == {"thôn Đồng Muối": 0, "thôn Suối Đá": 1, "Trường THCS Tân Phước Thượng": 1}


def test_the_last_inspection_is_looked_for_in_all_years_on_record(cast):
    case = stories.signed(cast, stories.proposed(cast))
    type(case).objects.filter(pk=case.pk).update(starts_on=D(2018, 5, 1))
    rows = {row.organisation.pk: row for row in coverage(cast.organisation("ubkt"), cast["chair"], TODAY)}
    row = rows[cast.organisation("dong_muoi").pk]
    assert (row.years_since, row.is_empty) == (8, True)
    assert rows[cast.organisation("suoi_da").pk].years_since is None
    page = read(cast["chair"], f"/programmes/coverage/{cast.organisation('ubkt').pk}/", "2026-11-23")
    assert "8 năm trước" in page
    assert "chưa có dữ liệu" in page


# versions


def test_a_new_version_has_all_that_the_lines_were_about(cast):
    facts = {**cells(cast, "dong_muoi", "suoi_da"), "members": [cast.person("sd_member")]}
    programme = programme_of(cast, facts)
    version = starts.change_programme(
        acting_user=cast["officer"], programme=programme, reason="Thêm.", now=at("2026-03-01")
    )
    line, old = version.lines.get(), programme.lines.get()
    assert line.carried_from == old
    for one in (line, old):
        assert set(one.organisations.all()) == {cast.organisation("dong_muoi"), cast.organisation("suoi_da")}
        assert list(one.members.all()) == [cast.person("sd_member")]


# dropping


def test_a_line_carried_over_is_dropped_in_the_draft_by_its_drafter_and_a_new_one_removed(cast):
    programme = programme_of(cast, cells(cast, "dong_muoi"), cells(cast, "suoi_da"))
    version = starts.change_programme(
        acting_user=cast["officer"], programme=programme, reason="Bớt.", now=at("2026-03-01")
    )
    carried = version.lines.get(position=1)
    with pytest.raises(NotNow):
        programmes.remove_line(acting_user=cast["officer"], line=carried, now=at("2026-03-02"))
    assert f"/programmes/lines/{carried.pk}/drop/" in text(cast, version)
    programmes.drop_line(acting_user=cast["officer"], line=carried, reason="Sáp nhập.", now=at("2026-03-02"))
    carried.refresh_from_db()
    assert carried.drop_reason == "Sáp nhập."
    # the version in force still has it
    assert programme.lines.get(position=1).dropped_at is None
    facts = LineFacts(kind=cast.kinds["GSCD"], content="Đảng phí", year=2026, **cells(cast, "thcs"))
    new = programmes.add_line(acting_user=cast["officer"], programme=version, facts=facts, now=at("2026-03-02"))
    with pytest.raises(NotNow):
        programmes.drop_line(acting_user=cast["officer"], line=new, reason="Nhầm.", now=at("2026-03-02"))
    programmes.remove_line(acting_user=cast["officer"], line=new, now=at("2026-03-02"))


def text(cast, programme):
    from tests.browse import logged_in, on, text_of

    with on("2026-03-02"):
        return text_of(logged_in(cast["officer"]).get(programme.get_absolute_url()))


def test_a_line_of_which_a_case_was_opened_in_an_older_version_is_not_dropped(cast):
    programme = programme_of(cast, cells(cast, "dong_muoi"))
    examined = (D(2025, 1, 1), D(2025, 12, 31))
    case = stories.proposed(cast, line=programme.lines.get(), day="2026-02-10", examined=examined)
    stories.signed(cast, case, day="2026-02-11")
    version = starts.change_programme(
        acting_user=cast["officer"], programme=programme, reason="Sửa.", now=at("2026-03-01")
    )
    with pytest.raises(NotNow):
        programmes.drop_line(acting_user=cast["officer"], line=version.lines.get(), reason="Bớt.", now=at("2026-03-02"))
    do(cast["officer"], version, "draft", at("2026-03-03"), outcome="submit")
    do(cast["chair"], version, "adopt", at("2026-03-04"), outcome="adopt")
    with pytest.raises(NotNow):
        programmes.drop_line(acting_user=cast["chair"], line=version.lines.get(), reason="Bớt.", now=at("2026-03-05"))
