"""Organisations are renamed, merge, split and dissolve; what is open passes on as it is (domain.md §2.1, §5.5)."""

from datetime import date as D

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from inspections.cases.services.opening import SubjectChoice
from inspections.deadlines.models import Deadline
from inspections.deadlines.queries import running_clock
from inspections.documents.services import add_term, change_term
from inspections.organisations.models import Interest, Organisation, Succession, SuccessionPart
from inspections.organisations.services import (
    Will,
    add_organisation,
    add_person,
    check_not_ended,
    correct_organisation,
    declare_interest,
    delegate,
    dissolve_organisation,
    end_delegation,
    end_office,
    end_organisation,
    give_office,
    merge_organisation,
    move_organisation,
    preview_of_succession,
    rename_organisation,
    split_organisation,
)
from inspections.programmes import services as programmes
from inspections.programmes.models import Programme
from inspections.programmes.services import LineFacts
from inspections.remedies.models import Correction
from inspections.reports.services.asking import DUTY, answer_report, ask_report
from permissions import audit, policy
from permissions.models import AuditEntry
from permissions.verdicts import NotNow, Refused
from project.demo import stories
from project.demo.drive import inbox
from tests.browse import logged_in, on, read, send, text_of, words_of
from tests.cast import SINCE, at
from tests.keeping import add_day
from tests.leaving import all_leave
from tests.standing import story
from workflows import starts
from workflows.invariants import INVARIANTS
from workflows.models import WorkItem

# the correction of the story is due on 30/11/2026; the merger takes effect when it is late
ON, TODAY = D(2026, 12, 7), "2026-12-10"
PAPER = "21-QĐ/ĐU, 05/12/2026"


@story
def notice(cast):
    return stories.run_to_notice(cast)


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def merged(cast, key="dong_muoi", into="suoi_da", by=None, day=ON, paper=PAPER, today=TODAY):
    return merge_organisation(
        acting_user=by or cast["administrator"],
        organisation=cast.organisation(key),
        successor=cast.organisation(into),
        on=day,
        paper=paper,
        now=at(today),
    )


def broken(day=TODAY):
    return [
        (one.code, breach.row, breach.what)
        for one in INVARIANTS
        for breach in one.breaches(at(day))
        if "bytes" not in one.code
    ]


def new_cell(cast, key, name, secretary):
    """A new cell of the commune with its secretary, so that it can take a place."""
    cast.organisations[key] = add_organisation(
        acting_user=cast.root,
        now=at(TODAY),
        name=name,
        type=cast.organisation("suoi_da").type,
        parent=cast.organisation("commune"),
        starts_on=D(2026, 12, 1),
        symbol="CB",
    )
    cast.add_user(secretary, name.replace("Chi bộ", "Bí thư"), "cell_secretary", key)
    return cast.organisations[key]


def complaint(call, **options):
    with pytest.raises(ValidationError) as refusal:
        call(**options)
    ((field, (message, *_more)),) = refusal.value.message_dict.items()
    return field, message


# a merger


def test_the_overdue_correction_of_a_merged_cell_is_answered_by_the_new_one(cast, notice):
    """Number, due day and days late stay; the new secretary goes on with it, the old one does not find it."""
    correction = Correction.objects.get(demand__notice__case=notice)
    clock = Deadline.objects.get(item_type__model="correction", state="running")
    due_on, number = correction.due_on, correction.demand.notice.number
    late = f"{(D.fromisoformat(TODAY) - due_on).days} ngày"
    page = correction.get_absolute_url()
    before = leader_of(cast)
    assert late in read(cast["dm_secretary"], page, TODAY)
    read(cast["sd_secretary"], page, TODAY, status=404)
    merged(cast)
    suoi_da, correction, again = fresh(cast.organisation("suoi_da")), fresh(correction), fresh(clock)
    assert (correction.organisation, correction.org_path, correction.due_on) == (suoi_da, suoi_da.path, due_on)
    assert (again.organisation, again.org_path) == (suoi_da, suoi_da.path)
    kept = ("pk", "start_on", "due_on", "due_text", "started_at", "explanation", "state")
    assert [getattr(again, name) for name in kept] == [getattr(clock, name) for name in kept]
    told = read(cast["sd_secretary"], page, TODAY)
    assert number in told
    assert late in told
    assert "Chuyển từ Chi bộ thôn Đồng Muối sang Chi bộ thôn Suối Đá ngày 07/12/2026 theo 21-QĐ/ĐU" in told
    read(cast["dm_secretary"], page, TODAY, status=404)
    assert inbox(cast["dm_secretary"], at(TODAY)) == []
    # the leader counts as many, of the other name
    assert leader_of(cast)[:3] == before[:3]
    assert (before[3], leader_of(cast)[3]) == (["Chi bộ thôn Đồng Muối"], ["Chi bộ thôn Suối Đá"])
    # found by either name, in the lists and by the search
    for words in ("dong muoi", "suoi da", number):
        for address in ("remedies:list", "cases:list", "reports:search"):
            with on(TODAY):
                answer = words_of(logged_in(cast["secretary"]).get(reverse(address), {"q": words}))
            assert number in answer or notice.number in answer, (address, words)
    with on(TODAY):
        chosen = {"organisation": cast.organisation("dong_muoi").pk}
        assert number in words_of(logged_in(cast["secretary"]).get(reverse("remedies:list"), chosen))
    # the notice keeps the name of the day it was issued
    assert "Chi bộ thôn Đồng Muối" in read(cast["sd_secretary"], reverse("findings:notice", args=[notice.pk]), TODAY)
    stories.planned(cast, correction, "sd_secretary", TODAY, product="Nghị quyết")
    stories.judged(cast, correction, "judge_plan", "2026-12-11", accepts=True)
    stories.carried_out(cast, correction, "sd_secretary", "2026-12-11")
    stories.judged(cast, correction, "judge_report", "2026-12-11", accepts=True)
    assert fresh(correction).state == Correction.State.ACCEPTED
    assert fresh(notice).organisation == cast.organisation("ubkt")
    assert broken() == []


def test_the_new_secretary_answers_the_report_that_was_asked_of_the_merged_cell(cast, notice):
    clock = Deadline.objects.get(item_type__model="correction", state="running")
    (asked,) = ask_report(
        acting_user=cast["chair"],
        deadlines=[clock],
        words="Nêu lý do.",
        due_on=D.fromisoformat(TODAY),
        now=at("2026-12-01"),
    )
    merged(cast)
    answer_report(acting_user=cast["sd_secretary"], asked=asked, answer="Sẽ xong.", now=at(TODAY))
    assert running_clock(asked, DUTY) is None
    assert broken() == []


def leader_of(cast):
    """What the leader's page counts: open, soon, overdue, and of whom."""
    with on(TODAY):
        shown = logged_in(cast["secretary"]).get(reverse("reports:leader")).context
    numbers = {code: number for code, _label, number in shown["figures"]}
    owing = [one.name for one in shown["lines"] if one.name.startswith("Chi bộ")]
    return [*(numbers[code] for code in ("open", "due15", "overdue")), owing]


def test_the_new_secretary_answers_what_is_asked_of_either_cell_in_one_case(cast):
    """Both cells are subjects of one case; after the merger one office reports for both, each named as it was."""
    both = [SubjectChoice(cast.organisation(key)) for key in ("dong_muoi", "suoi_da")]
    case = stories.signed(cast, stories.proposed(cast, subjects=both))
    stories.prepared(cast, case)
    stories.announced(cast, case)
    merged(cast, day=D(2026, 10, 9), today="2026-10-10")
    assert inbox(cast["sd_secretary"], at("2026-10-10")) == ["self_report", "self_report"]
    assert inbox(cast["dm_secretary"], at("2026-10-10")) == []
    clocks = Deadline.objects.filter(duty="self_report")
    assert {(one.organisation.name, one.due_on) for one in clocks} == {("Chi bộ thôn Suối Đá", D(2026, 10, 20))}
    stories.self_reported(cast, case, by="sd_secretary")
    assert {str(one) for one in case.subjects.all()} == {"Chi bộ thôn Đồng Muối", "Chi bộ thôn Suối Đá"}
    assert {paper.written_by for paper in case.papers.filter(kind__code="self_report")} == {cast["sd_secretary"]}
    # what starts later starts with who answers now
    stories.worked_with(cast, case)
    stories.found(cast, case, "Thiếu sổ.")
    stories.verified(cast, case)
    stories.released(cast, case)
    assert {one.organisation.name for one in Deadline.objects.filter(duty="answer")} == {"Chi bộ thôn Suối Đá"}
    assert inbox(cast["sd_secretary"], at("2026-10-27")) == ["answer", "answer"]
    assert broken("2026-10-27") == []
    # what follows from it is about the cell that there is
    following = starts.convert(acting_user=cast["chair"], case=case, reason="Có dấu hiệu.", now=at("2026-10-28"))
    assert [str(one) for one in following.subjects.all()] == ["Chi bộ thôn Suối Đá"]


def test_a_cell_goes_on_with_the_cases_and_members_of_the_one_merged_into_it(cast):
    member = cast.person("sd_member")
    case = stories.proposed(
        cast,
        kind="KTCH",
        body="suoi_da",
        by="sd_secretary",
        subjects=[SubjectChoice(member.organisation, member)],
        team=[],
        day="2026-10-02",
        ends_on=D(2026, 12, 4),
    )
    case = stories.signed(cast, case, day="2026-10-05", by="sd_deputy")
    clocks = set(Deadline.objects.filter(case_id=case.pk, state="running").values_list("pk", "due_on"))
    number = case.number
    succession = merged(cast, "suoi_da", "thcs", day=D(2026, 10, 7), today="2026-10-08")
    thcs, case = cast.organisation("thcs"), fresh(case)
    assert (case.organisation, case.org_path, case.number) == (thcs, fresh(thcs).path, number)
    assert fresh(member).organisation == thcs
    running = Deadline.objects.filter(case_id=case.pk, state="running")
    assert set(running.values_list("pk", "due_on")) == clocks
    assert {one.organisation for one in running} == {thcs}
    assert inbox(cast["thcs_secretary"], at("2026-10-08")) == ["announce"]
    assert inbox(cast["sd_secretary"], at("2026-10-08")) == []
    read(cast["sd_deputy"], case.get_absolute_url(), "2026-10-08", status=404)
    (entry,) = audit.entries_of(cast.organisation("suoi_da")).filter(verb="merge_organisation")
    assert entry.new["passed"]["cases"] == {str(thcs.pk): [case.pk]}
    assert (entry.reason, entry.new["ends_on"], succession.decided_by) == (PAPER, "2026-10-06", cast["administrator"])
    assert broken("2026-10-08") == []


def test_what_was_merged_can_only_be_read(cast):
    cell, root = cast.organisation("suoi_da"), cast.root
    deputy = cast.person("sd_deputy")
    lent = delegate(
        acting_user=root,
        office=cast.offices["sd_secretary"],
        deputy=deputy,
        starts_on=D(2026, 7, 1),
        ends_on=None,
        now=at("2026-10-01"),
    )
    term = add_term(
        acting_user=root,
        organisation=cell,
        name="2025–2027",
        starts_on=D(2025, 7, 1),
        ends_on=None,
        now=at("2026-10-01"),
    )
    merged(cast, "suoi_da", "thcs")
    common = {"acting_user": root, "now": at(TODAY)}
    person, day, cell_type = cast.person("thcs_secretary"), D(2026, 12, 10), cell.type
    writing = {
        "correct": lambda: correct_organisation(organisation=cell, name="Tên khác", **common),
        "take the end back": lambda: correct_organisation(organisation=cell, ends_on=None, **common),
        "end": lambda: end_organisation(organisation=cell, last_day=day, paper="1", **common),
        "move": lambda: move_organisation(
            organisation=cell, parent=cast.organisation("ward"), code="", on=day, paper="1", **common
        ),
        "rename": lambda: rename_organisation(organisation=cell, name="Tên khác", on=day, paper="1", **common),
        "merge": lambda: merged(cast, "suoi_da", "dong_muoi"),
        "add below": lambda: add_organisation(name="Tổ đảng", type=cell_type, parent=cell, **common),
        "add a member": lambda: add_person(full_name="Mới", organisation=cell, **common),
        "give an office": lambda: give_office(
            person=person, role="cell_secretary", organisation=cell, starts_on=D(2026, 1, 1), ends_on=ON, **common
        ),
        "end an office": lambda: end_office(office=cast.offices["sd_secretary"], last_day=day, **common),
        "delegate": lambda: delegate(
            office=cast.offices["sd_secretary"], deputy=deputy, starts_on=day, ends_on=None, **common
        ),
        "end a delegation": lambda: end_delegation(delegation=lent, last_day=day, **common),
        "add a term": lambda: add_term(organisation=cell, name="x", starts_on=D(2020, 1, 1), ends_on=day, **common),
        "change a term": lambda: change_term(term=term, name="x", starts_on=D(2025, 7, 1), ends_on=day, **common),
        "add a day of rest": lambda: add_day(
            organisation=cell, day=day, kind="rest", name="Hội", legal_basis="1", **common
        ),
    }
    for what, write in writing.items():
        with pytest.raises(NotNow) as refusal:
            write()
        assert str(refusal.value), what
    with pytest.raises(NotNow) as refusal:
        check_not_ended(fresh(cell), day)
    assert str(refusal.value) == (
        "Chi bộ thôn Suối Đá đã kết thúc từ ngày 07/12/2026 theo 21-QĐ/ĐU, 05/12/2026, chỉ còn xem được; "
        "hãy làm việc với Chi bộ Trường THCS Tân Phước Thượng."
    )
    assert {office.ends_on for office in cell.offices.all()} == {D(2026, 12, 6)}
    # the page says who is in its place, and offers nothing to write
    told = read(cast["administrator"], cell.get_absolute_url(), TODAY)
    assert "sáp nhập ngày 07/12/2026 theo 21-QĐ/ĐU" in told
    assert "Sửa" not in told
    assert "Kế thừa Chi bộ thôn Suối Đá" in read(
        cast["administrator"], cast.organisation("thcs").get_absolute_url(), TODAY
    )
    read(cast["administrator"], reverse("organisations:reorganise", args=[cell.pk]), TODAY, status=409)


def test_officers_and_ties_follow_and_history_stays_readable(cast):
    """The officer who follows the old cell follows the new one; a tie to the old one counts for the new one."""
    give_office(
        acting_user=cast.root,
        person=cast.person("stranger"),
        role="area_officer",
        organisation=cast.organisation("ubkt"),
        areas=[cast.organisation("dong_muoi")],
        starts_on=D(2026, 1, 1),
        now=at("2026-10-01"),
    )
    declare_interest(
        acting_user=cast["member2"],
        person=cast.person("member2"),
        nature="anh ruột bí thư",
        about_organisation=cast.organisation("dong_muoi"),
        now=at("2026-10-01"),
    )
    suoi_da = cast.organisation("suoi_da")
    assert not policy.may(cast["stranger"], "see_cases", suoi_da, at(TODAY))
    merged(cast)
    assert policy.may(cast["stranger"], "see_cases", suoi_da, at(TODAY))
    assert Interest.objects.filter(person=cast.person("member2"), about_organisation=suoi_da).count() == 1
    assert policy.may(cast["sd_secretary"], "see_as_subject", cast.organisation("dong_muoi"), at(TODAY))
    assert not policy.may(cast["sd_secretary"], "propose_case", cast.organisation("dong_muoi"), at(TODAY))


# a day, a paper, a successor


def test_bad_input_is_refused_in_a_sentence_and_stores_nothing(cast):
    cell = cast.organisation("suoi_da")
    before = (Organisation.objects.filter(ends_on=None).count(), AuditEntry.objects.count())
    later = new_cell(cast, "later", "Chi bộ thôn Mới", "later_secretary")
    Organisation.objects.filter(pk=later.pk).update(starts_on=D(2026, 12, 8))
    ending = new_cell(cast, "ending", "Chi bộ thôn Sắp Hết", "ending_secretary")
    Organisation.objects.filter(pk=ending.pk).update(ends_on=D(2026, 12, 31))
    empty = add_organisation(
        acting_user=cast.root, now=at(TODAY), name="Chi bộ Trống", type=cell.type, parent=cast.organisation("commune")
    )
    cast.organisations["empty"] = empty
    wrongs = [
        ({"into": "suoi_da"}, "successors", "không thể tự kế thừa"),
        ({"into": "later"}, "successors", "đến ngày 08/12/2026 mới"),
        ({"into": "ending"}, "successors", "ngày cuối là 31/12/2026"),
        ({"into": "commune", "by": cast.root}, "successors", "không cùng loại"),
        ({"into": "ubkt", "by": cast.root}, "successors", "không cùng loại"),
        ({"day": D(2026, 12, 11)}, "on", "chưa tới"),
        ({"key": "later", "day": D(2026, 12, 8)}, "on", "thành lập ngày 08/12/2026"),
        ({"day": SINCE}, "on", "giữ chức vụ từ ngày"),
        ({"paper": " "}, "paper", "Ghi văn bản"),
    ]
    made = AuditEntry.objects.count()
    for options, field, sentence in wrongs:
        told = complaint(merged, cast=cast, **{"key": "suoi_da", "into": "thcs", **options})
        assert told[0] == field, (options, told)
        assert sentence in told[1], (options, told)
    stories.signed(cast, stories.proposed(cast, subjects=[SubjectChoice(cell)]))
    assert "Chưa có ai" in complaint(merged, cast=cast, key="suoi_da", into="empty")[1]
    assert fresh(cell).ends_on is None
    assert Succession.objects.count() == 0
    assert before[0] + 2 == Organisation.objects.filter(ends_on=None).count()
    assert not AuditEntry.objects.filter(verb="merge_organisation").exists()
    assert made > before[1]
    with pytest.raises(Refused):
        merged(cast, key="suoi_da", into="ward_cell")  # of another commune
    for name in ("chair", "sd_secretary", "secretary"):
        with pytest.raises(Refused):
            merged(cast, key="suoi_da", into="thcs", by=cast[name])


def test_a_cycle_and_a_day_that_later_facts_contradict_are_refused(cast):
    merged(cast, "dong_muoi", "suoi_da", day=D(2026, 12, 8))
    Organisation.objects.filter(pk=cast.organisation("dong_muoi").pk).update(ends_on=None)  # past every verb
    assert "vòng tròn" in complaint(merged, cast=cast, key="suoi_da", into="dong_muoi", day=D(2026, 12, 9))[1]
    field, message = complaint(merged, cast=cast, key="suoi_da", into="thcs", day=D(2026, 12, 7))
    assert (field, "kế thừa Chi bộ thôn Đồng Muối ngày 08/12/2026" in message) == ("on", True)
    stories.signed(cast, stories.proposed(cast, day="2026-12-09"), day="2026-12-09")
    field, message = complaint(
        dissolve_organisation,
        acting_user=cast.root,
        organisation=cast.organisation("ubkt"),
        successor=cast.organisation("ward_ubkt"),
        on=D(2026, 12, 9),
        paper="1",
        now=at(TODAY),
    )
    assert (field, "Tổ chức đã ban hành 01-QĐ/UBKTĐU ngày 09/12/2026" in message) == ("on", True)


# split, dissolution, renaming


def test_a_split_shares_out_item_by_item(cast, notice):
    """One correction to the first new cell, the members and all the rest to the second."""
    correction = Correction.objects.get(demand__notice__case=notice)
    one = new_cell(cast, "one", "Chi bộ thôn Đồng Muối 1", "one_secretary")
    two = new_cell(cast, "two", "Chi bộ thôn Đồng Muối 2", "two_secretary")
    old = cast.organisation("dong_muoi")
    stays = cast.person("dm_deputy")

    def split(successors=(one, two), rest=two, named=None):
        return split_organisation(
            acting_user=cast["administrator"],
            organisation=old,
            will=Will(list(successors), rest, named or {}),
            on=ON,
            paper=PAPER,
            now=at(TODAY),
        )

    assert "ít nhất hai" in complaint(split, successors=[one], rest=one)[1]
    assert "hai lần" in complaint(split, successors=[one, one], rest=one)[1]
    assert complaint(split, rest=None)[0] == "rest"
    assert "một trong các tổ chức" in complaint(split, rest=cast.organisation("thcs"))[1]
    gone = {("corrections", 987): one}
    with pytest.raises(ValidationError):
        split(named=gone)
    split(named={("corrections", correction.pk): one, ("members", stays.pk): one})
    assert fresh(correction).organisation == one
    assert {fresh(stays).organisation, cast.person("dm_secretary").organisation} == {one, two}
    clock = Deadline.objects.get(item_type__model="correction", state="running")
    assert (clock.organisation, clock.org_path) == (one, fresh(one).path)
    assert inbox(cast["one_secretary"], at(TODAY)) == ["plan"]
    assert inbox(cast["two_secretary"], at(TODAY)) == []
    with pytest.raises(Refused):
        stories.planned(cast, correction, "two_secretary", TODAY, product="Nghị quyết")
    stories.planned(cast, correction, "one_secretary", TODAY, product="Nghị quyết")
    told = read(cast["administrator"], old.get_absolute_url(), TODAY)
    assert "Tổ chức kế thừa: Chi bộ thôn Đồng Muối 1 ; Chi bộ thôn Đồng Muối 2" in told
    assert broken() == []


def test_a_dissolved_cell_names_who_takes_what_is_open_or_has_nothing_open(cast, notice):
    def dissolved(key, successor):
        return dissolve_organisation(
            acting_user=cast["administrator"],
            organisation=cast.organisation(key),
            successor=successor,
            on=ON,
            paper=PAPER,
            now=at(TODAY),
        )

    commune = cast.organisation("commune")
    assert "trực thuộc Đảng bộ" in complaint(dissolved, key="commune", successor=cast.organisation("thcs"))[1]
    assert "việc còn dở" in complaint(dissolved, key="dong_muoi", successor=None)[1]
    dissolved("dong_muoi", commune)
    assert Correction.objects.get().organisation == commune
    assert inbox(cast["secretary"], at(TODAY)) == ["plan"]
    all_leave(cast, cast.organisation("thcs"), D(2026, 12, 5), at(TODAY))
    dissolved("thcs", None)
    assert fresh(cast.organisation("thcs")).ends_on == D(2026, 12, 6)
    assert inbox(cast["thcs_secretary"], at(TODAY)) == []
    case = stories.proposed(
        cast,
        kind="KTCH",
        body="suoi_da",
        by="sd_secretary",
        subjects=[SubjectChoice(cast.organisation("suoi_da"), cast.person("sd_member"))],
        team=[],
        day="2026-12-01",
    )
    assert str(case) in complaint(dissolved, key="suoi_da", successor=commune)[1]
    assert broken() == []


def test_a_renamed_cell_is_found_by_both_names(cast, notice):
    cell = cast.organisation("dong_muoi")

    def renamed(name="Chi bộ thôn Ruộng Mới", day=ON, paper=PAPER):
        return rename_organisation(
            acting_user=cast["administrator"], organisation=cell, name=name, on=day, paper=paper, now=at(TODAY)
        )

    assert complaint(renamed, name=cell.name)[0] == "name"
    assert complaint(renamed, paper="")[0] == "paper"
    assert complaint(renamed, day=D(2026, 12, 11))[0] == "on"
    renamed()
    assert complaint(renamed, name="Khác", day=D(2026, 12, 6))[0] == "on"
    number = Correction.objects.get().demand.notice.number
    for words in ("dong muoi", "ruong moi"):
        found = Organisation.objects.matching(words)
        assert [one.name for one in found] == ["Chi bộ thôn Ruộng Mới"]
        with on(TODAY):
            answer = words_of(logged_in(cast["secretary"]).get(reverse("reports:search"), {"q": words}))
        assert number in answer
        assert notice.number in answer
    told = read(cast["administrator"], cell.get_absolute_url(), TODAY)
    assert "Tên trước đây Chi bộ thôn Đồng Muối (đến 06/12/2026, 21-QĐ/ĐU, 05/12/2026)" in told
    assert cast["dm_secretary"] and policy.may(cast["dm_secretary"], "plan_remedies", fresh(cell), at(TODAY))
    entry = audit.entries_of(cell).last()
    assert (entry.verb, entry.old["name"], entry.new["name"]) == (
        "rename_organisation",
        "Chi bộ thôn Đồng Muối",
        "Chi bộ thôn Ruộng Mới",
    )


def test_a_committee_merges_with_the_cells_below_it_after_its_body(cast):
    """The inspection committee first, into that of the other commune; then the commune, with its cells."""
    commune, ward = cast.organisation("commune"), cast.organisation("ward")
    case = stories.signed(cast, stories.proposed(cast))
    field, message = complaint(merged, cast=cast, key="commune", into="ward", by=cast.root)
    assert (field, "UBKT Đảng uỷ xã Tân Phước Thượng" in message) == ("successors", True)
    # the officer follows no area yet; the case goes on in the other body, its team stays
    merged(cast, "ubkt", "ward_ubkt", by=cast.root)
    case = fresh(case)
    assert (case.organisation, case.org_path) == (
        cast.organisation("ward_ubkt"),
        fresh(cast.organisation("ward_ubkt")).path,
    )
    assert inbox(cast["vice_chair"], at(TODAY)) == ["prepare"]
    read(cast["stranger"], case.get_absolute_url(), TODAY)
    merged(cast, "commune", "ward", by=cast.root)
    ward = fresh(ward)
    for key in ("dong_muoi", "suoi_da", "thcs"):
        cell = fresh(cast.organisation(key))
        assert (cell.parent, cell.path[: len(ward.path)], cell.depth) == (ward, ward.path, ward.depth + 1)
    assert fresh(commune).ends_on == D(2026, 12, 6)
    assert broken() == []


def test_a_body_goes_on_judging_what_the_one_merged_into_it_had_demanded(cast, notice):
    """The case is closed, its correction is not: the monitor judges, and in his place the other body."""
    stories.closed(cast, notice)
    correction = Correction.objects.get()
    stories.planned(cast, correction, "dm_secretary", "2026-11-20", product="Nghị quyết")
    merged(cast, "ubkt", "ward_ubkt", by=cast.root)
    assert fresh(notice).organisation == cast.organisation("ward_ubkt")
    assert WorkItem.objects.get(done_at=None, about_id=correction.pk).organisation == cast.organisation("ward_ubkt")
    assert policy.may(cast["stranger"], "verify_remedies", fresh(correction), at(TODAY))
    assert not policy.may(cast["chair"], "verify_remedies", fresh(correction), at(TODAY))
    stories.judged(cast, correction, "judge_plan", TODAY, accepts=True)
    # the notice bears the head of whoever issued it
    with on(TODAY):
        shown = logged_in(cast["stranger"]).get(reverse("findings:notice", args=[notice.pk])).context
    assert str(shown["issuer"]) == "UBKT Đảng uỷ xã Tân Phước Thượng"
    assert broken() == []


def test_unfinished_programmes_stand_in_the_way_and_lines_name_the_successor(cast):
    chair, cell = cast["chair"], cast.organisation("dong_muoi")
    programme = starts.begin_programme(
        acting_user=chair,
        organisation=cast.organisation("ubkt"),
        horizon="year",
        first_year=2026,
        last_year=2026,
        now=at("2026-10-01"),
    )
    facts = LineFacts(
        kind=cast.kinds["GSCD"], content="Nền nếp sinh hoạt", year=2026, organisations=[cell, cast.organisation("thcs")]
    )
    line = programmes.add_line(acting_user=chair, programme=programme, facts=facts, now=at("2026-10-01"))
    own = starts.begin_programme(
        acting_user=cast["dm_secretary"],
        organisation=cell,
        horizon="year",
        first_year=2027,
        last_year=2027,
        now=at("2026-10-02"),
    )
    assert str(own) in complaint(merged, cast=cast)[1]
    Programme.objects.filter(pk=own.pk).update(state="abandoned")
    WorkItem.objects.filter(organisation=cell).update(done_at=at("2026-10-03"))
    merged(cast)
    assert {one.name for one in line.organisations.all()} == {
        "Chi bộ thôn Suối Đá",
        "Chi bộ Trường THCS Tân Phước Thượng",
    }


# the pages


def test_the_page_shows_what_passes_and_a_stale_one_is_told(cast, notice):
    cell, suoi_da = cast.organisation("dong_muoi"), cast.organisation("suoi_da")
    ways = read(cast["administrator"], reverse("organisations:reorganise", args=[cell.pk]), TODAY)
    assert all(word in ways for word in ("Chuyển", "Đổi tên", "Sáp nhập", "Chia tách", "Giải thể"))
    address = reverse("organisations:merge", args=[cell.pk])
    preview = preview_of_succession(cell, [suoi_da], D(2026, 12, 10))
    assert {str(words): count for words, count in preview.counts} == {
        "Tổ chức trực thuộc": 0,
        "Đảng viên": 2,
        "Dòng chương trình": 0,
        "Cuộc kiểm tra, giám sát do tổ chức tiến hành": 0,
        "Cuộc kiểm tra, giám sát về tổ chức hoặc đảng viên của tổ chức": 1,
        "Khắc phục": 1,
        "Cuộc đã kết thúc còn phải xem xét khắc phục": 0,
        "Thời hạn": 1,
        "Đảng viên sinh hoạt tạm thời ở đó": 0,
        "Việc đang chờ": 1,
        "Buổi sinh hoạt chưa diễn ra": 0,
        "Việc được phân công chưa xong": 0,
        "Nhận xét chưa được trả lời": 0,
        "Đề án": 0,
        "Đề án có liên quan": 0,
        "Nhiệm vụ đề án": 0,
        "Mức phấn đấu của đề án": 0,
    }
    assert (preview.losing, preview.gaining) == (["Tô Văn Bảy", "Đinh Hữu Huân"], ["Mai Quang Phú", "Tô Thanh Nghị"])
    with on(TODAY):
        client = logged_in(cast["administrator"])
        assert "Chi bộ thôn Suối Đá" in text_of(client.get(address))
        shown = client.get(address, {"successors": suoi_da.pk})
        number = Correction.objects.get().demand.notice.number
        assert number in words_of(shown)
        assert fresh(cell).ends_on is None
        seen = shown.context["form"].seen_token
        good = {"successors": [suoi_da.pk], "on": ON, "paper": PAPER, "seen": seen}
        answer = send(client, address, status=422, **{**good, "paper": ""})
        assert "07/12/2026" in text_of(answer)
        send(client, address, status=422, **{**good, "successors": [987654]})
        add_person(acting_user=cast.root, full_name="Mới Văn Vào", organisation=cell, now=at(TODAY))
        assert "Đảng viên: 3" in words_of(send(client, address, status=422, **good))
        seen = client.get(address, {"successors": suoi_da.pk}).context["form"].seen_token
        send(client, address, **{**good, "seen": seen})
        assert fresh(cell).ends_on == D(2026, 12, 6)
        assert client.get(address).status_code == 409


def test_the_pages_of_a_split_and_of_a_new_name(cast, notice):
    correction = Correction.objects.get()
    cell = cast.organisation("dong_muoi")
    one = new_cell(cast, "one", "Chi bộ thôn Đồng Muối 1", "one_secretary")
    two = new_cell(cast, "two", "Chi bộ thôn Đồng Muối 2", "two_secretary")
    with on(TODAY):
        client = logged_in(cast["administrator"])
        send(
            client,
            reverse("organisations:rename", args=[cell.pk]),
            name="Chi bộ thôn Ruộng",
            on=D(2026, 12, 2),
            paper="20-QĐ/ĐU",
        )
        address = reverse("organisations:split", args=[cell.pk])
        chooser = client.get(address, {"successors": one.pk})
        assert "checked" in text_of(chooser)
        form = client.get(address, {"successors": [one.pk, two.pk]}).context["form"]
        name = f"item_corrections_{correction.pk}"
        assert name in form.fields
        good = {"successors": [one.pk, two.pk], "rest": two.pk, name: one.pk, "on": ON, "paper": PAPER}
        send(client, address, status=422, **{**good, "rest": ""})
        send(client, address, status=422, **{**good, name: 987654})
        send(client, address, **good)
    assert fresh(correction).organisation == one
    assert SuccessionPart.objects.count() == 2
    # of three generations: the name it was renamed from, and the two in its place
    with on(TODAY):
        answer = words_of(logged_in(cast["secretary"]).get(reverse("remedies:list"), {"q": "dong muoi 1"}))
    assert correction.demand.notice.number in answer
