"""Reading who is meant in a running book: who issued, who must correct, who watches; and of which kind it was."""

import re

from django.utils.translation import gettext as _

from inspections.cases.models import CaseKind
from inspections.cases.services.opening import body_of
from inspections.findings.models import Notice, Severity
from inspections.imports.plans import Choice
from inspections.imports.sheets import Cell
from inspections.organisations.models import Organisation, Person
from inspections.organisations.text import clean, fold
from inspections.programmes.imports.subjects import MEMBER
from inspections.remedies.imports.known import spelled
from inspections.remedies.imports.times import Times

SYMBOL = re.compile(r"/\s*([^/]+?)\s*$")


# "17/TB-UBKTĐU" for 17-TB/UBKTĐU
TYPE_BEFORE = re.compile(r"^(?:tb|tbkl|kl)\s*-\s*")


class People(Times):
    """Reads who is meant in one record, noting problems and questions on its line."""

    def _issuer(self, number: str, notice: Notice | None) -> Organisation | None:
        """Whose notice it is, by the symbol of its number; asked once for like symbols."""
        issuers = self.room.issuers
        if notice is not None:
            return next((one for one in issuers if one.pk == notice.case.organisation_id), None)
        if not number:
            return None
        found = SYMBOL.search(number)
        symbol = TYPE_BEFORE.sub("", fold(found[1])) if found else ""
        fitting = [one for one in issuers if symbol and symbol == fold(one.symbol or one.type.symbol)]
        if len(fitting) == 1:
            return fitting[0]
        if len(issuers) == 1:
            return issuers[0]
        choices = [Choice(str(one.pk), one.name) for one in fitting or issuers]
        words = _("Which body issued notices with the symbol “%(symbol)s”, and judges what was done about them?")
        answer = self.job.ask(
            self.line,
            self.above.number or self.record["number"],
            f"issuer:{symbol.replace(' ', '_')}",
            words % {"symbol": found[1] if found else number},
            choices,
            guess=str(self.room.target.pk) if self.room.target in (fitting or issuers) else choices[0].value,
        )
        return next((one for one in issuers if str(one.pk) == answer), None)

    def _subject(self) -> tuple[Organisation | None, Person | None]:
        cell = self.above.subject
        if cell is None:
            self.line.wrong(self.record["subject"], _("Say who must correct."))
            return None, None
        if MEMBER.match(cell.text) and self.room.finder.exactly(cell.text) is None:
            member = self._member(cell)
            return (member.organisation if member is not None else None), member
        found = self.room.finder.ask(self.job, self.line, cell, cell.text)
        if found is not None and found.type.is_body:
            words = _("%(organisation)s is a body, which corrects nothing itself. Name an organisation or a member.")
            self.line.wrong(cell, words % {"organisation": found})
            return None, None
        if found is not None and found.pk == self.room.committee.pk:
            words = _("%(body)s cannot examine itself; choose an organisation below it or a member.")
            self.line.wrong(cell, words % {"body": found})
            return None, None
        return found, None

    def _member(self, cell: Cell) -> Person | None:
        name = clean(MEMBER.sub("", cell.text).split(",")[0])
        known = self.room.named(name)
        if len(known) == 1:
            return known[0]
        if not known:
            words = _("Nobody called “%(name)s” is known below this organisation. Add the member first.")
            self.line.wrong(cell, words % {"name": name})
            return None
        words = _("Several people are called “%(name)s”. Who is meant?") % {"name": name}
        choices = [Choice(str(one.pk), f"{one.full_name}, {one.born_on or '—'}, {one.organisation}") for one in known]
        answer = self.job.ask(self.line, cell, f"member:{fold(name).replace(' ', '_')}", words, choices)
        return next((one for one in known if str(one.pk) == answer), None)

    def _monitor(self, organisation: Organisation, member: Person | None, is_done: bool | None) -> Person | None:
        cell = self.record["monitor"]
        name = clean(MEMBER.sub("", cell.text).split(",")[0])
        if self.old is not None and (not name or spelled(name) != spelled(self.old.monitor.full_name)):
            tied = [one for one in self.room.named(name) if self._bars(one, organisation, member, False)]
            if not name or tied:
                return self.old.monitor
        known = self.room.named(name)
        if self.old is not None and self.old.monitor in known:
            return self.old.monitor
        if len(known) > 1:
            words = _("Several people are called “%(name)s”. Who is meant?") % {"name": name}
            choices = [self.room.told(one) for one in known]
            answer = self.job.ask(self.line, cell, f"monitor:{fold(name).replace(' ', '_')}", words, choices)
            known = [one for one in known if str(one.pk) == answer]
            if not known:
                return None
        if known and not self._bars(known[0], organisation, member, is_done):
            return known[0]
        return self._named_instead(cell, name, organisation, member, bool(known), is_done)

    def _bars(self, person: Person, organisation: Organisation, member: Person | None, is_done: bool | None) -> bool:
        """Whether the person cannot judge what the subject does: of history there is nothing to judge."""
        return not is_done and self.room.is_tied(person, organisation, member)

    def _named_instead(
        self,
        cell: Cell,
        name: str,
        organisation: Organisation,
        member: Person | None,
        is_tied: bool,
        is_done: bool | None,
    ) -> Person | None:
        people = self.room.people
        choices = [
            one for one in self.room.watchers() if not self._bars(people[int(one.value)], organisation, member, is_done)
        ]
        if not choices:
            words = _("Nobody holds an office in %(body)s who could watch. Give offices first.")
            self.line.wrong(cell, words % {"body": self.room.target})
            return None
        key = "monitor"
        words = _("The book names no monitor. Who watches over these lines?")
        if is_tied:
            key = f"monitor:{fold(name).replace(' ', '_')}:not:{organisation.pk}"
            words = _("%(name)s stands for %(subject)s or has a tie to it, so another watches. Who?")
            words = words % {"name": name, "subject": member or organisation}
        elif name:
            key = f"monitor:{fold(name).replace(' ', '_')}"
            words = _("“%(name)s” is not known here. Who watches over these lines?") % {"name": name}
        answer = self.job.ask(self.line, cell, key, words, choices, guess=choices[0].value)
        return people.get(int(answer)) if answer else None

    def _kind(self, issuer: Organisation, notice: Notice | None) -> CaseKind | None:
        if notice is not None:
            return notice.case.kind
        body = body_of(issuer)
        kinds = self.room.kinds[body]
        for told in (self.record.text("kind"), *reversed(self.job.titles)):
            words = fold(told)
            named = [one for one in kinds if fold(one.name) in words or one.code.casefold() in words.split()]
            if len(named) == 1:
                return named[0]
        words = _("Of which kind were the cases whose conclusions %(body)s issued? The book does not say.")
        choices = [Choice(one.code, one.name) for one in kinds]
        answer = self.job.ask(
            self.line, self.above.number or self.record["number"], f"kind:{issuer.pk}", words % {"body": issuer}, choices, guess=choices[0].value if choices else ""
        )  # fmt: skip
        return next((one for one in kinds if one.code == answer), None)

    def _severity(self) -> Severity | None:
        words = _("How severe are the shortcomings of this book? It does not say.")
        choices = [Choice(one.code, one.name) for one in self.room.severities]
        likely = [one.code for one in self.room.severities if "khuyet diem" in fold(one.name) and not one.is_violation]
        answer = self.job.ask(
            self.line, self.record["finding"], "severity", words, choices, guess=likely[0] if likely else ""
        )
        return next((one for one in self.room.severities if one.code == answer), None)
