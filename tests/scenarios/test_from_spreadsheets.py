"""A commune starts: nothing but a superuser and three spreadsheets, and at the end a case is open from a line.

Everything goes through the pages that people use; the spreadsheets are taken as they are."""

import datetime
import re

import pytest
from django.test import Client
from django.urls import reverse

from inspections.cases.models import Case
from inspections.organisations.models import Office, Organisation, OrganisationType, Person, User
from inspections.programmes.models import Programme
from permissions import audit
from tests.browse import logged_in, send, text_of
from tests.imports.taking import OFFICES, ORGANISATIONS, PROGRAMME, file, preview, settle, take, upload
from workflows.models import WorkItem

pytestmark = pytest.mark.django_db
OWN_PASSWORD = "mat-khau-cua-rieng-toi-2026"


def add(admin: Client, parent: Organisation | None, name: str, kind: str, code: str = "") -> Organisation:
    address = reverse("organisations:add", args=[parent.pk]) if parent else reverse("organisations:add_first")
    send(admin, address, name=name, type=OrganisationType.objects.get(code=kind).pk, code=code)
    return Organisation.objects.get(name=name)


def first_log_in(name: str, log_ins: dict[str, tuple[str, str]]) -> Client:
    """Logs in with what stands on the paper and chooses a password, as the first page asks."""
    username, password = log_ins[name]
    browser = Client()
    send(browser, reverse("login"), username=username, password=password)
    assert browser.get(reverse("workflows:my_work")).url == reverse("password_change")
    send(
        browser,
        reverse("password_change"),
        old_password=password,
        new_password1=OWN_PASSWORD,
        new_password2=OWN_PASSWORD,
    )
    assert browser.get(reverse("workflows:my_work")).status_code == 200
    return browser


def give_log_ins(admin: Client, organisation: Organisation) -> dict[str, tuple[str, str]]:
    """Full name -> user name and first password, read from the page that is printed."""
    address = reverse("organisations:give_log_ins", args=[organisation.pk])
    offered = admin.get(address).context["form"]["people"]
    paper = text_of(send(admin, address, status=200, people=offered.initial))
    rows = re.findall(r'scope="row">(.+?)</th>.*?<code>(.+?)</code>.*?<code>(.+?)</code>', paper)
    return {name: (username, password) for name, username, password in rows}


def do(browser: Client, about: object, **fields: object) -> None:
    """Does the open step about a row that the person has on the list."""
    item = WorkItem.objects.get(about_id=about.pk, done_at__isnull=True, about_type__model=about._meta.model_name)
    send(browser, reverse("workflows:task", args=[item.pk]), **fields)


def test_a_commune_starts_from_its_spreadsheets():
    admin = logged_in(User.objects.create(username="root", is_superuser=True))

    # the administrator adds what no list names: the top of the tree, the commune, its inspection committee
    province = add(admin, None, "Đảng bộ tỉnh Sơn Hải", "province_party", "97.000.000.000.000")
    commune = add(admin, province, "Đảng bộ xã Tân Phước Thượng", "commune_party", "97.101.000.000.000")
    ubkt = add(admin, commune, "UBKT Đảng uỷ xã Tân Phước Thượng", "commune_inspection")

    # 01: organisations, as they are; one cell stands there twice with different numbers
    one = upload(admin, "organisations", commune, file(ORGANISATIONS))
    assert preview(admin, one).counts == {"new": 24, "changed": 0, "same": 0, "skipped": 4, "doubt": 2, "wrong": 0}
    settle(admin, one, {"twice:97.101.003": "11"})
    take(admin, one)
    assert Organisation.objects.at_or_below(commune.path).count() == 2 + 25
    assert Organisation.objects.get(name="Chi bộ Tổ Xã hội").parent.name == "Đảng bộ Trường THPT Tân Phước"

    # 02: office holders; one office does not fit its organisation and is asked about
    one = upload(admin, "offices", commune, file(OFFICES))
    settle(admin, one, {"role:pho bi thu chi bo": "committee_deputy_secretary"})
    take(admin, one)
    assert Person.objects.count() == 52
    assert Office.objects.get(person__full_name="Đỗ Văn Quân", organisation=ubkt).role == "inspection_chair"

    # log-ins for all of them, on one page to print
    log_ins = give_log_ins(admin, commune)
    assert len(log_ins) == 52
    office_chief = first_log_in("Đinh Thị Thuý", log_ins)
    secretary = first_log_in("Đỗ Hữu Thắng", log_ins)
    chair = first_log_in("Đỗ Văn Quân", log_ins)
    officer = first_log_in("Đặng Đức Vinh", log_ins)

    # 04: the office writes the programme from its spreadsheet, the secretary adopts it
    begin = reverse("workflows:begin_programme", args=[commune.pk])
    send(office_chief, begin, horizon="year", first_year=2026, last_year=2026)
    programme = Programme.objects.get()
    one = upload(office_chief, "programme", programme, file(PROGRAMME))
    settle(office_chief, one, {"kind:kiem tra / kiem tra cua ubkt:thu": "KTTC", "kind:": "KTKL"})
    take(office_chief, one)
    assert programme.lines.count() == 7
    do(office_chief, programme, outcome="submit")
    do(secretary, programme, outcome="adopt")
    programme.refresh_from_db()
    assert (programme.state, programme.number) == ("adopted", "01-CTr/ĐU")

    # the inspection committee opens a case from a line that the programme gives it
    line = programme.lines.get(content__startswith="Việc chuẩn bị, ra nghị quyết")
    shown = text_of(officer.get(programme.get_absolute_url()))
    propose = reverse("workflows:propose", args=[ubkt.pk])
    assert f"{propose}?line={line.pk}" in shown
    form = officer.get(f"{propose}?line={line.pk}").context["form"]
    mates = {person.full_name: person.pk for person in Person.objects.filter(offices__organisation=ubkt)}
    send(
        officer,
        f"{propose}?line={line.pk}",
        kind=line.kind_id,
        line=line.pk,
        content=form["content"].value(),
        organisations=form["organisations"].value(),
        examined_from=line.examined_from,
        examined_to=datetime.date(2026, 6, 30),
        starts_on=form["starts_on"].value(),
        ends_on=form["ends_on"].value(),
        method="Nghe báo cáo, nghiên cứu hồ sơ.",
        leader=mates["Hoàng Thanh Long"],
        mates=[mates["Vàng Thanh Cường"]],
        team_secretary=mates["Đặng Đức Vinh"],
    )
    case = Case.objects.get()
    assert sorted(str(one) for one in case.subjects.all()) == [
        "Chi bộ Hợp tác xã Nông nghiệp",
        "Chi bộ thôn Vạn Phước",
    ]
    do(chair, case, outcome="sign")
    case.refresh_from_db()
    assert (case.stage, case.number) == (Case.Stage.ORDERED, "01-QĐ/UBKTĐU")
    assert list(audit.faults()) == []
