"""The record proves itself: whatever is altered, deleted, swapped or inserted behind its back is found."""

import io
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.db.models import F

from inspections.organisations.models import Organisation, Person
from permissions import audit, policy, triggers
from permissions.audit import recording
from permissions.audit.entries import digest_of
from permissions.models import AuditEntry, AuditSeal
from project.demo import stories
from tests.cast import NOW, at
from tests.standing import story

ALTERED = {
    "at": F("at") + timedelta(seconds=1),
    "person_name": "Người khác",
    "office_name": "Chủ nhiệm nơi khác",
    "for_name": "Thay mặt ai đó",
    "for_person": Person.objects.order_by("pk").values("pk")[:1],
    "verb": "stop_case",
    "about_type": "cases.paper",
    "about_id": F("about_id") + 1,
    "about_name": "Việc khác",
    "old": {"stage": "closed"},
    "new": {"number": "77-QĐ/UBKTĐU"},
    "reason": "Lý do viết lại.",
}


@story
def chain(cast):
    """The name of a chain of five entries, beside another case's."""
    other = stories.signed(cast, stories.proposed(cast))
    case = stories.signed(cast, stories.proposed(cast))
    stories.prepared(cast, case)
    stories.announced(cast, case)
    stories.self_reported(cast, case)
    assert AuditEntry.objects.filter(chain=audit.chain_of(other)).count() == 2
    return audit.chain_of(case)


@pytest.fixture
def hand(chain):
    """A hand in the database that no trigger stops; the triggers are back after the test."""
    triggers.drop(connection)


def entry(chain, seq):
    return AuditEntry.objects.get(chain=chain, seq=seq)


def write(row, **values):
    type(row).objects.filter(pk=row.pk).update(**values)


def places():
    return {fault.place for fault in audit.faults()}


def said(place):
    return [fault.what for fault in audit.faults() if fault.place == place]


def hashed_anew(chain, start=1):
    """Writes the chain's hashes as somebody would who has the key."""
    previous = "" if start == 1 else entry(chain, start - 1).hash
    for row in AuditEntry.objects.filter(chain=chain, seq__gte=start).order_by("seq"):
        row.previous_hash = previous
        row.hash = digest_of(row)
        row.save()
        previous = row.hash


def test_what_was_written_by_verbs_holds_together(chain):
    audit.seal(NOW)
    assert AuditEntry.objects.filter(chain=chain).count() == 5
    assert list(audit.faults()) == []


@pytest.mark.parametrize("field", [*ALTERED, "user"])
def test_one_altered_field_is_found(cast, hand, chain, field):
    altered = {**ALTERED, "user": cast["member2"]}
    write(entry(chain, 3), **{field: altered[field]})
    assert said(f"{chain}#3") == ["was altered"]
    assert places() == {f"{chain}#3"}


def test_every_field_of_an_entry_is_under_its_hash():
    kept = {field.name for field in AuditEntry._meta.concrete_fields}
    assert kept - set(ALTERED) == {"id", "chain", "seq", "user", "previous_hash", "hash"}


def test_an_entry_deleted_in_the_middle_is_found(hand, chain):
    entry(chain, 3).delete()
    assert said(f"{chain}#4") == ["entry 3 is missing", "does not follow the entry before it"]


def test_the_first_entry_deleted_is_found(hand, chain):
    entry(chain, 1).delete()
    assert said(f"{chain}#2") == ["entry 1 is missing", "does not follow the entry before it"]


def test_a_gap_closed_by_new_numbers_is_found(hand, chain):
    entry(chain, 3).delete()
    for seq in (4, 5):
        write(entry(chain, seq), seq=seq - 1)
    assert said(f"{chain}#3") == ["does not follow the entry before it", "was altered"]


def test_two_swapped_entries_are_found(hand, chain):
    third, fourth = entry(chain, 3), entry(chain, 4)
    write(third, seq=99)
    write(fourth, seq=3)
    write(third, seq=4)
    assert {f"{chain}#3", f"{chain}#4", f"{chain}#5"} <= places()


def test_an_entry_inserted_in_the_middle_is_found(hand, chain):
    for seq in (5, 4):
        write(entry(chain, seq), seq=seq + 1)
    second = entry(chain, 2)
    new = AuditEntry.objects.get(pk=second.pk)
    new.pk, new.seq, new.reason, new.previous_hash, new.hash = None, 4, "Chèn vào.", entry(chain, 3).hash, "f" * 64
    write(entry(chain, 5), previous_hash="e" * 64)  # makes room: two entries may not follow one
    new.save(force_insert=True)
    assert {f"{chain}#4", f"{chain}#5"} <= places()


def test_an_entry_added_without_the_key_is_found(chain):
    last = entry(chain, 5)
    AuditEntry.objects.create(
        chain=chain,
        seq=6,
        at=NOW,
        user=last.user,
        person_name=last.person_name,
        verb="close_dossier",
        about_type=last.about_type,
        about_id=last.about_id,
        about_name=last.about_name,
        previous_hash=last.hash,
        hash="0" * 64,
    )
    assert said(f"{chain}#6") == ["was altered"]


def test_an_entry_moved_to_another_chain_is_found(hand, chain):
    write(entry(chain, 5), chain="case:987")
    assert {"case:987#5"} == places()


def test_only_the_seal_finds_a_deleted_tail(hand, chain):
    AuditEntry.objects.filter(chain=chain, seq__gte=4).delete()
    assert list(audit.faults()) == []


def test_a_tail_deleted_after_a_seal_is_found(hand, chain):
    audit.seal(NOW)
    AuditEntry.objects.filter(chain=chain, seq__gte=4).delete()
    assert said(chain) == ["ends before entry 5, which was sealed"]


def test_a_chain_deleted_whole_after_a_seal_is_found(hand, chain):
    audit.seal(NOW)
    AuditEntry.objects.filter(chain=chain).delete()
    assert said(chain) == ["ends before entry 5, which was sealed"]


def test_a_chain_rebuilt_with_the_key_is_found_by_the_seal(hand, chain):
    audit.seal(NOW)
    write(entry(chain, 2), reason="Quá khứ viết lại.")
    hashed_anew(chain, start=2)
    assert places() == {f"{chain}#5"}
    assert said(f"{chain}#5") == ["is not as seal 1 has it"]


def test_a_rebuilt_chain_that_went_on_is_found_by_the_seal(cast, hand, chain):
    audit.seal(NOW)
    AuditEntry.objects.filter(chain=chain, seq=5).delete()
    hashed_anew(chain)
    fifth = entry(chain, 4)
    fifth.pk, fifth.seq, fifth.previous_hash = None, 5, fifth.hash
    fifth.hash = digest_of(fifth)
    fifth.save(force_insert=True)
    assert said(f"{chain}#5") == ["is not as seal 1 has it"]


def test_seals_prove_each_other(cast, hand, chain):
    for day in ("2026-11-24", "2026-11-25", "2026-11-26"):
        audit.seal(at(day))
        stories.proposed(cast, day=day)
    assert AuditSeal.objects.count() == 3
    assert list(audit.faults()) == []
    seal = AuditSeal.objects.get(seq=2)
    with transaction.atomic():
        write(seal, heads={**seal.heads, chain: [2, "0" * 64]})
        assert said("seal 2") == ["was altered"]
        transaction.set_rollback(True)
    seal.delete()
    assert said("seal 3") == ["does not follow the seal before it"]


def test_a_seal_holds_what_moved_since_the_last_and_nothing_else(cast, chain):
    first = audit.seal(at("2026-11-24"))
    assert audit.seal(at("2026-11-25")) is None
    case = stories.proposed(cast, day="2026-11-25")
    second = audit.seal(at("2026-11-26"))
    assert first.heads[chain] == [5, entry(chain, 5).hash]
    assert list(second.heads) == [audit.chain_of(case)]


def test_many_entries_wait_for_their_chains_in_the_order_of_the_keys(cast, monkeypatch):
    """As text, "organisation:10" stands before "organisation:9": whoever waits so and whoever does not would wait for
    each other."""
    allowed = policy.require(cast["administrator"], "keep_members", cast.organisation("suoi_da"), NOW)
    some = list(Organisation.objects.order_by("-pk")[:3])
    far = [Organisation(pk=key, name=f"Chi bộ {key}") for key in (10_000, 9_999, 100_000)]
    waited = []
    monkeypatch.setattr(recording, "_wait_for_turn", lambda chain: waited.append(chain.pk))
    twice = [*far, *some, *far]
    with transaction.atomic():
        audit.record_many(
            [audit.Deed(allowed, row, row, "correct_member", {}, {"place": place}) for place, row in enumerate(twice)],
            now=NOW,
        )
    assert waited == [*sorted(row.pk for row in some), 9_999, 10_000, 100_000]
    assert [entry.new["place"] for entry in audit.entries_of(far[0])] == [0, 6]
    assert list(audit.faults()) == []


def test_without_the_key_nothing_can_be_proven(chain, settings):
    settings.AUDIT_KEY = "another key"
    found = list(audit.faults())
    assert len(found) == AuditEntry.objects.count()
    assert {fault.what for fault in found} == {"was altered"}


def test_the_command_names_the_place_and_fails(hand, chain):
    out = io.StringIO()
    call_command("verify_audit", stdout=out)
    assert "hold together" in out.getvalue()
    write(entry(chain, 2), reason="Thêm sau.")
    with pytest.raises(CommandError, match="1 faults"):
        call_command("verify_audit", stdout=out)
    assert f"{chain}#2: was altered" in out.getvalue()


@pytest.mark.parametrize("model", [AuditEntry, AuditSeal])
@pytest.mark.parametrize(
    "deed",
    [
        lambda rows: rows.update(at=NOW),
        lambda rows: rows.delete(),
        lambda rows: rows.first().delete(),
        lambda rows: rows.first().save(),
        lambda rows: rows._raw_delete(rows.db),
    ],
    ids=["update", "delete", "delete one", "save again", "raw delete"],
)
def test_the_database_refuses_to_change_what_was_recorded(chain, model, deed):
    audit.seal(NOW)
    before = list(model.objects.values())
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        deed(model.objects.all())
    assert list(model.objects.values()) == before != []


@pytest.mark.parametrize("model", [AuditEntry, AuditSeal])
def test_the_tables_of_the_record_are_not_emptied_at_one_stroke(chain, model):
    audit.seal(NOW)
    connection.check_constraints()  # PostgreSQL truncates no table that waits for its foreign keys
    word = "truncate" if connection.vendor == "postgresql" else "delete from"
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"{word} {model._meta.db_table}")
    assert model.objects.exists()
