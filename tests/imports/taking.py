"""Taking spreadsheets in through the pages, as tests need it."""

from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from inspections.imports import services
from inspections.imports.models import Import
from inspections.imports.plans import KINDS
from tests.browse import send
from tests.cast import NOW

DATA = Path(__file__).resolve().parent.parent / "data"
ORGANISATIONS, OFFICES, PROGRAMME = "01-to-chuc-dang.xlsx", "02-cap-uy-ubkt.xlsx", "04-chuong-trinh-2026.xlsx"


def file(name: str) -> SimpleUploadedFile:
    """A file of tests/data as a browser sends it."""
    return SimpleUploadedFile(name, (DATA / name).read_bytes())


def upload(client: Client, kind: str, target: Model, sent: SimpleUploadedFile) -> Import:
    """Sends a file and returns what became of it: an import being looked at."""
    address = reverse("imports:begin", args=[kind, target.pk])
    response = client.post(address, {"file": sent})
    assert response.status_code == 302, response.context["form"].errors
    return Import.objects.get(pk=response.url.rstrip("/").rsplit("/", 1)[-1])


def preview(client: Client, one: Import) -> Any:
    """What the page shows of the import: the lines, their counts, the doubts."""
    return client.get(one.get_absolute_url()).context["preview"]


def settle(client: Client, one: Import, answers: dict[str, str]) -> None:
    """Settles doubts: the beginning of a question's key -> the choice, or the beginning of its words."""
    form = client.get(one.get_absolute_url()).context["doubts_form"]
    typed = {"keys": form["keys"].value()}
    for name, key in form.keys.items():
        wanted = next((choice for start, choice in answers.items() if key.startswith(start)), None)
        assert wanted is not None, f"nothing said about {key}: {form.fields[name].label}"
        typed[name] = next(
            value for value, label in form.fields[name].choices if wanted in (value, label) or label.startswith(wanted)
        )
    send(client, reverse("imports:doubts", args=[one.pk]), **typed)


def take(client: Client, one: Import, status: int = 302) -> Any:
    """Presses "take it in" on the page as it stands."""
    seen = client.get(one.get_absolute_url()).context["preview"].digest
    return send(client, reverse("imports:carry_out", args=[one.pk]), status=status, seen=seen)


def line_of(shown: Any, row: int) -> Any:
    """The line of a preview that stands in a row of the file."""
    return next(line for line in shown.lines if line.record.number == row)


def wrong(shown: Any, row: int) -> tuple[str, str]:
    """The one problem of a line: cell and words."""
    (problem,) = line_of(shown, row).problems
    return problem


def states(shown: Any) -> dict[str, dict[int, str]]:
    """State -> row -> reason, of the states that occur."""
    found: dict[str, dict[int, str]] = {}
    for line in shown.lines:
        found.setdefault(line.state, {})[line.record.number] = line.reason
    return found


def read(user: Any, kind: str, target: Model, sent: SimpleUploadedFile, **answers: str) -> Any:
    """The preview of a file without its page, some doubts settled: beginning of the key -> choice."""
    one = services.begin_import(acting_user=user, kind=KINDS[kind], target=target, upload=sent, now=NOW)
    asked = [question.key for question, _lines in services.preview_of(one, NOW.date()).questions]
    one.answers = {key: choice for key in asked for start, choice in answers.items() if key.startswith(start)}
    return services.preview_of(one, NOW.date())


def facts_of(line: Any) -> dict[str, tuple[str, str]]:
    """Label -> what stood there, what is kept."""
    return {str(fact.label): (fact.raw, fact.read) for fact in line.facts}
