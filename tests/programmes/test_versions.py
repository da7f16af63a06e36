"""A programme from its draft to its second version: adopted by another, returned by lines, changed with a reason."""

import datetime
from dataclasses import replace

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from inspections.programmes import queries, services
from inspections.programmes.models import Programme
from inspections.reports.queries.search import search
from permissions import audit
from permissions.models import AuditEntry
from permissions.verdicts import NotNow, Refused
from tests.browse import logged_in, text_of
from tests.cast import NOW

pytestmark = pytest.mark.django_db
WRITERS = [
    ("commune", "office_chief", "secretary"),
    ("ubkt", "officer", "chair"),
    ("dong_muoi", "dm_deputy", "dm_secretary"),
]


def begun(cast, body="ubkt", by="officer", horizon="year", last=2027):
    return services.begin_programme(
        acting_user=cast[by],
        organisation=cast.organisation(body),
        horizon=horizon,
        first_year=2027,
        last_year=last,
        now=NOW,
    )


def told(cast, content="Việc học tập nghị quyết", **changes):
    facts = services.LineFacts(
        kind=cast.kinds["GSCD"], content=content, year=2027, organisations=[cast.organisation("dong_muoi")], lead="UBKT"
    )
    return replace(facts, **changes)


def submitted(cast, body="ubkt", by="officer", **options):
    programme = begun(cast, body, by, **options)
    services.add_line(acting_user=cast[by], programme=programme, facts=told(cast), now=NOW)
    return services.submit_programme(acting_user=cast[by], programme=programme, now=NOW)


def adopted(cast):
    return services.adopt_programme(acting_user=cast["chair"], programme=submitted(cast), now=NOW)


@pytest.mark.parametrize(("body", "drafter", "adopter"), WRITERS)
@pytest.mark.parametrize(("horizon", "last"), [("year", 2027), ("term", 2030)])
def test_every_body_writes_programmes_and_another_adopts_them(cast, body, drafter, adopter, horizon, last):
    programme = submitted(cast, body, drafter, horizon=horizon, last=last)
    with pytest.raises(Refused):
        services.adopt_programme(acting_user=cast[drafter], programme=programme, now=NOW)
    programme = services.adopt_programme(acting_user=cast[adopter], programme=programme, now=NOW)
    assert (programme.state, programme.number.startswith("01-CTr/")) == ("adopted", True)
    with pytest.raises(NotNow):
        services.add_line(acting_user=cast[drafter], programme=programme, facts=told(cast), now=NOW)
    with pytest.raises(NotNow):
        services.change_line(acting_user=cast[drafter], line=programme.lines.get(), facts=told(cast), now=NOW)
    assert list(audit.faults()) == []


def test_a_change_after_adoption_is_a_version_with_its_reason_and_shows_what_it_changes(cast):
    first = adopted(cast)
    with pytest.raises(ValidationError) as problem:
        services.change_programme(acting_user=cast["officer"], programme=first, reason=" ", now=NOW)
    assert list(problem.value.error_dict) == ["reason"]
    second = services.change_programme(acting_user=cast["officer"], programme=first, reason="Thêm chi bộ.", now=NOW)
    assert queries.differences(second) == []
    line = second.lines.get()
    wider = told(cast, organisations=[cast.organisation("dong_muoi"), cast.organisation("suoi_da")])
    services.change_line(acting_user=cast["officer"], line=line, facts=wider, now=NOW)
    services.add_line(acting_user=cast["officer"], programme=second, facts=told(cast, "Việc thu đảng phí"), now=NOW)
    changed, new = queries.differences(second)
    assert [(str(label), old, text) for label, old, text in changed.changes] == [
        ("Đối tượng", "Chi bộ thôn Đồng Muối", "Chi bộ thôn Đồng Muối; Chi bộ thôn Suối Đá")
    ]
    assert (new.is_new, new.line.content) == (True, "Việc thu đảng phí")
    page = text_of(logged_in(cast["officer"]).get(second.get_absolute_url()))
    assert "<del>Chi bộ thôn Đồng Muối</del>" in page and "Thêm chi bộ." in page
    services.submit_programme(acting_user=cast["officer"], programme=second, now=NOW)
    services.adopt_programme(acting_user=cast["chair"], programme=second, now=NOW)
    assert list(Programme.objects.order_by("version").values_list("version", "state")) == [
        (1, "replaced"),
        (2, "adopted"),
    ]


def test_single_lines_are_returned_each_with_what_has_to_change(cast):
    programme = begun(cast)
    one, two = (
        services.add_line(acting_user=cast["officer"], programme=programme, facts=told(cast, content), now=NOW)
        for content in ("Việc học nghị quyết", "Việc thu đảng phí")
    )
    services.submit_programme(acting_user=cast["officer"], programme=programme, now=NOW)
    services.return_programme(
        acting_user=cast["chair"], programme=programme, reason="", line_reasons={two.pk: "Ghi rõ quý."}, now=NOW
    )
    assert AuditEntry.objects.get(verb="return_programme").new == {"lines": {"2": "Ghi rõ quý."}}
    assert "Ghi rõ quý." in text_of(logged_in(cast["officer"]).get(programme.get_absolute_url()))
    one.refresh_from_db()
    assert one.return_reason == ""
    services.change_line(
        acting_user=cast["officer"],
        line=two,
        facts=told(cast, "Việc thu đảng phí", first_month=1, last_month=3),
        now=NOW,
    )
    two.refresh_from_db()
    assert two.return_reason == ""


def test_a_return_says_why_and_names_only_its_own_lines(cast):
    programme, other = submitted(cast), submitted(cast, "dong_muoi", "dm_deputy")
    for lines in ({}, {other.lines.get().pk: "Sửa."}):
        with pytest.raises(ValidationError) as problem:
            services.return_programme(
                acting_user=cast["chair"], programme=programme, reason=" ", line_reasons=lines, now=NOW
            )
        assert list(problem.value.error_dict) == ["reason"]
    programme.refresh_from_db()
    assert programme.state == "submitted"


def test_a_line_dropped_while_a_version_is_written_stays_dropped(cast):
    first = adopted(cast)
    second = services.change_programme(acting_user=cast["officer"], programme=first, reason="Thêm.", now=NOW)
    services.drop_line(acting_user=cast["chair"], line=first.lines.get(), reason="Sáp nhập chi bộ.", now=NOW)
    assert second.lines.get().drop_reason == "Sáp nhập chi bộ."


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"content": " "}, "content"),
        ({"organisations": []}, "organisations"),
        ({"year": 2028}, "year"),
        ({"first_month": 4}, "last_month"),
        ({"first_month": 5, "last_month": 4}, "last_month"),
        ({"examined_from": datetime.date(2026, 2, 1), "examined_to": datetime.date(2026, 1, 1)}, "examined_to"),
    ],
)
def test_a_wrong_line_is_refused_beside_its_field(cast, changes, field):
    programme = begun(cast)
    with pytest.raises(ValidationError) as problem:
        services.add_line(acting_user=cast["officer"], programme=programme, facts=told(cast, **changes), now=NOW)
    assert list(problem.value.error_dict) == [field]
    assert programme.lines.count() == 0


def test_strangers_organisations_are_no_subjects(cast):
    with pytest.raises(ValidationError):
        services.add_line(
            acting_user=cast["officer"],
            programme=begun(cast),
            facts=told(cast, organisations=[cast.organisation("ward_cell")]),
            now=NOW,
        )


def test_programmes_and_lines_are_found_without_accents_by_those_who_may_see_them(cast):
    programme = adopted(cast)
    found = search(cast["officer"], "hoc tap nghi quyet")
    assert found["lines"]["rows"] == [programme.lines.get()]
    assert found["programmes"]["rows"] == [programme]
    assert search(cast["officer"], "UBKT 2027")["programmes"]["rows"] == [programme]
    assert search(cast["stranger"], "hoc tap nghi quyet")["lines"]["rows"] == []
    listed = logged_in(cast["officer"]).get(reverse("programmes:list"), {"q": "hoc tap"})
    assert list(listed.context["page"]) == [programme]
    exported = logged_in(cast["officer"]).get(reverse("programmes:list"), {"q": "khong co", "export": "xlsx"})
    assert exported.status_code == 200


def test_an_empty_square_starts_a_line_of_the_draft_of_its_year(cast):
    programme = begun(cast, "commune", "office_chief")
    browser = logged_in(cast["office_chief"])
    address = reverse("programmes:coverage", args=[cast.organisation("commune").pk])
    cell = cast.organisation("suoi_da")
    start = f"{reverse('programmes:add_line', args=[programme.pk])}?organisations={cell.pk}&year=2027"
    assert start in text_of(browser.get(address))
    form = browser.get(start).context["form"]
    assert ([str(one) for one in form["organisations"].value()], form["year"].value()) == ([str(cell.pk)], "2027")
