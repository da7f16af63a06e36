"""Who a line of a list means: the members kept below an organisation, and those that the file tells first."""

import datetime
from collections import defaultdict
from typing import Any

from django.utils.translation import gettext as _

from inspections.imports.plans import Choice, Job, Line
from inspections.imports.values import Dated
from inspections.members.imports.reading import name_key
from inspections.members.models import Exemption, Member, Membership, PastDiscipline
from inspections.members.rules import Span, covers
from inspections.organisations.models import Organisation

SLICE = 500
NEW, LEAVE = "new", "leave"


class Known:
    """The members below an organisation, by card and by name, with what holds of them today."""

    def __init__(self, organisation: Organisation, today: datetime.date) -> None:
        top = organisation.overseer.path or ""
        rows: Any = Member.objects.below(top).select_related("organisation__type")
        self.all: dict[int, Member] = {row.pk: row for row in rows.order_by("pk")}
        self.by_card = {row.card_number: row for row in self.all.values() if row.card_number}
        self.by_name: dict[str, list[Member]] = defaultdict(list)
        for row in self.all.values():
            self.by_name[name_key(row.full_name)].append(row)
        self.exemptions = _spans(Exemption.objects.filter(person__in=rows))
        self.stays = _spans(Membership.objects.filter(person__in=rows, kind=Membership.Kind.TEMPORARY))
        self.exempt, self.away = _covering(self.exemptions, today), _covering(self.stays, today)
        homes = Membership.objects.filter(person__in=rows, kind=Membership.Kind.HOME).order_by("pk")
        # the home of today, by person; and who left the list, with his last day if it is known
        self.homes = {row.person_id: row for row in homes if row.ends_on is None}
        self.left: dict[int, datetime.date | None] = {
            key: None for key, one in self.all.items() if not one.is_active and key not in self.homes
        }
        for home in homes:
            if home.person_id not in self.homes and home.ends_on is not None:
                self.left[home.person_id] = max(home.ends_on, self.left.get(home.person_id) or home.ends_on)
        told = PastDiscipline.objects.filter(person__in=rows).order_by()
        self.disciplines = set(told.values_list("person_id", "form", "year"))

    def cards_elsewhere(self, cards: list[str]) -> set[str]:
        """Of the cards, those of members who are kept outside."""
        left = sorted(set(cards) - self.by_card.keys())
        taken: set[str] = set()
        for start in range(0, len(left), SLICE):
            held = Member.objects.filter(card_number__in=left[start : start + SLICE])
            taken |= set(held.order_by().values_list("card_number", flat=True))
        return taken

    def who(
        self,
        job: Job,
        line: Line,
        *,
        card: str,
        born_on: datetime.date | None,
        admitted: Dated | None,
        cell: Organisation,
    ) -> tuple[Member | None, bool]:
        """The member meant, None for a new one; and whether that is certain, else the line asks.

        By the card; else by name and date of birth; else, where no birth is told, by name, cell and year of admission."""
        named = self.by_name.get(name_key(line.title), [])
        holder = self.by_card.get(card) if card else None
        if holder is not None:
            agrees = holder in named or (born_on is not None and holder.born_on == born_on)
            return (holder, True) if agrees else self._ask(job, line, [holder], cell, card, is_new_possible=False)
        # a namesake with another card is another, but for one born on that day in that cell: a card may be replaced
        free = [one for one in named if not card or not one.card_number]
        same = [one for one in free if born_on is not None and one.born_on == born_on]
        if len(same) == 1:
            return same[0], True
        twins = [one for one in named if one not in free and one.organisation_id == cell.pk]
        twins = [one for one in twins if born_on is not None and one.born_on == born_on]
        if twins:
            return self._ask(job, line, [*twins, *same], cell, card)
        unsure = same or [one for one in free if born_on is None or one.born_on is None]
        if not unsure:
            return None, True
        here = [one for one in unsure if one.organisation_id == cell.pk]
        agreeing = [one for one in here if _agree(one.admitted_on, admitted)]
        # a birth that is told and not kept could be anybody's, so the year of admission has to speak for him too
        is_told = admitted is not None and agreeing and agreeing[0].admitted_on is not None
        if len(agreeing) == 1 and (is_told or (born_on is None and len(here) == 1)):
            return agreeing[0], True
        return self._ask(job, line, unsure, cell, f"{name_key(line.title)}:{_year(admitted)}:{cell.pk}")

    def _ask(
        self, job: Job, line: Line, some: list[Member], cell: Organisation, key: str, is_new_possible: bool = True
    ) -> tuple[Member | None, bool]:
        choices = [Choice(str(one.pk), told(one)) for one in some]
        if is_new_possible:
            choices.append(Choice(NEW, _("somebody else, new")))
        choices.append(Choice(LEAVE, _("leave this line out")))
        words = _("Who is “%(name)s”?") % {"name": line.title}
        answer = job.ask(line, line.record["name"], f"member:{key}", words, choices)
        if answer == LEAVE:
            line.reason = _("left out, as decided")
        return next((one for one in some if str(one.pk) == answer), None), answer == NEW or answer.isdecimal()


def _spans(rows: Any) -> dict[int, list[Span]]:
    """The days of stretches, by person."""
    found: dict[int, list[Span]] = defaultdict(list)
    for row in rows.order_by("pk"):
        found[row.person_id].append(row.span)
    return found


def _covering(spans: dict[int, list[Span]], day: datetime.date) -> set[int]:
    """The people one of whose stretches has the day."""
    return {key for key, some in spans.items() if any(covers(one, day) for one in some)}


def _agree(kept: datetime.date | None, admitted: Dated | None) -> bool:
    """Whether the year of admission that is kept may be the one told."""
    return kept is None or admitted is None or kept.year == admitted.day.year


def _year(admitted: Dated | None) -> str:
    return str(admitted.day.year) if admitted is not None else ""


def told(one: Any) -> str:
    """A member in the words of a choice: name, birth, year of admission, cell."""
    parts = [one.full_name]
    if one.born_on:
        parts.append(_("born %(day)s") % {"day": one.born_on.strftime("%d/%m/%Y")})
    if one.admitted_on:
        parts.append(_("admitted %(year)s") % {"year": one.admitted_on.year})
    return ", ".join([*parts, str(one.organisation)])
