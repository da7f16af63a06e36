"""What a leader does from a list, for one row or many: shown before, asked of the policy, recorded."""

from datetime import date as D

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.html import escape
from django.utils.http import urlencode

from inspections.cases.models import Case, CaseSubject
from inspections.deadlines.models import Deadline
from inspections.deadlines.queries import running_clock
from inspections.organisations.services import give_office
from inspections.reminders.services.by_hand import remind
from inspections.reports.models import AskedReport
from inspections.reports.services.asking import DUTY, answer_report, ask_report
from permissions.models import AuditEntry
from permissions.verdicts import NotNow, Refused
from tests.browse import logged_in, send, words_of
from tests.cast import NOW
from tests.filled import beside
from tests.permissions.world import World

pytestmark = pytest.mark.django_db


def owed(world: World, place: str) -> Deadline:
    return Deadline.objects.live().filter(organisation=world.cast.organisation(place), duty="correct").earliest("pk")


def ask(clocks: list[Deadline]) -> str:
    return reverse("reports:act") + "?action=ask_report" + "".join(f"&rows={one.pk}" for one in clocks)


def test_from_the_list_to_the_question_to_the_answer(world: World):
    chair, cell = world.cast["chair"], world.cast["dm_secretary"]
    clock = owed(world, "dong_muoi")
    page = logged_in(chair).get(reverse("reports:clocks"))
    assert f'name="rows" value="{clock.pk}"' in page.content.decode()
    shown = logged_in(chair).get(ask([clock]))
    assert "sẽ làm Chi bộ thôn Đồng Muối" in words_of(shown)
    before = AuditEntry.objects.count()
    send(logged_in(chair), ask([clock]), words="Nêu lý do chậm.", due_on=D(2026, 11, 27))
    asked = AskedReport.objects.filter(about=clock).latest("pk")
    assert AuditEntry.objects.count() == before + 1
    assert AuditEntry.objects.latest("pk").verb == "ask_report"
    running = running_clock(asked, DUTY)
    assert (running.organisation, running.due_on, running.case_id) == (clock.organisation, D(2026, 11, 27), None)
    send(logged_in(cell), reverse("reports:answer", args=[asked.pk]), answer="Sẽ xong ngày 25/11.")
    asked.refresh_from_db()
    assert (asked.answer, asked.answered_by) == ("Sẽ xong ngày 25/11.", cell)
    assert running_clock(asked, DUTY) is None
    assert "Sẽ xong ngày 25/11." in words_of(logged_in(chair).get(asked.get_absolute_url()))
    with pytest.raises(NotNow):
        answer_report(acting_user=cell, asked=asked, answer="Lần nữa.", now=NOW)


def test_back_leads_to_the_list_as_it_was_filtered(world: World):
    """From the list to the form, and after it is done; an address of any other page is not taken."""
    chair = logged_in(world.cast["chair"])
    clock = owed(world, "dong_muoi")
    listed = f"{reverse('reports:clocks')}?{urlencode({'figure': 'open', 'sort': 'due'})}"
    assert f'name="back" value="{escape(listed)}"' in chair.get(listed).content.decode()
    page = chair.get(f"{ask([clock])}&{urlencode({'back': listed})}")
    assert ("Danh sách", listed) in [(str(words), address) for words, address in page.context["trail"]]
    done = send(chair, f"{ask([clock])}&{urlencode({'back': listed})}", words="Nêu lý do.", due_on=D(2026, 11, 27))
    assert done.headers["Location"] == listed
    for foreign in ("https://example.com/", "//example.com", reverse("reports:leader"), "javascript:alert(1)", ""):
        page = chair.get(f"{ask([clock])}&{urlencode({'back': foreign})}")
        assert page.context["back"] == reverse("reports:clocks"), foreign


def test_many_rows_those_that_may_not_be_asked_about_are_told_and_left_out(world: World):
    """A deputy secretary of the province asks below; what lies with a neighbour he does not see at all."""
    mine, other = owed(world, "dong_muoi"), owed(world, "ward_cell")
    before = AskedReport.objects.count()
    shown = words_of(logged_in(world.cast["chair"]).get(ask([mine, other])))
    assert "Đồng Muối" in shown and "Tổ dân phố 7" not in shown
    send(logged_in(world.cast["chair"]), ask([mine, other]), words="Báo cáo.", due_on=D(2026, 11, 27))
    assert AskedReport.objects.count() == before + 1
    above = [mine, other]
    send(logged_in(world.cast["province_chair"]), ask(above), words="Báo cáo.", due_on=D(2026, 11, 27))
    assert AskedReport.objects.count() == before + 3


def test_who_may_not_ask_is_told_why_and_asks_nobody(world: World):
    client = logged_in(world.cast["member2"])
    page = client.get(ask([owed(world, "dong_muoi")]))
    assert "không làm" in words_of(page)
    send(client, ask([owed(world, "dong_muoi")]), status=422, words="Báo cáo.", due_on=D(2026, 11, 27))
    with pytest.raises(Refused):
        ask_report(
            acting_user=world.cast["member2"],
            deadlines=[owed(world, "dong_muoi")],
            words="Báo cáo.",
            due_on=D(2026, 11, 27),
            now=NOW,
        )


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"words": " ", "due_on": D(2026, 11, 27)}, "words"),
        ({"words": "Báo cáo.", "due_on": D(2026, 11, 20)}, "due_on"),
    ],
)
def test_what_is_missing_is_told_beside_its_field_and_nothing_typed_is_lost(world: World, typed: dict, field: str):
    page = send(logged_in(world.cast["chair"]), ask([owed(world, "dong_muoi")]), status=422, **typed)
    assert beside(page, field)
    assert typed["words"].strip() in page.content.decode()


def test_nothing_chosen_or_done_by_now_is_told(world: World):
    client = logged_in(world.cast["chair"])
    assert client.get(reverse("reports:act")).status_code == 409
    assert client.get(reverse("reports:act"), {"action": "ask_report"}).status_code == 409
    done = Deadline.objects.exclude(closed_at=None).filter(organisation=world.cast.organisation("dong_muoi")).first()
    assert client.get(ask([done])).status_code == 409
    with pytest.raises((NotNow, Refused)):
        ask_report(acting_user=world.cast["chair"], deadlines=[done], words="x", due_on=D(2026, 11, 27), now=NOW)
    with pytest.raises(ValidationError):
        ask_report(
            acting_user=world.cast["chair"],
            deadlines=[owed(world, "dong_muoi")],
            words="",
            due_on=D(2026, 11, 27),
            now=NOW,
        )


def test_a_deed_with_a_page_of_its_own_leads_there(world: World):
    clock = owed(world, "dong_muoi")
    answer = logged_in(world.cast["chair"]).get(reverse("reports:act"), {"action": "assign_monitor", "rows": clock.pk})
    assert (answer.status_code, answer["Location"]) == (302, reverse("workflows:assign_monitor", args=[clock.item_id]))


def asked_of(world: World, name: str = "chair") -> AskedReport:
    """The first report that is asked of the cell about its correction."""
    clock = owed(world, "dong_muoi")
    (one,) = ask_report(
        acting_user=world.cast[name], deadlines=[clock], words="Nêu lý do chậm.", due_on=D(2026, 11, 27), now=NOW
    )
    return one


def test_whom_the_case_is_about_neither_reads_nor_answers_it_whatever_he_holds(world: World):
    one = asked_of(world)
    client, page = logged_in(world.cast["dm_secretary"]), one.get_absolute_url()
    assert client.get(page).status_code == 200
    subject = Case.objects.get(pk=one.about.case_id).subjects.get()
    CaseSubject.objects.create(
        case=subject.case, organisation=subject.organisation, person=world.cast.person("dm_secretary")
    )
    assert client.get(page).status_code == 404
    with pytest.raises(Refused):
        answer_report(acting_user=world.cast["dm_secretary"], asked=one, answer="Xong.", now=NOW)
    rows = client.get(reverse("reports:clocks")).context["rows"]
    assert page not in [row["opens"] for row in rows]


def test_rows_that_nobody_can_be_reminded_of_are_not_told_as_done(world: World):
    """Reminded of today already: of two rows chosen one is done, and so it is said."""
    first, second = Deadline.objects.filter(state="running", duty="correct").order_by("pk")[:2]
    client = logged_in(world.cast["province_secretary"])
    address = reverse("reports:act") + f"?action=remind&rows={first.pk}"
    assert "1 dòng" in words_of(client.get(send(client, address, note="")["Location"]))
    both = f"{address}&rows={second.pk}"
    assert "1 dòng" in words_of(client.get(send(client, both, note="")["Location"]))


def test_the_list_of_clocks_tells_the_case_by_its_number_where_the_reader_may_open_it(world: World):
    clock = owed(world, "dong_muoi")
    number = Case.objects.get(pk=clock.case_id).number
    for name, told in (("chair", number), ("recused", None)):
        rows = logged_in(world.cast[name]).get(reverse("reports:clocks"), {"size": 100}).context["rows"]
        assert next((row["number"] for row in rows if row["clock"].pk == clock.pk), None) == told, name


def test_what_is_done_by_two_offices_is_recorded_under_each(world: World):
    ward = world.cast.organisation("ward")
    give_office(
        acting_user=world.cast.root,
        person=world.cast.person("chair"),
        role="committee_secretary",
        organisation=ward,
        starts_on=D(2026, 11, 1),
        now=NOW,
    )
    mine, other = owed(world, "dong_muoi"), owed(world, "ward_cell")
    before = AuditEntry.objects.latest("pk").pk
    remind(acting_user=world.cast["chair"], deadlines=[other, mine], note="Khẩn trương.", now=NOW)
    ask_report(
        acting_user=world.cast["chair"], deadlines=[other, mine], words="Vì sao?", due_on=D(2026, 11, 27), now=NOW
    )
    entries = AuditEntry.objects.filter(pk__gt=before).order_by("pk")
    reminded = {one.chain: one.new["deadlines"] for one in entries if one.verb == "remind"}
    office = world.cast.offices["chair"].organisation
    assert reminded == {f"organisation:{office.pk}": [mine.pk], f"organisation:{ward.pk}": [other.pk]}
    asked = {one.chain: one.new["reports"] for one in entries if one.verb == "ask_report"}
    about = {one.pk: one.about_id for one in AskedReport.objects.all()}
    assert {chain: [about[pk] for pk in keys] for chain, keys in asked.items()} == reminded


def test_the_same_question_is_not_asked_twice(world: World):
    clock = owed(world, "dong_muoi")
    words = {"deadlines": [clock], "words": "Vì sao?", "due_on": D(2026, 11, 27), "now": NOW}
    ask_report(acting_user=world.cast["chair"], **words)
    with pytest.raises(NotNow, match="đã yêu cầu báo cáo này"):
        ask_report(acting_user=world.cast["chair"], **words)
    assert ask_report(acting_user=world.cast["chair"], **{**words, "words": "Bao giờ xong?"})
