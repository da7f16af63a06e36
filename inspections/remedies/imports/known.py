"""What is known before a running book is read: people, offices, ties, and what earlier books brought in."""

import datetime
import unicodedata
from collections import defaultdict
from dataclasses import dataclass

from inspections.calendars.queries import calendar_for
from inspections.cases.models import CaseKind, Procedure
from inspections.cases.services.opening import body_of
from inspections.findings.models import Notice, Severity
from inspections.imports.plans import Choice
from inspections.organisations.imports.names import Finder
from inspections.organisations.models import Interest, Office, Organisation, Person
from inspections.organisations.models.people import in_force
from inspections.organisations.text import clean, fold
from inspections.remedies.models import Correction

# who follows conclusions up for a body, the likeliest first
WATCHERS = ("area_officer", "inspection_member", "inspection_vice_chair", "inspection_chair")
Key = tuple[int, int | None, str, str]
TONES = "\u0300\u0301\u0303\u0309\u0323"


def key_of(organisation: int, person: int | None, finding: str, demand: str) -> Key:
    """What tells the lines of one notice apart; of a member not where he belongs."""
    return (0 if person is not None else organisation, person, finding, demand)


def spelled(name: str) -> tuple[tuple[str, str], ...]:
    """A name by its words without their tones, and the tones: "Thúy" is "Thuý" and not "Thuỳ"."""
    words = unicodedata.normalize("NFD", clean(name)).casefold().split()
    return tuple(
        ("".join(mark for mark in word if mark not in TONES), "".join(mark for mark in word if mark in TONES))
        for word in words
    )


@dataclass(frozen=True)
class Known:
    """A line that an earlier book brought in."""

    correction: Correction
    notice: Notice


class Room:
    """The committee whose book it is, with its bodies, its people and its notices from before."""

    def __init__(self, organisation: Organisation, today: datetime.date) -> None:
        self.committee = organisation.overseer
        self.target, self.today = organisation, today
        self.finder = Finder.below(organisation, today)
        self.issuers = [one for one in self.finder.all if one.pk == self.committee.pk]
        self.issuers += self.finder.bodies_of[self.committee.pk]
        self._read_people()
        self._read_notices()
        self.calendar = calendar_for(self.committee)
        self.severities = list(Severity.objects.filter(is_active=True))
        self.kinds: dict[str, list[CaseKind]] = {}
        for issuer in self.issuers:
            body = body_of(issuer)
            procedures = Procedure.objects.filter(body=body, kind__is_active=True, kind__has_case=True)
            self.kinds[body] = list(CaseKind.objects.filter(procedures__in=procedures).distinct())

    def _read_people(self) -> None:
        people = Person.objects.below(self.committee.scope_path).filter(is_active=True).select_related("organisation")
        self.people = {person.pk: person for person in people}
        self.by_name: dict[str, list[Person]] = defaultdict(list)
        for person in people:
            self.by_name[person.folded].append(person)
        self.holders: dict[int, set[int]] = defaultdict(set)
        self.offices: dict[int, list[Office]] = defaultdict(list)
        places = [one.pk for one in self.finder.all]
        for office in Office.objects.filter(in_force(self.today), organisation__in=places).select_related(
            "organisation"
        ):
            self.holders[office.organisation_id].add(office.person_id)
            self.offices[office.person_id].append(office)
        ties = Interest.objects.in_force(self.today).filter(person__in=self.people)
        self.ties = {(one.person_id, "o", one.about_organisation_id) for one in ties}
        self.ties |= {(one.person_id, "p", one.about_person_id) for one in ties}

    def _read_notices(self) -> None:
        rows = Notice.objects.filter(case__organisation__in=self.issuers).exclude(number="")
        self.notices: dict[tuple[str, int], list[Notice]] = defaultdict(list)
        for notice in rows.select_related("case__organisation__type"):
            assert notice.issued_on is not None
            self.notices[fold(notice.number), notice.issued_on.year].append(notice)
        self.lines: dict[int, dict[Key, Correction]] = defaultdict(dict)
        corrections = Correction.objects.filter(demand__notice__in=rows, is_from_book=True)
        corrections = corrections.select_related("demand__assignee", "monitor")
        for one in corrections.prefetch_related("demand__findings", "actions__reports"):
            assignee = one.demand.assignee
            assert assignee is not None
            for finding in one.demand.findings.all():
                # by the name of now too: it may have passed to a successor since; a member may have moved
                for place in {assignee.organisation_id, one.organisation_id}:
                    key = key_of(place, assignee.person_id, finding.folded, fold(one.demand.text))
                    self.lines[one.demand.notice_id][key] = one

    def named(self, name: str) -> list[Person]:
        """The people of a name; without its accents only where it is written without any."""
        known = self.by_name.get(fold(name), []) if name else []
        exactly = [one for one in known if spelled(one.full_name) == spelled(name)]
        return exactly or (known if name.isascii() else [])

    def watchers(self) -> list[Choice]:
        """Who may be named as monitor: the office holders of the body and of the committee, those who watch first."""
        places = {self.target.pk: 0} | {one.pk: 1 for one in self.issuers if one != self.target}
        found = []
        for pk, offices in self.offices.items():
            held = [one for one in offices if one.organisation_id in places]
            if held and pk in self.people:
                best = min(held, key=lambda one: (places[one.organisation_id], self._rank(one)))
                found.append((places[best.organisation_id], self._rank(best), self.people[pk], best))
        found.sort(key=lambda one: (one[0], one[1], one[2].folded, one[2].pk))
        return [Choice(str(person.pk), f"{person.full_name}, {office}") for _place, _rank, person, office in found]

    @staticmethod
    def _rank(office: Office) -> int:
        return WATCHERS.index(office.role) if office.role in WATCHERS else len(WATCHERS)

    def told(self, person: Person) -> Choice:
        """A person as a choice."""
        offices = self.offices.get(person.pk, [])
        return Choice(str(person.pk), f"{person.full_name}, {offices[0] if offices else person.organisation}")

    def is_tied(self, person: Person, organisation: Organisation, member: Person | None) -> bool:
        """Whether the person stands for the subject, is it, or declared an interest in it: no monitor of it."""
        if member is None and person.pk in self.holders[organisation.pk]:
            return True
        if member is not None and member.pk == person.pk:
            return True
        about_member = member is not None and (person.pk, "p", member.pk) in self.ties
        return about_member or (person.pk, "o", organisation.pk) in self.ties
