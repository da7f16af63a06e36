"""The large demo: what is copied by the thousand is as whole as what the verbs made."""

from django.urls import reverse

from inspections.cases.models import Case
from inspections.documents.models import IssuedDocument
from inspections.organisations.models import Organisation, User
from inspections.reports.pages import board as pages
from permissions import audit, policy
from permissions.models import AuditEntry
from project.demo.province import add_communes
from tests.browse import logged_in, on
from tests.cast import NOW
from tests.standing import story
from workflows import access
from workflows.invariants import INVARIANTS

CELLS = 11


@story
def province(cast):
    cast.add_organisation("province_ubkt", "UBKT Tỉnh uỷ Sơn Hải", "province_inspection", "province", "", "UBKTTU")
    add_communes(cast, NOW, communes=2, cells=CELLS, report=lambda line: None)
    return cast


def below(number: int) -> Organisation:
    return Organisation.objects.get(name=f"Đảng bộ xã Bãi Ngang {number}")


def test_every_cell_of_a_commune_has_an_old_and_a_running_case_of_its_own(province):
    for number in (1, 2):
        cases = Case.objects.filter(org_path__startswith=below(number).path)
        assert cases.count() == 2 * CELLS
        assert cases.filter(stage="closed").count() == CELLS
        subjects = {str(subject) for case in cases for subject in case.subjects.all()}
        assert subjects == {f"Chi bộ thôn Bãi Ngang {number}.{cell}" for cell in range(1, CELLS + 1)}


def test_a_copy_names_its_own_commune_and_nothing_of_the_one_it_was_copied_from(province):
    for case in Case.objects.filter(org_path__startswith=below(1).path):
        about = list(AuditEntry.objects.filter(chain=f"case:{case.pk}").values_list("about_name", "office_name"))
        documents = list(IssuedDocument.objects.filter(series__issuer=case.organisation).values_list("signer_name"))
        told = " ".join([case.folded, *(name for row in about + documents for name in row)])
        assert "Cồn Mẫu" not in told
        assert "con mau" not in told


def test_documents_are_numbered_without_a_gap_in_each_committee(province):
    for number in (1, 2):
        committee = Organisation.objects.get(parent=below(number), type__is_body=True)
        for series in committee.number_series.all():
            numbers = list(series.documents.order_by("number").values_list("number", flat=True))
            assert numbers == list(range(1, series.last + 1))
        signed = Case.objects.filter(organisation=committee).exclude(number="")
        assert signed.count() == len(set(signed.values_list("number", flat=True))) > CELLS


def test_the_audit_trail_of_all_copies_holds_together(province):
    audit.seal(NOW)
    copied = AuditEntry.objects.filter(chain__in=[f"case:{case.pk}" for case in Case.objects.all()])
    assert copied.count() > 20 * CELLS
    assert list(audit.faults()) == []


def test_the_secretary_of_a_copied_cell_finds_his_own_work_and_no_other(province):
    seen = set()
    for cell in range(1, CELLS + 1):
        secretary = User.objects.get(username=f"x1.cb{cell}")
        waiting = access.for_me(policy.viewer_for(secretary, NOW))
        assert {item.organisation.name for item in waiting} == {f"Chi bộ thôn Bãi Ngang 1.{cell}"}
        seen |= {item.pk for item in waiting}
    assert len(seen) >= 2 * CELLS


def test_what_always_holds_of_rows_holds_of_the_copies(province):
    broken = {one.code: list(one.breaches(NOW))[:5] for one in INVARIANTS}
    assert {code: rows for code, rows in broken.items() if rows} == {}


def test_the_board_of_the_province_counts_by_commune_and_that_of_a_commune_by_cell(province, monkeypatch):
    monkeypatch.setattr(pages, "SHOWN", 5)
    with on("2026-11-23"):
        client = logged_in(province["province_secretary"])
        above = client.get(reverse("reports:leader"))
        first, all_of_them = (
            client.get(reverse("reports:leader"), {"organisation": below(1).pk, **more}) for more in ({}, {"all": "1"})
        )
    assert {one.name for one in above.context["lines"]} >= {"Đảng bộ xã Bãi Ngang 1", "Đảng bộ xã Bãi Ngang 2"}
    (line,) = [one for one in above.context["lines"] if one.pk == below(1).pk]
    assert line.counts.open == sum(one.counts.open for one in all_of_them.context["lines"]) > CELLS
    assert (len(first.context["lines"]), first.context["not_shown"]) == (5, len(all_of_them.context["lines"]) - 5)
    assert "all=1" in first.content.decode()
