"""Numbers run from 01 within a term, per type of document (domain.md §8.1); administrators keep the terms."""

import datetime
from datetime import date as D

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from inspections.documents.models import Term
from inspections.documents.services import add_term, change_term, term_of
from permissions import audit
from permissions.verdicts import Refused
from project.demo import stories
from tests.browse import logged_in, on, send, text_of, words_of
from tests.cast import at

OLD = (D(2020, 7, 1), D(2026, 10, 9))
NEW = (D(2026, 10, 10), None)


def given(cast, days, key="commune", by="administrator", name="Nhiệm kỳ 2020–2025"):
    return add_term(
        acting_user=cast[by],
        organisation=cast.organisation(key),
        name=name,
        starts_on=days[0],
        ends_on=days[1],
        now=at("2026-10-01"),
    )


def signed_on(cast, day):
    """The number of a decision of the inspection committee signed that day."""
    return stories.signed(cast, stories.proposed(cast, day=day), day=day).number


def test_numbers_begin_again_with_the_term_of_the_committee_above(cast):
    given(cast, OLD)
    given(cast, NEW, name="Nhiệm kỳ 2026–2031")
    assert [signed_on(cast, day) for day in ("2026-10-02", "2026-10-09", "2026-10-10", "2026-10-12")] == [
        "01-QĐ/UBKTĐU",
        "02-QĐ/UBKTĐU",
        "01-QĐ/UBKTĐU",
        "02-QĐ/UBKTĐU",
    ]
    assert term_of(cast.organisation("dong_muoi"), D(2026, 10, 10)).name == "Nhiệm kỳ 2026–2031"
    assert term_of(cast.organisation("ward"), D(2026, 10, 10)) is None


@pytest.mark.parametrize(
    ("days", "field"),
    [
        ((D(2026, 10, 9), None), "starts_on"),
        ((D(2019, 1, 1), None), "starts_on"),
        ((D(2019, 1, 1), D(2020, 7, 1)), "starts_on"),
        ((D(2027, 1, 2), D(2027, 1, 1)), "ends_on"),
    ],
)
def test_a_term_does_not_overlap_another_and_ends_after_it_begins(cast, days, field):
    given(cast, OLD)
    with pytest.raises(ValidationError) as refusal:
        given(cast, days)
    assert list(refusal.value.message_dict) == [field]
    assert Term.objects.count() == 1
    # the term of another organisation is no matter
    given(cast, OLD, key="dong_muoi")


def test_what_was_numbered_in_a_term_stays_within_its_days(cast):
    term = given(cast, (D(2025, 7, 1), None))
    signed_on(cast, "2026-10-09")
    new = {"acting_user": cast["administrator"], "term": term, "name": term.name, "now": at("2026-10-12")}
    for days, field in (((D(2026, 10, 10), None), "starts_on"), ((D(2025, 7, 1), D(2026, 10, 8)), "ends_on")):
        with pytest.raises(ValidationError) as refusal:
            change_term(starts_on=days[0], ends_on=days[1], **new)
        assert "09/10/2026" in refusal.value.message_dict[field][0]
    change_term(starts_on=D(2025, 7, 1), ends_on=D(2026, 10, 9), **new)
    assert signed_on(cast, "2026-10-09") == "02-QĐ/UBKTĐU"
    assert signed_on(cast, "2026-10-10") == "01-QĐ/UBKTĐU"
    entry = audit.entries_of(cast.organisation("commune")).get(verb="change_term")
    assert (entry.old["ends_on"], entry.new["ends_on"]) == (None, "2026-10-09")


def test_only_an_administrator_of_the_tree_keeps_terms(cast):
    for name in ("chair", "secretary", "stranger"):
        with pytest.raises(Refused):
            given(cast, OLD, by=name)
    with pytest.raises(Refused):
        given(cast, OLD, key="ward")
    assert not Term.objects.exists()


def test_the_page_of_the_organisation_shows_its_terms_and_leads_to_them(cast):
    commune = cast.organisation("commune")
    with on("2026-10-01"):
        browser = logged_in(cast["administrator"])
        send(browser, reverse("documents:add_term", args=[commune.pk]), name="Khoá XII", starts_on=OLD[0], ends_on="")
        term = Term.objects.get()
        page = browser.get(commune.get_absolute_url())
        assert "Khoá XII : 01/07/2020" in words_of(page).replace("XII:", "XII :")
        address = reverse("documents:change_term", args=[term.pk])
        assert address in text_of(page)
        refused = send(
            browser, reverse("documents:add_term", args=[commune.pk]), status=422, name="XIII", starts_on=D(2026, 1, 1)
        )
        assert "“Khoá XII” đã có trong các ngày này" in text_of(refused)
        seen = browser.get(address).context["form"].seen_token
        send(browser, address, name="Khoá XII", starts_on=OLD[0], ends_on=OLD[1], seen=seen)
        assert address not in text_of(logged_in(cast["chair"]).get(commune.get_absolute_url()))
    term.refresh_from_db()
    assert term.ends_on == datetime.date(2026, 10, 9)
