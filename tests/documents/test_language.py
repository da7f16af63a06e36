"""What is stored is written in the language of the papers, whatever language the acting user reads."""

from django.utils import translation

from inspections.deadlines.models import Deadline
from inspections.documents.models import IssuedDocument
from inspections.remedies.models import Correction
from permissions.models import AuditEntry
from project.demo import stories


def test_papers_of_an_english_reader_are_vietnamese(cast):
    with translation.override("en"):
        case = stories.run_to_notice(cast)
    correction = Correction.objects.get(demand__notice__case=case)
    clock = Deadline.objects.get(duty="correct", item_id=correction.pk)
    assert clock.due_text == "trước ngày 30/11/2026"
    assert set(Deadline.objects.values_list("title", flat=True)).isdisjoint(
        {"Carry out the case", "Submit the self-report", "Answer the findings", "Verify and report"}
    )
    assert all(name.startswith("Chủ nhiệm") for name in IssuedDocument.objects.values_list("signer_title", flat=True))
    offices = set(AuditEntry.objects.exclude(office_name="").values_list("office_name", flat=True))
    assert not [name for name in offices if "Chair" in name or "leader" in name], offices
