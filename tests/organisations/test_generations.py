"""Places taken one after another, and what is told of it: ties, names, lines, rights follow to the last (0017)."""

import importlib
from datetime import date as D

import pytest
from django.apps import apps
from django.urls import reverse

from inspections.cases.access import people_barred, ties_to_subjects
from inspections.cases.services.impartial import interests_against
from inspections.deadlines.models import Deadline
from inspections.organisations.models import Heir, Interest, Organisation, Succession, User
from inspections.organisations.queries import heirs_of, in_place_of, living_heirs_of, predecessors_of
from inspections.organisations.services import (
    Will,
    add_organisation,
    check_not_ended,
    declare_interest,
    delegate,
    dissolve_organisation,
    give_office,
    preview_of_succession,
    split_organisation,
)
from inspections.remedies.models import Correction
from permissions import audit, policy
from permissions.models import AuditEntry, OrganisationGrant
from permissions.verdicts import NotNow, Refused
from permissions.viewer import grants_in_force
from project.demo import stories
from project.demo.drive import inbox
from tests.browse import logged_in, on, read, send, text_of, words_of
from tests.cast import at
from tests.leaving import all_leave
from tests.organisations.test_succession import PAPER, TODAY, broken, complaint, fresh, merged, new_cell
from tests.standing import story

FIRST, THEN = D(2026, 12, 7), D(2026, 12, 9)
NAMES = {"dong_muoi": "dong muoi", "suoi_da": "suoi da", "thcs": "truong thcs"}


@story
def notice(cast):
    return stories.run_to_notice(cast)


def merged_twice(cast):
    """The cell of the notice merges into another, and that one into a third."""
    merged(cast, "dong_muoi", "suoi_da", day=FIRST)
    merged(cast, "suoi_da", "thcs", day=THEN)
    return [fresh(cast.organisation(key)) for key in NAMES]


def tie(cast, who, about):
    return declare_interest(
        acting_user=cast[who],
        person=cast.person(who),
        nature="anh ruột bí thư",
        about_organisation=cast.organisation(about),
        now=at("2026-10-01"),
    )


def test_the_last_in_the_place_has_the_correction_as_it_was(cast, notice):
    correction = Correction.objects.get(demand__notice__case=notice)
    clock = Deadline.objects.get(item_type__model="correction", state="running")
    late = f"{(D.fromisoformat(TODAY) - correction.due_on).days} ngày"
    *_gone, last = merged_twice(cast)
    again, running = fresh(correction), fresh(clock)
    assert (again.organisation, again.due_on, again.state) == (last, correction.due_on, correction.state)
    kept = ("pk", "start_on", "due_on", "started_at", "explanation", "state")
    assert [getattr(running, name) for name in kept] == [getattr(clock, name) for name in kept]
    assert (running.organisation, running.org_path) == (last, last.path)
    told = read(cast["thcs_secretary"], correction.get_absolute_url(), TODAY)
    assert late in told
    # and run on
    week = read(cast["thcs_secretary"], correction.get_absolute_url(), "2026-12-17")
    assert f"{(D(2026, 12, 17) - correction.due_on).days} ngày" in week
    assert "Chuyển từ Chi bộ thôn Đồng Muối sang Chi bộ thôn Suối Đá" in told
    assert "Chuyển từ Chi bộ thôn Suối Đá sang Chi bộ Trường THCS" in told
    assert inbox(cast["thcs_secretary"], at(TODAY)) == ["plan"]
    assert inbox(cast["sd_secretary"], at(TODAY)) == inbox(cast["dm_secretary"], at(TODAY)) == []
    assert broken() == []


def test_lists_and_reports_by_any_of_the_three_names_find_it(cast, notice):
    correction = Correction.objects.get(demand__notice__case=notice)
    number = correction.demand.notice.number
    merged_twice(cast)
    with on(TODAY):
        reader = logged_in(cast["secretary"])
        for key, words in NAMES.items():
            for address in ("remedies:list", "cases:list", "reports:search"):
                answer = words_of(reader.get(reverse(address), {"q": words}))
                assert number in answer or notice.number in answer, (address, words)
            chosen = {"organisation": cast.organisation(key).pk}
            assert number in words_of(reader.get(reverse("remedies:list"), chosen)), key


def test_rights_and_reading_pass_through_both(cast, notice):
    merged_twice(cast)
    secretary, first = cast["thcs_secretary"], cast.organisation("dong_muoi")
    assert policy.may(secretary, "see_as_subject", first, at(TODAY))
    assert not policy.may(secretary, "propose_case", first, at(TODAY))
    assert not policy.may(cast["sd_secretary"], "see_as_subject", first, at(TODAY))
    assert "Chi bộ thôn Đồng Muối" in read(secretary, reverse("findings:notice", args=[notice.pk]), TODAY)
    # the record tells where work goes on today, not where it went next
    with pytest.raises(NotNow) as refusal:
        check_not_ended(fresh(first), D.fromisoformat(TODAY))
    assert "hãy làm việc với Chi bộ Trường THCS" in str(refusal.value)


def test_a_tie_to_the_last_counts_for_what_is_about_the_first_and_the_other_way_round(cast, notice):
    early, late = tie(cast, "member2", "dong_muoi"), tie(cast, "member", "thcs")
    merged_twice(cast)
    subjects = list(notice.subjects.select_related("organisation"))
    day = D.fromisoformat(TODAY)
    assert {one.person for one in ties_to_subjects(notice.pk, day)} == {early.person, late.person}
    assert late.person in people_barred(notice.pk, day)
    assert interests_against(late.person, subjects, day)
    assert not interests_against(cast.person("officer"), subjects, day)
    assert set(Interest.objects.filter(person=early.person).values_list("about_organisation__name", flat=True)) == {
        "Chi bộ thôn Đồng Muối",
        "Chi bộ thôn Suối Đá",
        "Chi bộ Trường THCS Tân Phước Thượng",
    }


def test_however_many_generations_it_is_one_question(cast, django_assert_num_queries):
    first, second, third = merged_twice(cast)
    with django_assert_num_queries(1):
        assert heirs_of(first) == [second, third]
    with django_assert_num_queries(1):
        assert predecessors_of([third.pk, second.pk]) == {third.pk: {first.pk, second.pk}, second.pk: {first.pk}}
    with django_assert_num_queries(2):
        assert living_heirs_of(first) == [third]
    assert living_heirs_of(third) == [third]
    assert in_place_of([third]) == {first.pk, second.pk, third.pk}


def test_parts_that_come_together_again_stand_in_the_place_once(cast):
    old, thcs = cast.organisation("dong_muoi"), cast.organisation("thcs")
    parts = [
        new_cell(cast, key, f"Chi bộ thôn Đồng Muối {n}", f"{key}_secretary")
        for n, key in enumerate(("one", "two"), start=1)
    ]
    split_organisation(
        acting_user=cast["administrator"],
        organisation=old,
        will=Will(parts, parts[1]),
        on=FIRST,
        paper=PAPER,
        now=at(TODAY),
    )
    for key in ("one", "two"):
        merged(cast, key, "thcs", day=THEN)
    assert heirs_of(fresh(old)) == [*parts, thcs]
    assert living_heirs_of(fresh(old)) == [thcs]
    pairs = set(Heir.objects.values_list("old", "new", "generation"))
    assert {(old.pk, thcs.pk, 2), (old.pk, parts[0].pk, 1), (parts[1].pk, thcs.pk, 1)} <= pairs
    assert len(pairs) == 5
    # what an upgrade makes of the successions there were is the same
    Heir.objects.all().delete()
    importlib.import_module("inspections.organisations.migrations.0010_heirs_of_before").fill(apps, None)
    assert set(Heir.objects.values_list("old", "new", "generation")) == pairs


def test_a_circle_over_three_is_refused_in_a_sentence(cast):
    merged_twice(cast)
    Organisation.objects.filter(pk=cast.organisation("dong_muoi").pk).update(ends_on=None)  # past every verb
    with pytest.raises(Exception, match="vòng tròn") as refusal:
        merged(cast, "thcs", "dong_muoi", day=D(2026, 12, 10))
    assert list(refusal.value.message_dict) == ["successors"]
    assert Succession.objects.count() == 2


def test_who_held_office_in_it_or_deputised_loses_every_right_there(cast, notice):
    cell = cast.organisation("dong_muoi")
    delegate(
        acting_user=cast.root,
        office=cast.offices["dm_secretary"],
        deputy=cast.person("dm_deputy"),
        starts_on=D(2026, 11, 1),
        ends_on=None,
        now=at("2026-11-01"),
    )
    correction = Correction.objects.get()
    verbs = ("plan_remedies", "see_as_subject", "propose_case", "draft_programme", "answer_findings")
    names = ("dm_secretary", "dm_deputy")

    def held():
        holders = [User.objects.get(pk=cast[name].pk) for name in names]
        return {verb for one in holders for verb in verbs if policy.may(one, verb, fresh(cell), at(TODAY))}

    assert {"see_as_subject", "propose_case"} <= held()
    merged(cast)
    assert held() == set()
    granted = OrganisationGrant.objects.filter(grants_in_force(D.fromisoformat(TODAY)), content_object=cell)
    for name in names:
        assert not granted.filter(user=cast[name]).exists()
        with pytest.raises(Refused):
            stories.planned(cast, correction, name, TODAY, product="Nghị quyết")


def test_a_dissolved_successor_is_named_in_the_refusal(cast):
    all_leave(cast, cast.organisation("thcs"), D(2026, 12, 6), at(TODAY))
    dissolve_organisation(
        acting_user=cast["administrator"],
        organisation=cast.organisation("thcs"),
        successor=None,
        on=FIRST,
        paper=PAPER,
        now=at(TODAY),
    )
    before = AuditEntry.objects.count()
    field, message = complaint(merged, cast=cast, into="thcs", day=D(2026, 12, 8))
    assert field == "successors"
    assert message.startswith(
        "Chi bộ Trường THCS Tân Phước Thượng có ngày cuối là 06/12/2026; hãy chọn tổ chức kế thừa"
    )
    assert (AuditEntry.objects.count(), Succession.objects.count()) == (before, 1)
    with on(TODAY):
        address = reverse("organisations:merge", args=[cast.organisation("dong_muoi").pk])
        assert cast.organisation("thcs").pk not in choices(logged_in(cast["administrator"]).get(address))


# what is told of it


def test_preview_record_and_page_tell_of_offices_that_ended_and_ties_that_were_copied(cast, notice):
    cell, heir = cast.organisation("dong_muoi"), cast.organisation("suoi_da")
    follower = give_office(
        acting_user=cast.root,
        person=cast.person("stranger"),
        role="area_officer",
        organisation=cast.organisation("ubkt"),
        areas=[cell],
        starts_on=D(2026, 1, 1),
        now=at("2026-10-01"),
    )
    declared = tie(cast, "member2", "dong_muoi")
    held = list(cell.offices.order_by("pk"))
    preview = preview_of_succession(cell, [heir], D.fromisoformat(TODAY))
    assert sorted(preview.offices) == sorted(f"{one.person} ({one})" for one in held)
    assert len(held) == 2
    assert (len(preview.following), preview.following[0].startswith(str(follower.person))) == (1, True)
    assert preview.ties == [f"{declared.person} – {declared.person.organisation}"]
    address = reverse("organisations:merge", args=[cell.pk])
    with on(TODAY):
        client = logged_in(cast["administrator"])
        shown = words_of(client.get(address, {"successors": heir.pk}))
    assert f"Quan hệ đã kê khai tính cả với tổ chức kế thừa 1: {declared.person} –" in shown
    assert f"Cán bộ theo dõi chuyển sang theo dõi tổ chức kế thừa 1: {follower.person}" in shown
    assert "anh ruột" not in shown
    succession = merged(cast)
    (entry,) = audit.entries_of(cell).filter(verb="merge_organisation")
    assert [(one["id"], one["person"]) for one in entry.new["offices_ended"]] == [
        (one.pk, str(one.person)) for one in held
    ]
    assert [one["id"] for one in entry.new["offices_following"]] == [follower.pk]
    copy = Interest.objects.get(about_organisation=heir, person=declared.person)
    assert entry.new["ties"] == [{"id": copy.pk, "of": declared.pk, "to": heir.pk}]
    assert set(succession.ended_offices.all()) == set(held)
    # the page of the old organisation says how much, the page behind it each
    page = reverse("organisations:passed", args=[cell.pk])
    brief = read(cast["administrator"], cell.get_absolute_url(), TODAY)
    assert "Khắc phục: 1 → Chi bộ thôn Suối Đá" in brief
    assert "Quan hệ đã kê khai tính cả với tổ chức kế thừa: 1 → Chi bộ thôn Suối Đá" in brief
    assert "Chức vụ đã kết thúc: 2" in brief
    number = Correction.objects.get().demand.notice.number
    each = read(cast["administrator"], page, TODAY)
    for told in (number, *(str(one.person) for one in held), f"{declared.person} – {declared.person.organisation}"):
        assert told in each, told
    assert "anh ruột" not in each
    assert "Những gì đã chuyển giao" not in read(cast["sd_secretary"], heir.get_absolute_url(), TODAY)
    read(cast["chair"], page, TODAY, status=403)
    read(cast["administrator"], reverse("organisations:passed", args=[heir.pk]), TODAY, status=404)


# choosing among many


def many_cells(cast, number):
    return [
        add_organisation(
            acting_user=cast.root,
            now=at(TODAY),
            name=f"Chi bộ thôn Muối Trắng {n:02}",
            type=cast.organisation("suoi_da").type,
            parent=cast.organisation("commune"),
        )
        for n in range(1, number + 1)
    ]


def choices(page, name="successors"):
    shown = [*page.context["chosen"], *page.context["found"]]
    assert all(f'name="{name}" value="{one.pk}"' in text_of(page) for one in shown)
    return [one.pk for one in shown]


def test_of_many_only_the_first_are_listed_and_the_others_found_by_their_words(cast, django_assert_max_num_queries):
    cell = cast.organisation("dong_muoi")
    many = many_cells(cast, 40)
    address = reverse("organisations:split", args=[cell.pk])
    with on(TODAY):
        client = logged_in(cast["administrator"])
        client.get(address)
        with django_assert_max_num_queries(13):
            page = client.get(address)
        assert len(choices(page)) == 25
        assert "Còn 17 tổ chức nữa" in words_of(page)
        few = client.get(address, {"q": "muoi trang 33", "find": "1"})
        assert choices(few) == [many[32].pk]
        # what is chosen stays while one looks for the next
        next_one = client.get(address, {"q": "Muối Trắng 35", "find": "1", "successors": many[32].pk})
        assert choices(next_one) == [many[32].pk, many[34].pk]
        assert f'value="{many[32].pk}" checked' in text_of(next_one)
        both = {"successors": [many[32].pk, many[34].pk]}
        assert "find" not in client.get(address, both).context
        assert "form" in client.get(address, both).context
        # looking again with both chosen leads not on to the next page
        assert choices(client.get(address, {**both, "find": "1", "q": "không có"})) == both["successors"]
        none = client.get(address, {"q": "không có", "find": "1"})
        assert "không có tổ chức nào mang những từ này" in words_of(none)


def test_only_what_one_keeps_is_offered_not_all_that_one_sees(cast):
    """The administrator of the commune who leads the ward too sees its cells and changes none of them."""
    give_office(
        acting_user=cast.root,
        person=cast.person("administrator"),
        role="committee_member",
        organisation=cast.organisation("ward"),
        starts_on=D(2026, 12, 1),
        now=at(TODAY),
    )
    cell, other = cast.organisation("dong_muoi"), cast.organisation("ward_cell")
    with on(TODAY):
        client = logged_in(cast["administrator"])
        assert client.get(other.get_absolute_url()).status_code == 200
        for kind in ("merge", "split", "dissolve"):
            address = reverse(f"organisations:{kind}", args=[cell.pk])
            assert other.pk not in choices(client.get(address)), kind
            assert other.pk not in choices(client.get(address, {"q": other.name, "find": "1"})), kind
            wrong = {"successors": other.pk, "rest": "", "on": FIRST, "paper": PAPER}
            assert "Hãy chọn trong danh sách" in text_of(send(client, address, status=422, **wrong)), kind
        moving = client.get(reverse("organisations:move", args=[cell.pk]), {"q": "phường Bến Lau", "find": "1"})
        assert choices(moving, "parent") == []
    assert fresh(cell).ends_on is None


def test_those_beside_it_come_first_and_each_says_below_what_it_stands(cast):
    cell = cast.organisation("ward_cell")
    with on(TODAY):
        page = logged_in(cast.root).get(reverse("organisations:merge", args=[cell.pk]))
        kept = choices(page)
    rows = {one.pk: one for one in Organisation.objects.filter(pk__in=kept)}
    beside = [rows[pk].parent_id == cell.parent_id for pk in kept]
    assert beside == sorted(beside, reverse=True)
    assert "Chi bộ thôn Suối Đá Chi bộ, Đảng bộ xã Tân Phước Thượng" in words_of(page)
