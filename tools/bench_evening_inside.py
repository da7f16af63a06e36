"""What the month-end evening needs to know of the database: fills it, plans the visits, proves what was answered.

Run by bench_evening.py with the settings of the server: `fill [communes, cells, months]`, `plan PHASES`, `prove SENT`;
prints JSON."""

import datetime
import json
import random
import sys
from collections.abc import Iterator
from typing import Any

import django

LOG_INS = 0.125  # for each upload: a session lasts twelve hours
# visits of readers for each upload
READERS = {
    "heat map: province": 0.05,
    "heat map: commune": 0.15,
    "heat map: cell": 0.05,
    "cells behind a flag": 0.1,
    "meetings behind a flag": 0.1,
    "page of a cell": 0.15,
    "record of a meeting": 0.15,
    "list of meetings": 0.1,
    "my work": 0.4,
}
VALUES = ("met", "scored", "unvisited")
IDLE_ROUNDS = 15
CHAINS_PROVED = 200


def fill(size: list[int]) -> str:
    from bench_meetings_data import Size, fill
    from django.db import connection
    from django.utils import timezone

    fill(timezone.now(), Size(*size), report=lambda line: print(line, file=sys.stderr, flush=True))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return "filled"


def plan(phases: list[list[Any]]) -> dict[str, Any]:
    """The visits of each phase, those of the idle heat maps, and what the database has."""
    cast = Cast(random.Random(7))
    idle = list(idle_of(cast))
    made = [evening_of(cast, rate, seconds) for _name, rate, seconds in phases]
    cast.log_in()
    return {"idle": idle, "phases": made, "facts": _facts()}


class Cast:
    """Who visits: sessions are made as the log-in makes them, since the log-in itself is measured apart."""

    def __init__(self, drawn: random.Random) -> None:
        from inspections.meetings.models import Meeting
        from inspections.organisations.models import Office, User

        self.drawn = drawn
        self.made: list[Any] = []
        self.known: dict[int, str] = {}
        self.users = {user.username: user for user in User.objects.filter(is_active=True)}
        offices = Office.objects.select_related("person")
        accounts = {user.pk: user for user in self.users.values()}
        self.secretaries = {
            office.organisation_id: accounts[office.person.user_id]
            for office in offices.filter(role="cell_secretary")
            if office.person.user_id in accounts
        }
        of_communes = offices.filter(role__in=["committee_secretary", "inspection_chair", "area_officer"])
        self.leaders = [
            accounts[office.person.user_id]
            for office in of_communes.filter(organisation__depth__gte=1)
            if office.person.user_id in accounts
        ]
        self.waiting = list(
            Meeting.objects.filter(state=Meeting.State.HELD).values_list("pk", "organisation_id", "started_at")
        )
        drawn.shuffle(self.waiting)
        self.cells = sorted(self.secretaries)

    def session(self, user: Any) -> str:
        from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
        from django.contrib.sessions.backends.db import SessionStore
        from django.utils import timezone

        if user.pk not in self.known:
            store = SessionStore()
            store[SESSION_KEY], store[BACKEND_SESSION_KEY] = str(user.pk), "permissions.backend.OfficeBackend"
            store[HASH_SESSION_KEY] = user.get_session_auth_hash()
            row = store.create_model_instance(dict(store.items()))
            row.session_key = store._get_new_session_key()
            row.expire_date = timezone.now() + datetime.timedelta(hours=12)
            self.made.append(row)
            self.known[user.pk] = row.session_key
        return self.known[user.pk]

    def log_in(self) -> None:
        """Writes the sessions that were drawn."""
        from django.contrib.sessions.models import Session

        Session.objects.bulk_create(self.made, batch_size=1000)
        self.made = []

    def leader(self) -> Any:
        """Of a commune, one that sees cells."""
        return self.drawn.choice(self.leaders)


def idle_of(cast: Cast) -> Iterator[dict[str, Any]]:
    """Heat maps and what they lead to, one after the other; the first round warms up."""
    at = 0.0
    for number in range(IDLE_ROUNDS + 1):
        for label in READERS:
            is_warm = number > 0
            yield {**_read(cast, label, number), "at": at, "label": label if is_warm else f"warming: {label}"}
            at += 0.35 if is_warm else 1.0


def evening_of(cast: Cast, rate: float, seconds: float) -> list[dict[str, Any]]:
    """Each kind of visit at its rate, as people come: by chance. Each upload is of another cell."""
    from django.urls import reverse
    from django.utils import timezone

    visits: list[dict[str, Any]] = []
    for number, at in enumerate(_moments(cast, rate, seconds)):
        key, cell, started = cast.waiting.pop()
        visits.append(
            {
                "kind": "upload", "label": "upload", "at": at, "path": reverse("meetings:close", args=[key]),
                "session": cast.session(cast.secretaries[cell]), "file": key, "number": f"99{number}-NQ/CB",
                "day": f"{timezone.localdate(started):%d/%m/%Y}",
            }
        )  # fmt: skip
    for at in _moments(cast, rate * LOG_INS, seconds):
        name = cast.secretaries[cast.drawn.choice(cast.cells)].username
        visits.append(
            {
                "kind": "log_in", "label": "log-in", "at": at, "path": reverse("login"), "username": name,
                "password": _password(), "session": "",
            }
        )  # fmt: skip
    for label, share in READERS.items():
        for number, at in enumerate(_moments(cast, rate * share, seconds)):
            visits.append({**_read(cast, label, number), "at": at, "label": label})
    return visits


def _password() -> str:
    from project.demo.build import PASSWORD

    return PASSWORD


def _moments(cast: Cast, rate: float, seconds: float) -> Iterator[float]:
    at = cast.drawn.expovariate(rate)
    while at < seconds:
        yield at
        at += cast.drawn.expovariate(rate)


def _read(cast: Cast, label: str, number: int) -> dict[str, Any]:
    from django.urls import reverse

    user, name, query = cast.leader(), "superiors:board", {}
    if label.startswith("heat map"):
        query = {"value": VALUES[number % len(VALUES)]}
    if label == "heat map: province":
        user = cast.users["bithu.tinh"]
    elif label in ("heat map: cell", "page of a cell", "record of a meeting"):
        user, cell = cast.users["bithu.tinh"], cast.drawn.choice(cast.cells)
        if label == "heat map: cell":
            query |= {"organisation": cell}
        else:
            address = reverse("superiors:cell", args=[cell]) if label == "page of a cell" else _record(cell)
            return {"kind": "read", "path": address, "session": cast.session(user)}
    elif label == "cells behind a flag":
        name, query = "superiors:cells", {"figure": ("no_regular", "unvisited")[number % 2]}
    elif label == "meetings behind a flag":
        name, query = "superiors:meetings", {"figure": ("late", "poor", "absent", "not_held")[number % 4]}
    elif label == "list of meetings":
        name = "meetings:list"
    elif label == "my work":
        user, name = cast.secretaries[cast.drawn.choice(cast.cells)], "workflows:my_work"
    words = "&".join(f"{key}={value}" for key, value in query.items())
    return {"kind": "read", "path": reverse(name) + (f"?{words}" if words else ""), "session": cast.session(user)}


def _record(cell: int) -> str:
    from django.urls import reverse

    from inspections.meetings.models import Meeting

    closed = Meeting.objects.filter(organisation=cell, state=Meeting.State.CLOSED).order_by("-month")
    return reverse("meetings:detail", args=[closed.values_list("pk", flat=True)[0]])


def _facts() -> dict[str, Any]:
    """What the database has, and how many queries each heat map takes."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext
    from django.urls import reverse

    from inspections.meetings.models import Meeting, MeetingScore, RollCallMark
    from inspections.organisations.models import Organisation, Person, User
    from permissions.models import AuditEntry

    client = Client(HTTP_HOST="127.0.0.1", HTTP_X_FORWARDED_PROTO="https")
    client.force_login(User.objects.get(username="bithu.tinh"))
    places = {
        "province": {},
        "commune": {"organisation": Organisation.objects.filter(type__code="commune_party").first().pk},  # type: ignore[union-attr]
        "cell": {"organisation": Organisation.objects.filter(type__is_cell=True).first().pk},  # type: ignore[union-attr]
    }
    queries = {}
    for place, asked in places.items():
        with CaptureQueriesContext(connection) as counted:
            assert client.get(reverse("superiors:board"), asked).status_code == 200
        queries[place] = len(counted)
    cells = Organisation.objects.filter(type__is_cell=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database()) / 1024 / 1024, current_setting('server_version')")
        megabytes, version = cursor.fetchone()
    return {
        "rows": {
            "cells": cells.count(),
            "members": Person.objects.filter(organisation__in=cells).count(),
            "meetings": Meeting.objects.count(),
            "marks of the roll call": RollCallMark.objects.count(),
            "scores of lines": MeetingScore.objects.count(),
            "entries of the record": AuditEntry.objects.count(),
        },
        "queries": queries,
        "megabytes": megabytes,
        "version": version.split()[0],
    }


def prove(sent: int) -> dict[str, int]:
    """What was closed in the run, counted in several ways that have to agree (more than was sent: the tool gave up
    waiting for an answer), and a sample of the chains looked through: every entry follows the one before it and is as
    it was written. Raises AssertionError."""
    from django.contrib.contenttypes.models import ContentType
    from django.db.models import Exists, OuterRef, Sum

    from inspections.deadlines.models import Deadline
    from inspections.documents.models import Attachment
    from inspections.meetings.models import Meeting, MeetingFiles
    from permissions.audit.entries import digest_of
    from permissions.models import AuditEntry

    closed = Meeting.objects.filter(uploaded_at__gte=_filled_at(), state=Meeting.State.CLOSED).annotate(
        sum=Sum("scores__points")
    )
    entries = AuditEntry.objects.filter(verb="close_meeting", about_type="meetings.meeting", about_id=OuterRef("pk"))
    kind = ContentType.objects.get_for_model(MeetingFiles)
    papers = Attachment.objects.filter(item_type=kind, item_id=OuterRef("files"))
    clock = Deadline.objects.filter(
        item_type=ContentType.objects.get_for_model(Meeting), item_id=OuterRef("pk"), duty="upload_meeting", state="met"
    )
    found = {
        "sent": sent,
        "closed": closed.count(),
        "recorded": closed.filter(Exists(entries)).count(),
        "with their file": closed.filter(Exists(papers)).count(),
        "with their clock met": closed.filter(Exists(clock)).count(),
        "with the points of their lines": sum(one.total == one.sum for one in closed),
    }
    cells = list(closed.order_by("pk").values_list("organisation_id", flat=True)[:CHAINS_PROVED])
    linked = 0
    for cell in cells:
        previous, seq = "", 0
        for entry in AuditEntry.objects.filter(chain=f"organisation:{cell}").order_by("seq"):
            assert (entry.seq, entry.previous_hash, entry.hash) == (seq + 1, previous, digest_of(entry)), entry
            previous, seq, linked = entry.hash, entry.seq, linked + 1
    return {**found, "chains": len(cells), "entries": linked}


def _filled_at() -> datetime.datetime:
    """When the province was filled, by its seal: everything later is of the run."""
    from permissions.models import AuditSeal

    return AuditSeal.objects.order_by("seq").values_list("at", flat=True)[0]


if __name__ == "__main__":
    django.setup()
    word, *rest = sys.argv[1:]
    answers = {"fill": fill, "plan": plan, "prove": prove}
    print(json.dumps(answers[word](*[json.loads(one) for one in rest])))  # type: ignore[operator]
