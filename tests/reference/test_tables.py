"""Reference tables: changed by pages, with reason and history; in use they end or stay; what runs keeps its date."""

from datetime import date as D

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.urls import reverse

from inspections.calendars.models import CalendarDay, LegalInstrument, TimeLimitRule, WorkingWeek
from inspections.cases.models import CaseKind, Majority, PaperKind, Procedure, TeamLimit
from inspections.cases.services.fieldwork import add_paper
from inspections.documents.models import DocumentType, IssuedDocument
from inspections.findings.forms import FindingForm
from inspections.findings.models import Severity
from inspections.meetings.models import Adjustment, Band, CriteriaSet, Criterion, Line
from inspections.organisations.models import Level, OrganisationType
from inspections.reference.services import add_row, change_row, end_row
from inspections.reference.tables import Ends, all_tables, table_of
from permissions import audit
from permissions.models import AuditEntry
from permissions.verdicts import NotNow, Refused
from project.demo import stories
from project.demo.drive import do
from tests.browse import logged_in, on, send, text_of, words_of
from tests.cast import NOW, at
from workflows.invariants import papers
from workflows.services import InvalidForm

pytestmark = pytest.mark.django_db


def changed(keeper, table, row, **values):
    return change_row(acting_user=keeper, table=table_of(table), row=row, values=values, reason="HD 9", now=NOW)


def ended(keeper, code, row, **options):
    return end_row(acting_user=keeper, table=table_of(code), row=row, reason="HD 9", now=NOW, **options)


def test_every_table_that_migrations_fill_is_declared():
    filled = {
        model
        for model in apps.get_models()
        if model._meta.label.split(".")[0] not in {"auth", "contenttypes", "django_q"} and model._base_manager.exists()
    }
    # kept on the page of the calendar, which shows first which dates would move
    on_own_pages = {CalendarDay, TimeLimitRule, WorkingWeek}
    # kept on the pages of criteria sets: a set is never changed, another follows it
    on_own_pages |= {CriteriaSet, Criterion, Line, Band, Adjustment}
    assert filled - on_own_pages == {table.model for table in all_tables()}
    assert {LegalInstrument, CalendarDay, Level, OrganisationType} < filled


@pytest.mark.parametrize("code", [table.code for table in all_tables()])
def test_every_table_has_its_pages(cast, keeper, code):
    table, client = table_of(code), logged_in(keeper)
    with on("2026-11-23"):
        listed = client.get(reverse("reference:table", args=[code]))
        assert str(table.label) in text_of(listed)
        row = table.all().first()
        shown = words_of(client.get(reverse("reference:row", args=[code, row.pk])))
        assert "Như khi cài đặt chương trình" in shown
        form = client.get(reverse("reference:change", args=[code, row.pk]))
        assert set(form.context["form"].fields) == {*table.editable, "reason"}
        assert client.get(reverse("reference:add", args=[code])).status_code == (200 if table.may_add else 404)
        status = 404 if table.ends is Ends.NEVER else 200
        assert client.get(reverse("reference:end", args=[code, row.pk])).status_code == status
    assert client.get(reverse("reference:table", args=["no-such"])).status_code == 404


def test_a_change_tells_reason_old_and_new_on_the_page_of_the_row(cast, keeper):
    severity = Severity.objects.get(code="limitation")
    address = reverse("reference:change", args=["severities", severity.pk])
    with on("2026-11-23"):
        client = logged_in(keeper)
        send(client, address, name="Hạn chế", rank="1", is_active="on", reason="HD 9-HD/UBKTTW")
        shown = words_of(client.get(reverse("reference:row", args=["severities", severity.pk])))
    assert "Hạn chế, tồn tại → Hạn chế" in shown
    assert "HD 9-HD/UBKTTW" in shown
    entry = audit.entries_of(cast.organisation("province")).get(verb="change_reference_row")
    assert (entry.old, entry.new) == ({"name": "Hạn chế, tồn tại"}, {"name": "Hạn chế"})
    assert entry.office_name.endswith("Đảng bộ tỉnh Sơn Hải")


def test_only_who_keeps_the_top_of_the_tree_changes_them(cast, keeper):
    """They count for all communes, so the administrator of one reads them and is told why not more."""
    severity = Severity.objects.get(code="limitation")
    for name in ("administrator", "chair", "dm_secretary"):
        with pytest.raises(Refused) as refusal:
            changed(cast[name], "severities", severity, name="Khác")
        assert not refusal.value.denied.stranger()
        with on("2026-11-23"):
            answer = logged_in(cast[name]).get(reverse("reference:change", args=["severities", severity.pk]))
        assert answer.status_code == 403
        assert "quản lý danh mục" in text_of(answer)
    changed(cast.root, "severities", severity, name="Khác")
    assert AuditEntry.objects.filter(verb="change_reference_row").count() == 1


def test_wrong_input_stands_beside_its_field_and_nothing_is_stored(cast, keeper):
    severity = Severity.objects.get(code="limitation")
    address = reverse("reference:change", args=["severities", severity.pk])
    with on("2026-11-23"):
        answer = send(logged_in(keeper), address, status=422, name="Mới", rank="2", reason="")
        assert set(answer.context["form"].errors) == {"reason"}
        answer = send(logged_in(keeper), address, status=422, name="Mới", rank="2", reason="HD 9")
    assert set(answer.context["form"].errors) == {"rank"}
    assert "Mới" in text_of(answer)
    assert Severity.objects.get(pk=severity.pk).name == "Hạn chế, tồn tại"


def test_a_stale_page_shows_both(cast, keeper):
    limit = TeamLimit.objects.get(level=None)
    address = reverse("reference:change", args=["team-limits", limit.pk])
    with on("2026-11-23"):
        client = logged_in(keeper)
        seen = client.get(address).context["form"].seen_token
        changed(cast.root, "team-limits", limit, at_least=4)
        fields = {"at_least": "2", "certainty": "U", "reason": "HD 9", "source": limit.source}
        answer = send(client, address, status=422, seen=seen, **fields)
    assert "“4”" in words_of(answer)
    assert 'value="2"' in text_of(answer)
    assert TeamLimit.objects.get(level=None).at_least == 4


def test_a_row_in_use_is_not_taken_out_and_says_what_uses_it(cast, keeper):
    level = Level.objects.get(code="commune")
    with pytest.raises(ValidationError) as refusal:
        ended(keeper, "levels", level)
    assert "loại hình tổ chức: 2" in refusal.value.messages[0].lower()
    new = add_row(
        acting_user=keeper,
        table=table_of("levels"),
        values={"code": "zone", "name": "Khu", "rank": 9},
        reason="HD 9",
        now=NOW,
    )
    ended(keeper, "levels", new)
    assert not Level.objects.filter(code="zone").exists()
    assert audit.entries_of(cast.organisation("province")).get(verb="end_reference_row").old["name"] == "Khu"


def test_rows_that_the_program_relies_on_neither_end_nor_are_added(cast, keeper):
    with pytest.raises(NotNow):
        ended(keeper, "document-types", DocumentType.objects.get(code="plan"))
    with pytest.raises(NotNow):
        add_row(acting_user=keeper, table=table_of("document-types"), values={}, reason="HD 9", now=NOW)
    changed(keeper, "document-types", DocumentType.objects.get(code="plan"), code="other", name="Kế hoạch KT")
    assert DocumentType.objects.get(name="Kế hoạch KT").code == "plan"


@pytest.mark.parametrize("code", [table.code for table in all_tables() if table.ends is Ends.NOT_CHOSEN])
def test_what_can_no_longer_be_chosen_stays_with_what_has_it(cast, keeper, code):
    row = table_of(code).all().first()
    ended(keeper, code, row)
    row.refresh_from_db()
    assert getattr(row, table_of(code).active) is False
    with pytest.raises(NotNow):
        ended(keeper, code, row)


def test_an_ended_kind_is_not_proposed_and_an_ended_severity_stays_with_its_finding(cast, keeper):
    case = stories.run_to_release(cast)
    finding = case.findings.get()
    ended(keeper, "severities", finding.severity)
    for target, stands in ((finding, True), (case, False)):
        form = FindingForm(target=target, user=cast["vice_chair"], now=NOW)
        assert form.fields["severity"].queryset.filter(pk=finding.severity_id).exists() is stands
    ended(keeper, "case-kinds", CaseKind.objects.get(code="GSCD"))
    with pytest.raises(ValidationError) as refusal:
        stories.proposed(cast)
    assert list(refusal.value.message_dict) == ["kind"]


def test_words_are_found_in_all_columns_of_a_long_table(cast, keeper):
    with on("2026-11-23"):
        client = logged_in(keeper)
        address = reverse("reference:table", args=["procedure-steps"])
        assert 'name="q"' in text_of(client.get(address))
        found = words_of(client.get(address, {"q": "giam sat chuyen de chi bo"}))
        nothing = words_of(client.get(address, {"q": "khong co gi"}))
        short = text_of(client.get(reverse("reference:table", args=["levels"])))
    assert "Giám sát chuyên đề" in found
    assert "Kiểm tra tài chính đảng" not in found
    assert "Không có dòng nào" in nothing
    assert 'id="filter_q"' not in short


# what the code took for granted


def test_a_changed_symbol_stands_on_the_next_document_and_its_numbers_begin_at_01(cast, keeper):
    stories.signed(cast, stories.proposed(cast))
    changed(keeper, "document-types", DocumentType.objects.get(code="plan"), symbol="KHKT")
    second = stories.signed(cast, stories.proposed(cast))
    numbers = IssuedDocument.objects.filter(type__code="plan").order_by("pk").values_list("full_number", flat=True)
    assert list(numbers) == ["01-KH/UBKTĐU", "01-KHKT/UBKTĐU"]
    assert second.number == "02-QĐ/UBKTĐU"
    assert list(papers.signed_is_numbered(NOW)) == list(papers.numbers_run(NOW)) == []


def test_the_dossier_is_what_the_procedure_says(cast, keeper):
    case = stories.run_to_notice(cast)
    wanted = [*case.procedure.dossier.all(), PaperKind.objects.get(code="verification_minutes")]
    changed(keeper, "procedures", case.procedure, dossier=wanted)
    with pytest.raises(InvalidForm) as refusal:
        stories.closed(cast, case)
    assert "Biên bản thẩm tra, xác minh" in str(refusal.value.form.errors)


def test_a_kind_of_paper_is_added_freely_when_the_table_says_so(cast, keeper):
    case = stories.signed(cast, stories.proposed(cast))
    kind = PaperKind.objects.get(code="outline")
    given = {"acting_user": cast["vice_chair"], "case": case, "kind": kind, "body": "Đề cương", "files": []}
    given |= {"held_on": None, "place": "", "attendees": "", "subject": None, "now": at("2026-10-03")}
    with pytest.raises(ValidationError) as refusal:
        add_paper(**given)
    assert list(refusal.value.message_dict) == ["kind"]
    changed(keeper, "paper-kinds", kind, is_free=True, needs_day=True)
    kind.refresh_from_db()
    with pytest.raises(ValidationError) as refusal:
        add_paper(**given)
    assert list(refusal.value.message_dict) == ["held_on"]
    changed(keeper, "paper-kinds", kind, needs_day=False)
    kind.refresh_from_db()
    assert add_paper(**given).kind == kind


@pytest.mark.parametrize(
    ("values", "present", "votes_for", "wrong"),
    [
        ({}, 2, 2, "present"),
        ({}, 3, 2, "votes_for"),
        ({"present_parts": 2, "present_of": 3, "present_is_above": False}, 3, 3, "present"),
        ({"present_parts": 3, "present_of": 5, "present_is_above": False}, 3, 3, ""),
        ({"votes_parts": 4, "votes_of": 5, "votes_is_above": False}, 5, 3, "votes_for"),
    ],
)
def test_the_majority_of_a_sitting_comes_from_the_table(cast, keeper, values, present, votes_for, wrong):
    changed(keeper, "majorities", Majority.objects.get(body=""), **values)
    case = stories.run_to_release(cast)
    stories.answered(cast, case)
    stories.considered(cast, case)
    stories.conferred(cast, case)
    stories.reported(cast, case)
    stories.appraised(cast, case)
    sitting = {
        "outcome": "concluded", "held_on": D(2026, 11, 5), "chair": "Đỗ Văn Quý", "recorder": "Mai Đình Nghĩa",
        "attendees": "Uỷ ban", "members": 5, "present": present, "votes_for": votes_for, "votes_against": 0,
        "abstentions": 0, "extract": "Kết luận.",
    }  # fmt: skip
    if not wrong:
        do(cast["chair"], case, "conclude", at("2026-11-05"), **sitting)
        case.refresh_from_db()
        assert case.stage == "concluded"
        return
    with pytest.raises(InvalidForm) as refusal:
        do(cast["chair"], case, "conclude", at("2026-11-05"), **sitting)
    assert list(refusal.value.form.errors) == [wrong]


def test_a_procedure_that_does_not_fit_together_is_refused(cast, keeper):
    formal = Procedure.objects.filter(flow="formal").first()
    with pytest.raises(ValidationError) as refusal:
        changed(keeper, "procedures", formal, needs_team=False)
    assert list(refusal.value.message_dict) == ["needs_team"]
    with pytest.raises(ValidationError) as refusal:
        add_row(
            acting_user=keeper,
            table=table_of("team-limits"),
            values={"level": None, "at_least": 2, "at_most": 1, "source": "", "certainty": "U"},
            reason="HD 9",
            now=NOW,
        )
    assert list(refusal.value.message_dict) == ["at_most"]
